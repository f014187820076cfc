"""The values that all parts of the program share.

`image` and `page` are what is read, `reading` is what was read, `word` a part of it, `geometry`
where it stands, `page_text` what is laid over a page of a PDF, and `dialect` the names that Baidu's
answers have for it (`dialect_places`, `dialect_paragraphs`). `outcome` is how an attempt ends,
`tried` the tries before it, `backoff` the delays between them, `pause` why no calls are made,
`snapshot` how things stand. `section` is the base of an engine's settings, `check_result` a line of
``check``.
"""
