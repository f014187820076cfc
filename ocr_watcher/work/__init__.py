"""The work on settled images, from the queue to the written sidecars.

`queue` keeps the images for all threads. `lanes` decide their order, and which are not handed out
for now. `pause_holds` holds images back whose endpoint is paused. `worker` has the threads. An
`attempt` opens an image (`opened`, `image_file`) and reads it (`recognise`, `read_pages`).
`verdict` decides what follows from a fault, `unknown_code_tries` gives tries back, `attempt_log`
logs how attempts end, and `tally` counts them. Before a call, `room` checks that the sidecars can
be written, and `memory` limits the bytes that all workers hold (`memory_limit`). `rendering` makes
the content of the sidecars, and `unwritten_readings` keeps readings that could not be written.
`doubt` finds images that were replaced, and `confidence` finds doubtful text. `underway` records
which images are being worked on.
"""
