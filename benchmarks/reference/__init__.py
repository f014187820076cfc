"""The programs for comparison; each module is a process, and imports nothing of ocr-watcher."""
