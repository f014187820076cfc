"""The search for images in the watched folders, and the decision when each is whole.

`watchers` gives each folder a `folder_watcher` of its own. `file_events` are hints of the kernel
through watchdog (`inotify`), and the `supervisor` sees that they arrive. The `schedule` says which
folder is scanned next, the `scanner` does it, and `tree` compares a folder with the sidecars in it.
A file that came goes to the `settler`, which decides by `settle_rule`. `hangs` finds folders that
do not answer.
"""
