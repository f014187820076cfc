"""The settings: their model (`model`), and reading them from all sources (`load`).

The sections `folder`, `output`, `metrics`, `notify` and `web` have modules of their own.
`yaml_file` reads the settings file, `environment` the environment variables by the `notation` of
their values. `exposed` finds keys that other users can read. `problems` describes the faults in
both, `folder_problems` those in the engine settings that a folder has of its own. `places` finds
formats that need the places of the text where the engine tells none.

The models are also what people are told: `sections` lists their fields, `descriptions` finds what
they mean, `schema` makes the JSON schema for editors, `catalogue` the list for documentation,
`example` the example of a settings file, and `files` writes what is kept in the repository.
"""
