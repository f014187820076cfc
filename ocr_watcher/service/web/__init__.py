"""The page that people open in a browser, and the addresses ``/metrics`` and ``/health``."""
