"""Watches folders of scans and writes the text beside each one.

The way of an image, and the package that each step of it lives in::

    folder → watch: events, tree → settle → work: queue → worker → attempt → recognise
          ┌────────────────────────────────────────────────────────────────────┘
          └→ reading: pages → engine → document → sidecar

      ledger: what we remember                     service: what those who run it are told

`watch` finds images. `events` are hints from the kernel, `tree` compares the folder with the
sidecars in it and is the truth; `wanted` knows which names are images, `settle` when a file is
whole. `watcher` starts the first before the second, so that nothing falls between them, and
`supervisor` sees to it that the kernel goes on telling. `watchers` gives each folder threads
of its own, and `hangs` finds the folders that do not answer: their images are set aside, and
whoever waits for them is left behind.

`work` sees each image to its end. The `queue` holds it once, a `worker` thread takes it, `attempt`
knows its earlier tries, `recognise` makes one, `verdict` decides what a fault means for it. Only a
fault of the image itself counts against it; whatever else fails, it waits.

`underway` knows which thread reads which page, and keeps it where it outlives the process: an
image that the program dies with again and again is given up.

`pages` turns a file of any kind into what an engine takes, in processes apart where something must
be decoded, and `reading` has one page read after the other. `engine` reads a page: Baidu's service
(`baidu`) or the models on this machine (`local`), `remembering` what was read before, within the
`budget`, and through the one `gate` that spaces calls and stops them all where each would fail.

`document` is what was read on the pages of an image: it finds where the lines stand, the blocks
they make, their rows and paragraphs, and renders the text in the layout of the settings.

`sidecar` names, renders and writes the files beside an image, each whole or not at all, dated like
their image. They are the truth. The `ledger` is memory that saves calls: with it lost, no finished
image is recognised twice.

`pipeline` puts the parts together, `commands` does what `cli` was asked, `settings` says how,
`service` speaks with those who run it and claims the folders, so that no other program works on
them, here or on another host; and `errors` draws every fault and who can act on it.
"""

__version__ = "0.1.0"
