"""The guards between a client and the page: each guard refuses one kind of request.

`chain` puts them around the page, in this order: `headers` gives every answer its
security headers, `faults` answers where the page fails, `password` takes the requests of people who
know it, with a bound on the `guesses` of others, `rate` bounds the requests, `form` takes those of
the shape that the page has, `host` and `origin` those that a page of this address makes, and
`token` changes that a form of the page asks for.

`access` is who may open the page, by the settings. `answer` is a refusal.
"""
