"""The questions: the function ``measure`` of each module answers one with its figures."""
