"""The ledger: memory that saves calls and outlasts a restart, but is never the truth.

`ledger` is what the rest of the program uses, with the tables of `deaths` and `confidence`. A
`change` goes to the `database`, which keeps it among the `unwritten` where the `file` takes none.
`schema` are the tables, and `journal` is the way in which SQLite writes.
"""
