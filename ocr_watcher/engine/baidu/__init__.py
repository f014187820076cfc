"""Baidu's OCR service over HTTP: what it takes, what it answers, and the engine that calls it.

`description` is what the rest of the program knows of the engine, `settings` its section. `clock`
and `layout_advice` are what ``check`` reports of it, `days` are those of its calendar.
"""
