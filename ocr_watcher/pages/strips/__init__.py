"""A long page in strips: where it is cut, and how the texts of the strips are joined.

`seams` finds the places where a page can be cut. `join` joins the readings of the strips, without
the `doubles`, the lines that two neighbouring strips both show.
"""
