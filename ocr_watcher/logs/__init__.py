"""Logs: events with fields, as lines of text or as JSON, that never block a thread.

The records are those of ``logging``, because libraries log through it too. structlog (26.1) is not
used: it would replace `fields` and the two formatters of `setup`, 80 lines, by a dependency that
takes twice the processor time per line (22 µs instead of 10). It does not replace the rest: the
priorities of the `systemd_journal`, the `log_queue` that keeps a slow reader from blocking a
thread, and the filter for `repeats`.
"""
