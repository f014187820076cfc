"""A long page in strips: where it is cut, and how the texts of the strips are joined."""
