"""The tests of ``check``, one module for each part that the daemon needs.

- `folder`: whether a watched folder can be written, keeps dates and reports events.
- `claim`: which program works on a folder.
- `engine_in_use`: with which engine a running daemon reads.
- `folder_settings`: the engine settings of single folders.
- `storage`: the free space, and the directory of the ledger.
- `ledger`: whether the ledger can be written.
- `formats`: which types of files can be read.
- `metrics`: the file with the metrics.
- `web`: who can open the page.
- `page_socket`: who can open the page through a socket of systemd.
- `messages`: whether messages can be sent.
- `unit`: the sandbox of the system's unit.

`systemctl` reads the properties of units.
"""
