"""The pages that people see, each a route with a template.

`rendering` renders templates, and `shown` makes values safe for them: names, texts and dates are
hostile. Every page works without JavaScript: its buttons are forms, and its lists are links. The
script ``static/live.js`` replaces elements with the attribute ``data-live`` when something has
changed.

`overview`, `images` and `find` are the pages of all images, and `retry` makes failed images wait
again. `image` is the page of one image, with its present state (`image_details`), the lines of its
text (`image_lines`) and its files (`downloads`). Work for a client ends when the client leaves
(`leaving`). `events` tells browsers that something has changed, `static_files` has the style and
the script.
"""
