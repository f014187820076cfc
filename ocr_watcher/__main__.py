"""The entry point of ``python -m ocr_watcher``."""

from ocr_watcher.cli import main

main(prog_name="ocr-watcher")
