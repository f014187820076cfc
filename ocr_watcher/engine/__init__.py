"""What reads a page: Baidu's service or the models on this machine, behind one circuit breaker.

Each engine has a package, with a `description` of it in the `registry`: its name, its settings,
whether it can be used here, how it is made, how often it may be called, and what ``check`` reports
of it. To add an engine, write such a package and its entry there, and nothing else.

`choose` finds the engine that the settings ask for, and `guard` puts it behind the cache, the
budget, the rate limiter and the circuit breaker. `interface` is what an engine does.
"""
