"""What ocr-watcher costs and how well it reads, beside what a person would use otherwise.

`parts` has a module for each question. `quality` compares texts with the pages they are of.
`reference` has what is compared with: each runs in a process of its own, the official SDK in a
virtual environment of its own. `service` answers in Baidu's place, `daemon` runs the program under
test as people do, `process` reads what the kernel knows of a process, and `report` prints the
figures beside their aims.

    python -m benchmarks --help
"""
