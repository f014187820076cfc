"""The lines that were read on the pages of an image, with their places and scores.

`text_page` is what is known of one page. It comes from the JSON beside the image (`from_json`), or
from what is remembered of its pages (`from_ledger`), or from the text beside it (`from_text`),
which has no places. `transcripts` takes the first of them that there is. `best_row` is the row of
a hit, or its line.

All that lies beside an image is untrusted.
"""
