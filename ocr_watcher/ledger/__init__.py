"""The ledger: memory that saves calls and outlasts a restart, but is never the truth."""
