"""What is sent to people: images that failed, pauses, and that all is done.

::

    events → listeners: notices → messenger → store: what each target is still to be told
                                     └→ delivery → courier, a process of its own: Apprise

`process_messages` keeps all of it for the life of the process, over all reloads, and is the only
module that others need. `listeners` turn events into notices, `idleness` sees when all is done.
`notices` is the value of what is to be told, and `standing` what one `target` was told and when it
is told more, by `delays` of a clock that may be set. `notation` is the form of both in the store,
and `digest` the text. The `messenger` keeps notices and sends digests as the `orders` say, step by
step on one thread; a `sending` has another. `memory_store` has what the disk refuses. `spoken`
tells in the log which target cannot be reached. `trial` sends a message for ``check``.

Several processes may have one state directory, and one target. `presence` shows which of them live:
what was to be told to a target that no living process has goes to the next new target.

A message is sent at least once. The store forgets a notice when the target has taken it; where the
daemon is killed between the two, the target gets the notice again. The other order would lose it.
"""
