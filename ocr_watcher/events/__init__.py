"""Events, which are published once for any number of listeners.

A listener cannot make the publisher wait or fail. `model` defines the events as frozen values.
`bus` passes each event on to the listeners of its class. A listener that may be slow has a thread
of its own in the `background`, with a bounded queue. Events may be dropped there, and at the end of
a run. The ledger keeps the facts that must not be lost.

A listener belongs in the package that it works for. A listener that reports to people or to other
programs belongs in the package service. The module assemble attaches the listeners that every run
has; a command attaches its own.
"""
