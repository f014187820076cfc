"""The settings: what may be set (`model`), where it comes from (`load`), keys (`credentials`).

`yaml_file` reads the file, `problems` says what is wrong with it.
"""
