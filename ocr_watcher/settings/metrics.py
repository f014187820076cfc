"""The section ``metrics`` of the settings."""

from pathlib import Path

from pydantic import field_validator

from ocr_watcher.values.section import Location, Section

_SUFFIX = ".prom"


class MetricsSettings(Section):
    """The file with the metrics, for node_exporter's textfile collector."""

    textfile: Location | None = None

    @field_validator("textfile")
    @classmethod
    def _is_collected(cls, path: Path | None) -> Path | None:
        if path is not None and path.suffix != _SUFFIX:
            raise ValueError(f"must end with {_SUFFIX}; the collector reads no other files")
        return path
