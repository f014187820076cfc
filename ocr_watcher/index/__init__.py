"""The index of the images of the watched folders, for the page and for ``find``.

It is memory and never truth: it is made from the sidecars, and made anew where it is lost.
"""
