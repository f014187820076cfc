"""Events: each is published once, for any number of listeners, which neither delay nor fail it."""
