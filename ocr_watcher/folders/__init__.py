"""The watched folders, and the rules for their images.

`folder` is one watched folder, and `rules` decide by name which of its files are images.
"""
