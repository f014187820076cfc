"""What stands between a client and the page: each guard refuses one kind of request.

`chain` puts them around the page, in this order: `headers` gives every answer its
security headers, `faults` answers where the page fails, `rate` bounds the requests, `form` takes
those of the shape that the page has, `host` and `origin` those that a page of this address makes,
`password` those of people who know it, and `token` changes that a form of the page asks for.

`access` is who may open the page, by the settings. `answer` is a refusal.
"""
