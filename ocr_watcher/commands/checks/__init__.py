"""The tests of ``check``, one module for each part that the daemon needs.

`folder` tests one watched folder: whether it can be written, keeps dates and tells events; `claim`
finds out which program works on it, and `engine_in_use` with which engine a daemon reads.
`folder_settings` tests what single folders want of the engine, `storage` the free space and the
directory of the ledger, `ledger` whether the ledger can be written, `formats` which types of files
can be read, `metrics` the file with the metrics, `web` who can open the page, `page_socket` the
same where systemd opens its socket, `messages` whether people can be told, and `unit` the sandbox
of the system's unit. `systemctl` has the properties of units.
"""
