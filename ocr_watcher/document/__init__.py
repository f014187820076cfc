"""The document: what was read on the pages of an image, laid out as on the paper.

The way of a page's lines::

    page → places → columns → rows → spacing → paragraphs
                       └─ analysis ─┘       └─────────┴→ text

`document` is all that is known of an image that was read, `page` what was read on one page.
`places` finds where each line stands when the page is held as it is read. `columns` splits the page
into blocks, in reading order; `rows` finds the lines of a block that stand beside each other.
`spacing` makes one line of text of a row, and `paragraphs` finds the rows that belong together.
`text` renders the pages in a layout of the settings. All of it is pure.
"""
