"""Pictures of pages for a browser: decoded and encoded anew, one at a time, and few of them kept.

A `picture_queue` has a thread of low priority that does one piece of work after the other, within
its `time_share`. `image_work` does work with the content of an image on it, in a sandbox of its
own. `pictures` are what comes of it, and a `bounded_cache` keeps those that were asked for last.
"""
