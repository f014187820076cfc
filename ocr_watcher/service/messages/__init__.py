"""What is sent to people: images that failed, pauses, and that all is done.

::

    events → listeners: notices → messenger → store: what each target is still to be told
                                     └→ delivery → courier, a process of its own: Apprise

`process_messages` keeps all of it for the life of the process, over all reloads, and is the only
module that others need. `listeners` turn events into notices, `idleness` sees when all is done.
`notices` is the value of what is to be told, `notation` its form in the store, `standing` what one
`target` was told and when it is told more, and `digest` the text. The `messenger` keeps notices and
sends digests as the `orders` say, step by step on one thread; a `sending` has another. `spoken`
tells in the log which target cannot be reached. `trial` sends a message for ``check``.

A message is sent at least once. The store forgets a notice when the target has taken it; where the
daemon is killed between the two, the target gets the notice again. The other order would lose it.
"""
