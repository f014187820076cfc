"""Events, which are published once for any number of listeners.

A listener cannot make the publisher wait or fail. `model` defines the events as frozen values.
`bus` passes each event on to the listeners of its class. A listener that may be slow has a thread
of its own in the `background`, with a bounded queue. Events may be dropped there, and at the end of
a run. The ledger keeps the facts that must not be lost.

A listener stands in the package that it works for, and one that tells people or programs outside in
the package service. The module assemble attaches the listeners of every run, and a command those of
its own.
"""
