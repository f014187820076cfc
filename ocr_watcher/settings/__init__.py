"""The settings: their model (`model`), and reading them from all sources (`load`).

`yaml_file` reads the settings file, and `problems` describes the faults in it, `folder_problems`
those in the engine settings that a folder overrides. `places` compares the formats of the
settings with what the engine tells.
"""
