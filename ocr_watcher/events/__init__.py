"""What happens, published once, for any number of listeners that can neither delay nor fail it."""
