"""The local engine: Baidu's open PP-OCR models, run on this machine by RapidOCR.

A page passes through these modules::

    engine → process → page_reader → second_look ─┬→ lines: detection, recognition
                            │                     │    └→ runtime: stages → backends
                            │                     └→ detection.ink → detection.clippings → lines,
                            └→ page_direction                                         once more

The engine that the rest of the program calls is in the daemon. The modules after `process` run in a
process of their own, which holds the models. `page_reader` reads a page the right way up;
`page_direction` finds its direction. `second_look` reads the whole page, and then the places that
look like writing and are covered by no line. `lines` finds and reads the lines of a picture with
`detection` and `recognition`. `runtime` contains all calls of RapidOCR, and `backends` all those of
the runtimes that compute its networks: OpenVINO and onnxruntime.

`perspective` maps the strip of pixels from which a line is read to its place on the page.

`description` describes the engine for the registry, `settings` is its section of the settings, and
`installation` has the errors for what is not installed.
"""
