"""Communication with systemd, signals and other runs, and the claims on the watched folders.

`signals` turns signals into data, and `notify` sends messages to the service manager. `reload` asks
a daemon to read its settings again. `status_line` is the state of a run in one line, and `streams`
replaces standard output and standard error. `lock` claims the folders of a run, each by a `claim`
in the folder itself. `runs` registers and lists runs, `running` is the entry of a run in the
registry, and `life_sign` is the report of a daemon about its threads. `daemon` describes a daemon
as commands see it, `reasons` finds why an image has its text or lacks it, and `retry` makes a
failed image wait again. `metrics` are the numbers for Prometheus, `web` is the page for a browser,
and `messages` are sent to people.
"""
