"""Pictures of pages for a browser: decoded and encoded anew, one at a time, and few of them kept.

A `desk` is a thread of low priority that does one piece of work after the other, within an
`allowance` of the time. `image_work` does work with the content of an image on it, in a sandbox of
its own. `pictures` are what comes of it, and a `shelf` keeps those that were asked for last.
"""
