from datetime import UTC, datetime

from ocr_watcher.document.document import Document, RenderOptions, Source
from ocr_watcher.formats.txt import render
from ocr_watcher.values.reading import EngineIdentity
from tests.document.paper import drawn


def test_the_text_is_laid_out_as_the_document_is_to_be():
    page = drawn("left      right\nbelow")
    rendered = {
        layout: render(
            Document(
                (page, page),
                Source("a.jpg", 1, 0, None),
                EngineIdentity("local", "models"),
                datetime.now(UTC),
                options=RenderOptions(layout),
            )
        )
        for layout in ("rows", "lines")
    }
    assert rendered["lines"] == b"left\nright\nbelow\n\fleft\nright\nbelow\n"
    assert rendered["rows"] == b"left      right\nbelow\n\fleft      right\nbelow\n"
