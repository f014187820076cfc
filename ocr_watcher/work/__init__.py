"""The work on settled images, from the queue to the written sidecars.

`queue` holds the images for all threads, `lanes` are their order and which are held, and
`pause_holds` those whose endpoint is paused; `worker` is the threads. An `attempt` opens an image
(`opened`, `image_file`) and has it read (`recognise`, `read_pages`). `verdict` decides what follows
from a fault, `unknown_code_tries` gives tries back, `attempt_log` logs how attempts end, and
`tally` counts them. Before a call, `room` checks that the sidecars can be written, and `memory`
limits the bytes that all workers hold (`memory_limit`). `rendering` makes the content of the
sidecars, and `unwritten_readings` keeps readings that could not be written. `doubt` finds images
that were replaced, and `confidence` finds doubtful text. `underway` records which images are being
worked on.
"""
