"""Baidu's OCR service over HTTP.

`engine` makes the calls: it builds their `body`, sends it by the `client`, and makes the `answer` a
reading or an error, by the table of `codes`. `client` is HTTP by requests, and `transport` its
connections with a deadline. `access` is how a call proves that it may be made: by the `token`,
which `grant` fetches, or by a key; `credentials` finds the keys, and `masks` hides them in what is
shown.

`endpoints` is a table of what each endpoint takes. `description` is what the rest of the program
knows of the engine, `settings` its section, and `option_rules` what its JSON schema says of the
options of each endpoint. `clock` and `layout_advice` are what ``check`` reports, and `days` the
calendar of quotas.
"""
