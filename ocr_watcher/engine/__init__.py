"""The engines that read a page: Baidu's service, the models on this machine, or a cluster.

Each engine has a package with a `description`, which the `registry` keeps. It has the name and the
settings of the engine, whether it can be used here, how it is made, how often it may be called, and
the results of ``check``. To add an engine, write such a package and add its entry to the registry;
nothing else changes.

`choose` finds the engine that the settings ask for, also for a folder with settings of its own.
`guard` puts each engine behind the cache, the budget, the rate limiter and the circuit breakers.
`folder_engines` has the engine of each folder. `interface` defines the methods of an engine. Before
an engine is a chain of engines, each a `wrapper` of the next. They are the `cache` (by `page_key`),
`retrying` with the `budget` and the `rate_limiter`, and `announcing`, which publishes an event for
each call. `guarded` engines make their calls by a `permit`.

`endpoint_breakers` has two levels: a fault of the account stops all calls, a fault of an endpoint
only the calls of this endpoint. Each level is a `circuit_breaker`, and its pause an `interruption`.
`breaker` is the interface of both for callers. `pauses` decides how long a pause is, `clock_jumps`
whether the clock was set, and `unknown_codes` what a code means that is in no table.
"""
