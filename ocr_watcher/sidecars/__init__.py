"""The files beside an image: their names, and whether they are there.

`names` are the names, `state` is whether an image is done, waits or failed, `error_file` the file
that says why it failed, `follow` renames sidecars with their image, and an `obstacle` is something
in the place of a sidecar that is no file.
"""
