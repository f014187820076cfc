"""What the disk does: its file systems, directories, and files that appear whole or not at all.

`filesystem` is the type of a mount, `directory` opens directories without following links, `write`
makes files, `trial` finds out what a directory permits, `dates` compares the dates that a file
system kept, `fresh` asks a file server for the newest status, and `advice` is for people.
"""
