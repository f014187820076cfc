"""The local engine: Baidu's open PP-OCR models, run on this machine by RapidOCR.

Models and code come with the extra ``local`` and are imported when the first page is read.
"""

from ocr_watcher.engine.local.engine import LocalEngine

__all__ = ["LocalEngine"]
