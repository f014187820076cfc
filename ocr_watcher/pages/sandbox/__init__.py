"""Processes in which pictures are decoded and made to fit: a hostile one harms nothing else.

The daemon's side is a `pool` of processes, each with a `client` that starts, asks and ends it; a
`session` is a file that is read page by page. The process is a `worker`, and `wire` is what the two
sides send to each other.
"""
