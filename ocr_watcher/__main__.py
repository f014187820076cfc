"""The entry point of ``python -m ocr_watcher``."""

from ocr_watcher.cli import main

if __name__ == "__main__":  # a process that the program starts may import its main module
    main(prog_name="ocr-watcher")
