"""The search for images in the watched folders, and the decision when each is whole.

`watchers` creates one `folder_watcher` for each folder. `file_events` receives the kernel's file
events through watchdog (`inotify`), and the `supervisor` checks that they arrive. The `schedule`
decides which folder is scanned next, the `scanner` scans it, and `tree` compares the folder with
the sidecars in it. The `settler` waits until a new file is whole, by the rule in `settle_rule`.
`hangs` finds folders that do not answer.
"""
