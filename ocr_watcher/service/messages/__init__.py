"""Messages to people: about images that failed, about pauses, and when all images are done.

::

    events → listeners: notices → inbox → messenger → store: an outbox for each target
                                           └→ delivery → sender_process: Apprise

- `process_messages` keeps all parts for the life of the process, over all reloads. Other packages
  need only this module, and `trial` for ``check``.
- `notices` are the facts for people, as values. `listeners` turn events into notices, and
  `idleness` finds the moment when all images are done. The `inbox` has the notices that are not in
  the store yet.
- An `outbox` has the notices that one `target` does not have yet, and the time of the next sending.
  `delays` measures times by a clock that may be set. `notation` writes outboxes into the `rows` of
  the `store`; the `memory_store` keeps outboxes that the disk refuses.
- `messenger` keeps notices and sends them by the rules of a `subscription`, step by step on one
  thread. The text of a message is a `digest`, and each `sending` has a thread of its own.
- `logged_faults` logs each fault of a target or of the store once.
- `presence` shows which processes are alive, as several may have one state directory and one
  target. If no living process has a target any more, its notices go to the next new target.

A message is sent at least once. The store forgets a notice after the target has accepted it. If the
daemon is killed between the two, the target gets the notice again. The opposite order would lose
it.
"""
