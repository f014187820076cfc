"""The files beside an image: their names, and the state of the image that follows from them.

`names` builds the names, and `state` finds out whether an image is done, waits or failed.
`error_file` writes and reads the file that describes why it failed, `follow` renames sidecars with
their image, and `obstacle` finds a directory or link in the place of a sidecar.
"""
