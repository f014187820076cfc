"""The section ``cluster`` of the settings."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.values.section import Location, Section
from ocr_watcher.values.written import LOOPBACK, PORT, written_as

_ADDRESS = rf"(tls://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)|tcp://{LOOPBACK}):{PORT}"


def _address(text: str) -> str:
    return str(SchedulerAddress.of(text))


class ClusterSettings(Section):
    """The cluster of machines that read pages, and the certificate of this machine in it."""

    scheduler: Annotated[str, AfterValidator(_address), written_as(_ADDRESS)] | None = Field(
        default=None, examples=["tls://scans.example.org:8786"]
    )
    """The scheduler of a cluster of machines that read pages (Dask), as `tls://host:8786`; the
    scheduler itself listens there. `tcp://` is for a scheduler on this machine alone. It needs the
    extra `cluster`."""

    ca_file: Location | None = Field(default=None, examples=["/etc/ocr-watcher/cluster/ca.pem"])
    """The certificate of the authority that signed the certificates of all machines, as
    `ocr-watcher cluster certificates` makes it."""

    cert_file: Location | None = Field(default=None, examples=["/etc/ocr-watcher/cluster/host.pem"])
    """This machine's own certificate."""

    key_file: Location | None = Field(
        default=None, examples=["/etc/ocr-watcher/cluster/host-key.pem"]
    )
    """The key of this machine's certificate. Whoever has such a key can run code on all machines of
    the cluster."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The missing settings that the address of the scheduler needs."""
        if self.scheduler is None or not SchedulerAddress.of(self.scheduler).is_encrypted:
            return ()
        return tuple(name for name in _CERTIFICATES if getattr(self, name) is None)


_CERTIFICATES = ("ca_file", "cert_file", "key_file")
