"""The work on settled images: take each from the queue, and finish it.

`queue` holds the images (`lanes`: in which order), `worker` is the threads. An `attempt` opens the
image (`opened`, `image_file`) and has it read (`recognise`, `read_pages`); `verdict` decides what a
fault means, `unknown_code_tries` gives tries back, `attempt_log` is the lines of the log, and
`tally` counts. Before a call, `room` checks that the sidecars can be written and `memory` that the
file may be held (`memory_limit`); `unwritten_readings` keeps answers that could not be. `doubt`
finds images that were replaced, `confidence` text that is doubtful. `underway` is what is being
worked on.
"""
