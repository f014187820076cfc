"""The server of the page: uvicorn's protocol on a thread of its own, with limits for its clients.

`web_server` is the thread with its event loop, `acceptor` accepts the clients of one listener, and
`connection` is the HTTP of one client, which `limits` bounds. `listeners` opens the addresses of
the settings, `handed_over` takes the sockets of the service manager, and `password` reads the
password.

There are limits for the connections, the requests at once and in a second, the sizes of heads and
bodies, and the times that a client may take. Idle clients make room for others.
"""
