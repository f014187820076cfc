"""Events: each is published once, for any number of listeners, which neither delay nor fail it.

`model` are the events, frozen values. `bus` passes each on to the listeners of its class. One
that may be slow has a thread of its own in the `background`, with a bounded queue. Events may be
dropped there, and at the end of a run: what must not be lost belongs in the ledger.
"""
