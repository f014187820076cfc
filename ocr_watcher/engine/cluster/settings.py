"""The section ``cluster`` of the settings."""

from typing import Annotated

from pydantic import AfterValidator

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

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings that the address of the scheduler needs, and that are not there."""
        if self.scheduler is None or not SchedulerAddress.of(self.scheduler).is_encrypted:
            return ()
        return tuple(name for name in _CERTIFICATES if getattr(self, name) is None)


_CERTIFICATES = ("ca_file", "cert_file", "key_file")
