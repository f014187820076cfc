"""The command line.

`program` has the commands, without the work that they do. `parameters` are the types of arguments,
and the options of all commands. `sources` finds the settings of a command. `group` ends every
command in the same way, with one line for an error. `completion` makes the scripts by which shells
complete commands.
"""

from ocr_watcher.cli.program import main

__all__ = ["main"]
