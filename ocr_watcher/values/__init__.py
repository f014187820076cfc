"""The values that all parts of the program use."""
