"""The document: the text of the pages of an image, laid out as on the paper.

The steps that the lines of a page pass through::

    page → places → columns → rows → spacing → paragraphs → tables
                       └─ analysis ─┘       └─────────┤        └→ structure
                                                      └→ text

`document` is all that is known of an image that was read, `page` is the text of one page. `places`
finds where each line stands when the page is held as it is read. `columns` splits the page into
blocks, in reading order: `sections` finds where the `bands` of its gutters part columns of text.
`outsized` takes out lines that stand across the page and are no text of it. `rows` finds the lines
of a block that stand beside each other, and `initials` the large letters that begin a row.
`spacing` makes one line of text from a row. A `row` of print has cells, and a `measure` the usual
distances of rows. `paragraphs` finds the rows that belong together, `stanzas` the rows that stay
lines, and `indents` the rows that are indented as a whole; `column_ends` finds texts that go on in
the next column. `tables` finds the rows whose parts stand below each other, and their columns;
`cells` splits and joins their cells, and `amounts` recognises numbers. `text` renders the pages in
a layout of the settings. `structure` finds their headings, paragraphs, lists and tables, for the
formats that distinguish these; `print_size` tells how large print is. `words` finds the words of a
line and their places, and `regions` everything on a page, from blocks to words. `page_texts` builds
the text that is laid over the pages of a PDF. All functions are pure.
"""
