"""What ocr-watcher costs, beside what a person would use otherwise, measured in one run.

`parts` has a module for each question. `reference` has what is compared with: each runs in a
process of its own, the official SDK in a virtual environment of its own. `service` answers in
Baidu's place, `daemon` runs the program under test as people do, `process` reads what the kernel
knows of a process, and `report` prints the figures beside their aims.

    python -m benchmarks --help
"""
