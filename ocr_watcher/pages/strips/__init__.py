"""A long page in parts: where it is cut, and how what was read on them becomes one text again."""
