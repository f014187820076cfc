"""The images that are being worked on: shown to people, and known after the program has died.

`attempts` are the attempts under way. The `underway_file`, which outlives the process, has one
`entry` for each. `suspects` are the images that the program died with.
"""
