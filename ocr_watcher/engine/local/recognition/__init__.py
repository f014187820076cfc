"""The recognition of lines that were found.

`line_direction` decides which way up each line is read, and `line_recogniser` reads it. `glyphs`
keeps where each character stands and how sure a space was; `gaps` measures the white between them,
`word_spaces` puts the spaces between words by both, and `word_places` finds where each word begins
and ends. `further_models` read what the shipped model is not sure of, and `unread` counts what none
could read.
"""
