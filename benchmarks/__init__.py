"""Measures what ocr-watcher costs and how well it reads, beside what a person would use otherwise.

`parts` has a module for each question. `quality` compares texts with the pages that they are from.
`reference` has the programs for comparison. Each of them runs in a process of its own, the official
SDK in a virtual environment of its own. `service` answers in Baidu's place, and `daemon` runs the
program under test as people do. `process` reads the kernel's counts for a process, and `report`
prints the figures beside their aims.

    python -m benchmarks --help
"""
