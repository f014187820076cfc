"""What is sent to people: images that failed, pauses, and that all is done.

::

    events → listeners: notices → inbox → messenger → store: an outbox for each target
                                           └→ delivery → sender_process: Apprise

- `process_messages` keeps all of it for the life of the process, over all reloads. It is the only
  module that others need; `trial` is for ``check``.
- `notices` is the value of what is to be told. `listeners` turn events into notices, and `idleness`
  sees when all is done. The `inbox` has what is not kept yet.
- `outbox` is what one `target` is still to be told, and when. `delays` are by a clock that may be
  set. `notation` is the form of outboxes in the `rows` of the `store`; the `memory_store` has what
  the disk refuses.
- `messenger` keeps notices and sends them as a `subscription` says, step by step on one thread. The
  text of a message is a `digest`, and each `sending` has a thread of its own.
- `told_faults` tells in the log which target cannot be reached.
- `presence` shows which processes live, as several may have one state directory and one target.
  What a target is to be told that no living process has goes to the next new target.

A message is sent at least once. The store forgets a notice when the target has taken it; where the
daemon is killed between the two, the target gets the notice again. The other order would lose it.
"""
