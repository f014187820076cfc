"""The ledger: memory that saves calls and outlasts a restart, but is never the truth.

`ledger` is what the rest of the program uses, with the tables of `deaths` and `low_confidence`. A
`change` goes to the `database`, which keeps it among the `pending_changes` where the
`database_file` takes none. `schema` are the tables, and `journal_mode` is the way in which SQLite
writes.
"""
