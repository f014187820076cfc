"""The document: what was read on the pages of an image, laid out as on the paper.

The way of a page's lines::

    page → places → columns → rows → spacing → paragraphs → tables
                       └─ analysis ─┘       └─────────┤        └→ structure
                                                      └→ text

`document` is all that is known of an image that was read, `page` what was read on one page.
`places` finds where each line stands when the page is held as it is read. `columns` splits the page
into blocks, in reading order; `outsized` takes out what stands across the page and is no text of
it. `rows` finds the lines of a block that stand beside each other, and `initials` the large letters
that begin one. `spacing` makes one line of text of a row. `paragraphs` finds the rows that belong
together, `stanzas` those of them that stay lines, and `indents` those that are indented as a whole.
`tables` finds the rows whose parts stand below each other, and the columns of these, and `cells`
the parts that are one cell, or several. `text` renders the pages in a layout of the settings,
`structure` are their headings, paragraphs, lists and tables, for the formats that tell these apart.
`words` are the words of a line, each with its place, `regions` all that stands on a page, from
blocks to words, and `page_texts` what is laid over the pages of a PDF. All of it is pure.
"""
