"""What systemd and people are told, and what they tell the program; who works on which folder.

`signals` turns signals into data, `notify` speaks with the service manager, `reload` asks a daemon
to read its settings again, and `streams` are standard output and standard error. `lock` claims the
folders of a run, each by a `claim` in the folder itself, and `runs` lists the runs there are.
"""
