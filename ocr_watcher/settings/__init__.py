"""The settings: their model (`model`), and reading them from all sources (`load`).

The sections `metrics` and `web` have modules of their own. `yaml_file` reads the settings file, and
`problems` describes the faults in it, `folder_problems` those in the engine settings that a folder
has of its own. `places` finds formats that need the places of the text where the engine tells none.
"""
