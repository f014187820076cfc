"""The watched folders, and which of their files are images.

`folder` is one watched folder, and `rules` decide by name which of its files are images.
"""
