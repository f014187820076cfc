"""Access to disks: file systems, directories, and files that appear whole or not at all.

`filesystem` finds the type of a mount, `directory` opens directories without following links,
`write` writes files, `trial` finds out what a directory permits, `dates` compares dates that a file
system rounded, `fresh` asks a file server for the current status of a file, `advice` tells people
what to do when a folder cannot be used, also in a `container`, and `file_faults` raises errors with
this advice. `secret_file` reads the files that settings name for secrets.

For the program's own SQLite files, `journal_mode` finds how one can be written on its file system,
and `sqlite_file` creates it and tells when it is damaged.
"""
