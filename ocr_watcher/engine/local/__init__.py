"""The local engine: Baidu's open PP-OCR models, run on this machine by RapidOCR.

The way of a page::

    engine → page_reader → second_look ─┬→ lines: detection → recognition
                  │                     └→ detection.ink → detection.clippings → lines, once more
                  └→ page_direction

`page_reader` has a page read the right way up, which `page_direction` finds. `second_look` looks at
the whole page, and once more at what looks like writing and no line covers. `lines` finds and reads
the lines of a picture, by `detection` and `recognition`. `runtime` is RapidOCR itself.

`description` is what the rest of the program knows of the engine, `settings` its section.
"""
