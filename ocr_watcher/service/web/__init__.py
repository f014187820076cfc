"""The page that people open in a browser, and the addresses ``/metrics`` and ``/health``.

The parts that a request passes through::

    client → server: acceptor, connection → guards → health_and_metrics → page → views

`process_page` keeps the page for the life of the daemon, and is the only module that others need.
`served_page` and all modules that it imports are loaded only if the page is on. `site` has the
facts of the daemon that the views show, and `activity` the pages of the last hour. `live` tells
browsers that something has changed, and `bucket` limits a rate. `pictures` of pages are made in a
sandbox of the page's own. A `transcript` has the lines that were read on a page, and `safe_file`
reads files in watched folders.
"""
