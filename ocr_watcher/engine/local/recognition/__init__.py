"""The recognition of the lines that were found.

`line_direction` decides which way up each line is read, `line_recogniser` reads it, and
`careful_reading` has it read again where that is doubtful. `glyphs` keeps the place of each
character and the scores of the spaces between them, `line_ink` measures the ink of a line and the
white between its characters, `word_spaces` decides by both where spaces stand, and `word_places`
finds where each word begins and ends. `lone_characters` reads a character that stands alone once
more, `lookalikes` decides between letters and digits by their word, `recurring_words` between other
readings by the words of the page, `further_models` reads the lines that the shipped model is not
sure of, `missed_letters` finds by the ink what a model passes over, and `unread` counts the
characters that no model read.
"""
