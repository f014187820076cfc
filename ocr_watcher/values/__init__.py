"""The values that all parts of the program share.

- `image`: the place of an image in a watched folder, and the stamp of its content.
- `page`: a page as it goes to an engine, and the limits of an engine.
- `reading`: the lines that an engine read on a page.
- `word`: the words of a line, and their places.
- `geometry`: the places on a page, and the maps between pictures.
- `page_text`: the text that is laid over a page of a PDF.
- `dialect`: the names that Baidu's answers have for a line's fields, `dialect_places` their places
  and `dialect_paragraphs` their paragraphs.
- `outcome`: the end of one attempt at an image.
- `tried`: the earlier tries at an image.
- `backoff`: the delays between tries.
- `pause`: the reason why no calls are made.
- `snapshot`: the state of a pipeline at one moment.
- `section`: the base of an engine's settings.
- `variable`: the names of the environment variables that give settings.
- `written`: the regular expressions of texts in the settings, for their JSON schema.
- `install_command`: the command that installs what is missing.
- `check_result`: one line of the report of ``check``.
"""
