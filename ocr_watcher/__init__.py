"""Watches folders of scans and writes the text beside each one.

The way of an image, and the package that each step of it lives in::

    folder → watch: events, scans → settle → work: queue → worker → attempt
          ┌───────────────────────────────────────────────────────────┘
          └→ pages → engine (cache, circuit breaker) → document → formats → sidecars

    ledger: what we remember        service: what systemd and people are told

A package imports only packages that stand below it in this list, type imports included, which
import-linter checks:

- `cli` reads the command line, and `commands` does what it asks for.
- `assemble` builds the parts of a run, and attaches the listeners that every run has.
- `pipeline` is those parts at work: what starts first and what ends last, and how things stand.
- `service` speaks with systemd and with people, and claims folders, so that no other program works
  on them, here or on another host.
- `watch` finds images: events are hints from the kernel, a scan compares the folder with the
  sidecars in it and is the truth. An image that is whole goes to the queue.
- `work` sees each image to its end. The queue holds it once, a worker thread takes it, an attempt
  opens the file and writes the sidecars, a verdict decides what a fault means. Only a fault of the
  image itself counts against it; whatever else fails, it waits.
- `sidecars` names the files beside an image and finds out which are there. They are the truth.
- `folders` are the watched folders, and the rules for which of their files are images.
- `settings` are the settings file, the command line and the environment, checked.
- `formats` are the ways to write a document down, and how sidecars are told from images by name.
- `engine` reads a page: Baidu's service or the models on this machine, which the rest of the
  program knows by their descriptions alone, behind a cache, a budget, a rate limiter, and the one
  circuit breaker that stops all calls where each would fail.
- `ledger` is memory that saves calls: with it lost, no finished image is recognised twice.
- `pages` turns a file of any kind into pages that an engine takes, in sandboxed processes.
- `document` is what was read on the pages of an image: columns, rows, paragraphs, and their text.
- `storage` is what the disk does: file systems, directories, files that appear whole or not at all.
- `events` are what happens, published once: a bus passes each on to any number of listeners, of
  which none delays or fails a worker.
- `threads` tells whether threads advance, and leaves file systems behind that hang; `logs` are
  lines with fields that block nobody.
- `values` are what all parts share: image, page, reading, places, outcome. `errors` draws every
  fault and who can act on it, `escapes` makes names fit for one line.
"""

__version__ = "0.1.0"
