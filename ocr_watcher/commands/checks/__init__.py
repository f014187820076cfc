"""The tests of ``check``, one module for each part that the daemon needs."""
