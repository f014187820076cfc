"""Processes that decode pictures and make them fit, so that a hostile picture harms nothing else.

On the daemon's side there is a `pool` of processes. A `client` starts one process, sends it
requests and ends it; a `session` is a file that is read page by page. The process itself is a
`worker`. The messages between the two sides are defined in `wire`, the request for a searchable PDF
in `composing`, and the text that a page has in the file in `own_text`.
"""
