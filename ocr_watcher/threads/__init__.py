"""Threads: whether they advance, how they end, and how calls that hang are left behind.

Each thread gives a `heartbeat`. `expendable` threads never keep the process from ending, and
`patience` asks a file system on one, which is left behind if the file system does not answer.
`urgency` has a thread give way to the others. A `halt` ends what takes long.
"""
