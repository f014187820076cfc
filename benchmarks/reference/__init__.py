"""What is compared with; each module is a process, and imports nothing of ocr-watcher."""
