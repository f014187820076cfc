"""The pages that people see, each a route with a template.

`rendering` makes an answer of a template, and `shown` makes values fit for one: names and texts are
hostile, and so are dates. Every page is whole without JavaScript: its buttons are forms, and its
lists are links. What a page has in elements with the attribute ``data-live`` is replaced by
``static/live.js`` when something has changed.

`overview`, `images` and `find` are the pages of all images, `retry` makes failed ones wait again,
`image` is the page of one image, as its folder shows it now (`image_details`), with the lines of
its text (`image_lines`) and its files (`downloads`); work for a client ends when it leaves
(`leaving`).
`events` tells browsers that something has changed, `static_files` has the style and the script.
"""
