"""The settings: their model (`model`), and reading them from all sources (`load`).

The sections `folder`, `output`, `metrics`, `notify` and `web` have modules of their own.
`yaml_file` reads the settings file, and `environment` reads the environment variables, by the
`notation` of their values. `exposed` finds keys that other users can read. `problems` describes the
faults of both sources, and `folder_problems` those in the engine settings of a folder. `places`
finds formats that need the places of the text from an engine that gives none.

The documentation is made from the same models. `sections` lists their fields, and `descriptions`
finds the description of each. `schema` makes the JSON schema for editors, `catalogue` the list for
the documentation, and `example` the example of a settings file. `files` writes the files that are
kept in the repository.
"""
