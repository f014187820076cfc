"""Threads: whether they advance, how they end, and how a file system that hangs is left behind."""
