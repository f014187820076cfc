"""Watches folders of scans and writes the text beside each one.

The way of an image, and the package that each step of it lives in::

    folder → watch: events, scans → settle → work: queue → worker → attempt
          ┌───────────────────────────────────────────────────────────┘
          └→ pages → engine (cache, circuit breaker) → document → formats → sidecars

    ledger: what we remember        service: what systemd and people are told
                                             (events → status, metrics, page, messages)

A package imports only packages that stand below it in this list, type imports included, which
import-linter checks:

- `cli` reads the command line, and `commands` does what it asks for.
- `assemble` builds the parts of a run, and attaches the listeners that every run has.
- `pipeline` is those parts at work: what starts first and what ends last, and how things stand.
- `service` speaks with systemd and with people, and claims folders, so that no other program works
  on them, here or on another host. Its part `metrics` has the numbers for Prometheus, `web` the
  page for a browser, `messages` what is sent to people.
- `watch` finds images. The kernel's file events are only hints; a scan, which compares the folder
  with its sidecars, decides. An image that is whole goes to the queue.
- `work` sees each image to its end. The queue holds it once, a worker thread takes it, an attempt
  opens the file and writes the sidecars, a verdict decides what a fault means. Only a fault of the
  image itself counts against it; whatever else fails, it waits.
- `index` knows the images of the folders and their texts, for the page and for ``find``. It is made
  from the sidecars, and made anew where it is lost.
- `sidecars` names the files beside an image and finds out which are there. They are the truth.
- `folders` are the watched folders, and the rules for which of their files are images.
- `settings` are the settings file, the command line and the environment, checked. What editors
  and people are told of them is made from the same models.
- `formats` are the ways to write a document down, and how sidecars are told from images by name.
- `engine` reads a page, by Baidu's service, by models on this machine, which are in a process of
  their own, or on the machines of a cluster; the rest of the program knows only the descriptions of
  engines. A call passes a cache, a budget, a rate limiter and circuit breakers before it reaches an
  engine. If every call would fail, a breaker stops the calls of an account or of one endpoint.
- `ledger` remembers what saves calls: even if it is lost, no finished image is recognised twice.
- `pages` turns a file of any kind into pages that an engine takes, and with their text into a
  searchable PDF, in sandboxed processes.
- `document` is what was read on the pages of an image: columns, rows, paragraphs, words, and text.
- `processes` starts processes apart from the daemon, without its keys, ends them with the daemon,
  and exchanges messages with them.
- `storage` uses the disk: file systems, directories, files that appear whole or not at all, files
  with secrets, and what the program's SQLite files have in common.
- `events` publishes what happens: a bus passes each event on to any number of listeners, and no
  listener can delay a worker or make it fail.
- `threads` tells whether threads advance, and abandons calls to file systems that hang; `logs`
  writes lines with fields, and blocks no thread.
- `values` are what all parts share: image, page, reading, places, outcome. `errors` lists every
  fault and who can act on it, `escapes` makes names fit for one line.

The words, each with one meaning:

answer
    What the service sent for a call: JSON, untrusted.
attempt
    One try at an image, from its file to its sidecars. Its outcome says whether there is another
    attempt, and the back-off says when.
cache
    What was read on pages before, so that the same page is never paid for twice.
circuit breaker, pause, permit, probe
    If every call would fail, the breaker opens: a pause begins. An attempt needs a permit for its
    calls. After a pause, and at the start if calls are paid for, one attempt is the probe for all
    others. The account has a breaker, and each of its endpoints has one.
claim
    The right of one program to work on a folder, kept in a lock file in the folder.
document
    What was read on all pages of an image, as a format is given it.
endpoint
    One of the functions of a service that can be called, with its own price and quota. A folder may
    choose another endpoint than the rest, with its own options.
event
    What happened, published on the bus. The events of a folder come from the kernel, and are only
    hints.
heartbeat
    The sign of a thread that it advances. The program sends a heartbeat to systemd only while all
    threads advance.
hold
    To take no image of a folder from the queue, because the folder hangs or its endpoint is paused.
image
    A file of a watched folder that is recognised. Its pixels are a picture.
ledger
    What is remembered over a restart. The sidecars are the truth.
page, piece
    A page of an image, and the part of it that one call sends.
passthrough
    A page whose file goes to the engine byte for byte.
reading
    What an engine read on a page: lines with text, places and scores.
render
    To write a document in a format. Bytes become pixels by decoding.
rescan
    A regular scan of a folder, which finds images that no event reported.
sandbox
    A separate process that decodes pictures, so that a hostile picture harms nothing else.
settle
    To be complete: a file has settled when it has not changed for a while.
sidecar
    A file beside an image that holds its text, or why it failed.
sign of life
    What a daemon leaves beside its registration at an interval: that all threads advance, or which
    one does not. ``status --health`` reads it.
slot
    A place for a page on a worker of a cluster.
"""

__version__ = "0.1.0"
