"""The commands, one module each; the module cli reads their options and checks the settings."""
