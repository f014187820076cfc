"""The index of the images of the watched folders, for the page and for ``find``.

It is memory and never truth: it is made from the sidecars, and made anew where it is lost::

    walk → record (text, code) → comparison → store → database (schema: SQLite with FTS5)
                                     ↑                    ↓
      events, scans → agenda → upkeep        index: listing, searching (folding, lines)
                                                          ↓
                                             Listed of Entry, Found of Hit

It exists only where the page is on, and for ``find``.
"""
