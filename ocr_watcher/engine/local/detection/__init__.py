"""The detection of lines, and of what the detector of PP-OCR misses.

`paper` gives a picture the shape of a page. `column_gaps` parts lines that run across columns.
`ink` finds what looks like writing and no line covers, and `clippings` lays that on a sheet, where
it is detected. `missed_cells` reads the single characters in the rows of a table, which
`table_cells` finds. `ink_pieces` finds connected ink.
"""
