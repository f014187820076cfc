"""The ledger: facts that are kept over a restart and save calls. The sidecars are the truth.

The rest of the program uses `ledger`, and the tables of `deaths`, `low_confidence` and `own_files`
in it. Each `change` goes to the `database`. Where the `database_file` cannot be written, the change
waits among the `pending_changes`. `schema` contains the tables, and `advice` tells people what to
do where the file cannot be opened.
"""
