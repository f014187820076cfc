"""The section ``metrics`` of the settings."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from ocr_watcher.values.section import Location, Section
from ocr_watcher.values.written import written_as

_SUFFIX = ".prom"


class MetricsSettings(Section):
    """The metrics for Prometheus."""

    textfile: Annotated[Location, written_as(r"[^\x00]*[^/\x00]\.prom")] | None = Field(
        default=None, examples=["/var/lib/prometheus/node-exporter/ocr-watcher.prom"]
    )
    """A file with the metrics for the textfile collector of node_exporter. It is replaced as a
    whole every 15 seconds and removed at the end. Its name must end with `.prom`. A service needs a
    drop-in to write there, see `systemd/examples/metrics.conf`. Unless set, there is no file."""

    @field_validator("textfile")
    @classmethod
    def _is_collected(cls, path: Path | None) -> Path | None:
        if path is not None and path.suffix != _SUFFIX:
            raise ValueError(f"must end with {_SUFFIX}; the collector reads no other files")
        return path
