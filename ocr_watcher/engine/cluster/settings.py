"""The section ``cluster`` of the settings."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.values.section import Location, Section


def _address(text: str) -> str:
    return str(SchedulerAddress.of(text))


class ClusterSettings(Section):
    """The cluster of machines that read pages, and the certificate of this machine in it.

    Attributes:
        scheduler: The address of the scheduler; None for no cluster.
        ca_file: The certificate of the authority that signed those of all machines.
        cert_file: The certificate of this machine.
        key_file: The key of this machine's certificate.
    """

    scheduler: Annotated[str, AfterValidator(_address)] | None = None
    ca_file: Location | None = None
    cert_file: Location | None = None
    key_file: Location | None = None

    @model_validator(mode="after")
    def _has_certificates(self) -> Self:
        if self.scheduler is None or not SchedulerAddress.of(self.scheduler).is_encrypted:
            return self
        missing = [name for name in CERTIFICATES if getattr(self, name) is None]
        if missing:
            raise ValueError(
                f"a scheduler with tls:// needs {' and '.join(missing)}; "
                "make them with: ocr-watcher cluster certificates DIR HOST…"
            )
        return self


CERTIFICATES = ("ca_file", "cert_file", "key_file")
