"""Pictures of pages for a browser: each is decoded and encoded again, one at a time; few are kept.

A `picture_queue` has a thread of low priority that does one piece of work after the other, within
its `time_share`. `image_work` uses it for work with the content of an image, in a sandbox of its
own. `pictures` are the results, and a `bounded_cache` keeps those that were requested last.
"""
