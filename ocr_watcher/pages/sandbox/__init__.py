"""Processes that decode pictures and make them fit, so that a hostile picture harms nothing else.

On the daemon's side there is a `pool`, which asks processes for pages and for PDFs; `lending` gives
each process to one thread at a time. A `client` starts one process, sends it requests and ends it;
a `session` is a file that is read page by page. The process itself is a `worker`. `wire` defines
the messages between the two sides, `composing` the request for a searchable PDF, and `own_text` the
notation of the text that a page has in the file.
"""
