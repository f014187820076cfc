"""The local engine: Baidu's open PP-OCR models, run on this machine by RapidOCR.

The way of a page::

    engine → reader → searching ─┬→ looking: paper → parting → laying → recognising
                 │               └→ ink → clippings → looking, once more
                 └→ direction

`reader` has a page read the right way up, which `direction` finds. `searching` looks at the whole
page, and once more at what `ink` finds to look like writing and no line covers; `clippings` lays
that on a sheet. `looking` has RapidOCR find the lines of a picture, which `paper` gives the shape
of a page. `parting` parts lines that run across columns, `laying` decides which way up each is
read, and `missed` adds the single characters in the rows of a table, which `cells` finds.

`recognising` reads lines. `glyphs` keeps where each character stands and how sure a space was;
`gaps` and `spaces` put the spaces between words by that. `further` models read what the shipped one
is not sure of, and `unread` counts what none could read. `pieces` finds connected ink.

`rapidocr_steps` is the only module that touches the insides of RapidOCR, `models` loads it and
proves that it reads, `faults` names what it raises, and `heap` gives memory back. Models
and code come with the extra ``local``, and are imported when the first page is read; `installation`
is whether they are there.

`description` is what the rest of the program knows of the engine, `settings` its section.
"""
