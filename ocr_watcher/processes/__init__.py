"""Processes of this program that do one thing apart from the daemon, and may be harmed by it.

    daemon: child ──── wire: messages ──── inside: the child itself

`child` starts a process and ends it, whatever it does. It has no key in its environment, no open
file but its connections, and it ends with the daemon. `inside` is what the process does before its
own work: it ties itself to the daemon and limits its resources. `wire` are the messages between the
two, and `errors` the errors that they carry. `code_memory` forbids a process memory into which code
can be written. `heap` gives memory that a process freed back to the system, and limits its heaps.
What is asked and answered is up to the packages that use them, ``pages``, ``engine`` and
``service``.
"""
