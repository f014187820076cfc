"""Processes of this program that do work which must not harm the daemon.

    daemon: child ──── wire: messages ──── inside: the child itself

`child` starts a process and ends it, whatever it does. It has no key in its environment, no open
file but its connections, and it ends with the daemon. `inside` runs in the process before its own
work: it ties the process to the daemon and limits its resources. `wire` are the messages between
the two, and `errors` the errors that they carry. `code_memory` forbids a process memory into which
code can be written. `heap` gives memory that a process freed back to the system, and limits its
heaps. `oom_kills` tells whether the kernel ended processes because memory ran out. The packages
that use them, ``pages``, ``engine`` and ``service``, define the requests and answers.
"""
