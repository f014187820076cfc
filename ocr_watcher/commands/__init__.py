"""The commands, one module each; ocr_watcher.cli reads their options and checks the settings.

`daemon` is ``run``, and `once` is ``run --once``. `tools` are the parts that both open and close,
and `reloads` counts how often the daemon read its settings again. `shown` connects the page to the
daemon, and `progress` is a progress bar. `ocr`, `check` (with `checks`), `status`, `why`, `retry`
and `find` are named like their commands; those that work beside a daemon find it with `beside`.
`health` is ``status --health``.
"""
