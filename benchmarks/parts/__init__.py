"""The questions: each module's ``measure`` answers one with its figures."""
