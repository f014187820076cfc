"""The fields of a logged event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping


def fields(**values: object) -> dict[str, Any]:
    """Return the ``extra`` argument of a log call, with the fields of the event."""
    return {"fields": values}


def fields_of(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return the fields of an event, including the class of its exception."""
    values: dict[str, Any] = dict(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[0] is not None:
        values["exception"] = record.exc_info[0].__name__
    return values
