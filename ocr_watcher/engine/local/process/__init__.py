"""The process that holds the models and reads the pages, apart from the daemon with its keys.

    daemon: engine → turns → keeper → models_process ══ messages ══ worker → page_reader
                       └→ crash_policy                                └→ idleness

A page waits in `turns` for one of the lanes of the process. The `keeper` has the process, and
starts another where it has ended; `models_process` is one process, which is given pages and ends.
`crash_policy` decides what follows for a page whose process ended meanwhile. `worker` is the
process itself: it loads the models, reads the pages of each lane on a thread of its own, and ends
after a time of `idleness`. `messages` are what both sides tell each other.
"""
