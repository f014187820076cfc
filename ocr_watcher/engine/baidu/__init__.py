"""Baidu's OCR service over HTTP.

`engine` makes the calls: it builds their `body`, sends it with the `client`, and turns the `answer`
into a reading or an error, by the table of `codes`. `client` uses requests for HTTP, and
`transport` gives its connections a deadline. `access` has the credentials of a call: a `token`,
which `grant` fetches, or a key. `credentials` finds the keys, and `masks` hides them in texts.
`endpoints` is a table of the options and limits of each endpoint. `description` describes the
engine for the rest of the program, `settings` is its section, and `option_rules` makes the JSON
schema of the options of each endpoint. `clock` and `layout_advice` are tests of ``check``, and
`days` is the calendar of quotas.
"""
