"""The section ``output`` of the settings, and the values that a folder may have as well."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticKnownError

from ocr_watcher.formats.registry import DEFAULT, FORMATS
from ocr_watcher.values.section import Section


def missing_for(name: str) -> str | None:
    """Return how to install the packages that a format needs; None if none is missing."""
    remedy = FORMATS.named(name).remedy
    return remedy and f"the packages for {name} are not installed; run: {remedy}"


def _format(name: object) -> object:
    if name not in FORMATS.names:
        *others, last = map(repr, FORMATS.names)
        expected = f"{', '.join(others)} or {last}"
        raise PydanticKnownError("literal_error", {"expected": expected})
    if missing := missing_for(str(name)):
        raise ValueError(missing)
    return name


def _some_without_repeats(formats: tuple[str, ...]) -> tuple[str, ...]:
    if not formats:
        raise ValueError("must name at least one")
    return tuple(dict.fromkeys(formats))


def _names(schema: dict[str, Any]) -> None:
    schema["enum"] = [*FORMATS.names]


def _at_least_one(schema: dict[str, Any]) -> None:
    schema["minItems"] = 1


Format = Annotated[str, BeforeValidator(_format), Field(json_schema_extra=_names)]
Formats = Annotated[
    tuple[Format, ...],
    Field(strict=False, json_schema_extra=_at_least_one),
    AfterValidator(_some_without_repeats),
]
Layout = Literal["rows", "paragraphs", "lines"]


class OutputSettings(Section):
    """What is written beside each image."""

    formats: Formats = (DEFAULT,)
    """What is written beside each image, one or more of:

    - `txt`: the text
    - `json`: the text with positions and everything else that the engine reports
    - `md`: Markdown with headings, lists and tables, for a language model for example
    - `hocr`: hOCR 1.2, with the place of each word
    - `alto`: ALTO 4.4, with the place of each word
    - `pdf`: a searchable copy: the pages with invisible text over the words; needs the extra `pdf`

    `md`, `hocr`, `alto` and `pdf` need an engine that tells where lines stand. Baidu's endpoints
    `general_basic`, `accurate_basic` and `webimage` do not.
    """

    naming: Literal["append", "replace"] = "append"
    """How the files are named: for `scan.jpg`, `append` writes `scan.jpg.txt`, `replace` writes
    `scan.txt`. With `replace`, a `scan.txt`, `scan.md` or `scan.ocr.pdf` that is already there is
    taken for the program's own, and may be replaced or deleted: do not keep such files of yours in
    the folder."""

    layout: Layout = "rows"
    """How lines become text in `txt` files:

    - `rows`: column after column; in a column, everything on the same row becomes one line
    - `paragraphs`: each paragraph becomes one line, with an empty line between paragraphs;
      each line of an address or a poem is a paragraph
    - `lines`: each recognised line by itself, in the order of the engine

    Baidu's endpoints `general_basic`, `accurate_basic` and `webimage` do not say where lines stand.
    With them, `rows` gives the same as `lines`, and `paragraphs` are those that the service finds;
    `webimage` finds none.
    """
