"""The process that holds the models and reads the pages, apart from the daemon with its keys.

    daemon: engine → turns → keeper → models_process ══ messages ══ worker → page_reader
                       └→ crash_policy                                └→ idleness

A page waits in `turns` for one of the lanes of the process. The `keeper` has the process, and
starts another if it has ended. `models_process` gives pages to one process and learns of its end.
`crash_policy` decides what happens to a page whose process ended meanwhile. `worker` is the process
itself: it loads the models, reads the pages of each lane on a thread of its own, and ends after a
time of `idleness`. `messages` are the messages between both sides.
"""
