"""The guards between a client and the page: each guard refuses one kind of request.

`chain` puts them around the page, in this order:

- `headers` adds the security headers to every answer.
- `faults` answers if the page fails.
- `password` accepts requests with the password, and limits the `guesses` of others.
- `rate` limits the number of requests.
- `form` accepts requests that the page and its forms can make.
- `host` and `origin` accept requests from a page at this address.
- `token` accepts changes that a form of the page requests.

`access` defines who may open the page, by the settings. `answer` is a refusal.
"""
