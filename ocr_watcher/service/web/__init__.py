"""The page that people open in a browser, and the addresses ``/metrics`` and ``/health``.

A request goes this way::

    client → server: acceptor, connection → guards → health_and_metrics → page → views
                              process_page, served_page: what of it lives for how long

`process_page` keeps the page for the life of the daemon and is the only module that others need;
`served_page` and all modules that it imports are loaded only if the page is on. `site` is what the
views show of the daemon, `activity` what was read in the last hour. `live` tells browsers of a
change, and `bucket` limits a rate. `pictures` of pages are made in a sandbox of the page's own, a
`transcript` is what was read on a page, and `safe_file` reads files in watched folders.
"""
