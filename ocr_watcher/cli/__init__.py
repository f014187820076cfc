"""The command line: `program` has the commands, without the work that they do.

`parameters` are the types of arguments and the options of all commands, `sources` finds the
settings of a command, and `group` ends each command alike, with one line for an error.
"""

from ocr_watcher.cli.program import main

__all__ = ["main"]
