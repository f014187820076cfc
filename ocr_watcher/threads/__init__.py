"""Threads: their heartbeats, their end, and calls that do not wait for a hanging file system."""
