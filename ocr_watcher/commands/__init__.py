"""The commands, one module each; ocr_watcher.cli reads their options and checks the settings."""
