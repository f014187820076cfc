"""The recognition of the lines that were found.

- `line_direction` decides which way up each line is read.
- `line_recogniser` reads a line, and `careful_reading` reads doubtful lines again in other ways.
- `glyphs` has the place of each character and the scores of the spaces between them.
- `line_ink` measures the ink of a line, and the white between its characters.
- `word_spaces` decides where spaces are, by these scores and the white.
- `word_places` finds where each word begins and ends.
- `lone_characters` reads a character that stands alone once more.
- `lookalikes` decides between letters and digits by their word, and `recurring_words` between other
  readings by the words of the page.
- `further_models` reads the lines that the shipped model is not sure of.
- `missed_letters` estimates by the ink how many letters the model passed over, and `unread` how
  many characters no model read.
"""
