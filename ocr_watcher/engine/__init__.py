"""The engines that read a page: Baidu's service, or the models on this machine.

Each engine has a package with a `description`, which the `registry` keeps: its name, its settings,
whether it can be used here, how it is made, how often it may be called, and what ``check`` reports
about it. To add an engine, write such a package and add its entry to the registry; nothing else
changes.

`choose` finds the engine that the settings ask for. `guard` puts it behind the cache, the budget,
the rate limiter and the circuit breaker, which all calls share. `interface` defines the methods of
an engine.
"""
