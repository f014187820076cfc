"""The detection of lines, and of writing that the detector of PP-OCR misses.

`paper` puts a long narrow picture on a sheet with the shape of a page. `column_gaps` splits lines
that run across two columns. `ink` finds the parts of a page that look like writing and are covered
by no line, and `clippings` puts these parts on a sheet, on which the detector finds their lines.
`table_cells` finds single characters in the rows of a table, and `missed_cells` reads them.
`line_ends` follows the ink of a line to words that its box leaves out; both use `row_ink`.
`ink_components` finds connected areas of ink, and `rules` removes ruled lines from it.
"""
