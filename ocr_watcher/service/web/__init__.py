"""The page that people open in a browser, and the addresses ``/metrics`` and ``/health``.

A request goes this way::

    client → server: acceptor, connection → guards → health_and_metrics → page → views
                              process_page, served_page: what of it lives for how long

`process_page` keeps the page for the life of the daemon and is the only module that others need;
`served_page` and all that it imports is loaded only where the page is on. `site` is what the views
see of the daemon, `activity` what was read in the last hour, `live` the wake-up of browsers,
`bucket` the bound of a rate. `pictures` of pages are made in a sandbox of the page's own, a
`transcript` is what was read on them, and `safe_file` reads what lies in a watched folder.
"""
