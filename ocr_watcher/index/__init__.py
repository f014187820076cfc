"""The index of the images of the watched folders, for the page and for ``find``.

The sidecars are the truth: the index is built from them, and built again if it is lost::

    walk → record (text, code) → comparison → store → database (schema: SQLite with FTS5)
                                     ↑                    ↓
      events, scans → agenda → upkeep        index: listing, searching (folding, lines)
                                                          ↓
                                             Listed of Entry, Found of Hit

It exists only if the page is on or after ``find`` was used.
"""
