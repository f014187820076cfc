"""Finds the images of the watched folders, and says when each is whole."""
