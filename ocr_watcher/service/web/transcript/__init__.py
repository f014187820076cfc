"""The lines that were read on the pages of an image, with their places and scores.

`text_page` is the text of one page. It comes from the JSON beside the image (`from_json`), from the
ledger (`from_ledger`), or from the text beside the image (`from_text`), which has no places.
`transcripts` takes the first of these sources that exists. `best_row` is the row of a hit, or its
line. All files beside an image are untrusted.
"""
