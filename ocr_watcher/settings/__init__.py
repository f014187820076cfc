"""The settings: what may be set (`model`), and where it comes from (`load`).

`yaml_file` reads the file, `problems` says what is wrong with it. `places` compares the formats
with what the engine tells.
"""
