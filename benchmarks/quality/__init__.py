"""Measures how well texts agree with their pages: the truth, the readers, and the score.

`truth` has the pages, drawn ones and a person's own; `readers` has the programs whose texts are
compared; `score` counts where truth and text agree. `benchmarks.parts.quality` makes figures of it.
"""
