"""The type of the file system of a folder, and whether the kernel reports all of its events."""

from __future__ import annotations

import os
from pathlib import Path

# A file that another host changes causes no inotify event here (inotify(7), NOTES).
_WITHOUT_EVENTS = frozenset(
    "9p afs ceph cifs coda davfs drvfs fuse fuseblk gfs2 glusterfs lustre ncpfs nfs nfs4 ocfs2 "  # noqa: SIM905  shorter
    "prl_fs smb2 smb3 smbfs vboxsf virtiofs vmhgfs".split()
)
_MOUNTS = Path("/proc/self/mountinfo")


def tells_events(path: str, mounts: str | None = None) -> bool:
    """Return whether the kernel reports all events of a folder.

    Args:
        path: The folder.
        mounts: The text of ``/proc/self/mountinfo`` (proc(5)); by default the file is read.

    Returns:
        False on a network file system, and on one in user space, which may be a network one.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    file_system = file_system_of(os.path.realpath(path), mounts)
    return file_system not in _WITHOUT_EVENTS and not file_system.startswith("fuse.")


def file_system_of(path: str, mounts: str) -> str:
    """Return the type of the file system that contains a path.

    Args:
        path: An absolute path without links.
        mounts: The text of ``/proc/self/mountinfo``.

    Returns:
        The type, such as ``ext4``. Of two mounts on one point it is that of the later mount, which
        hides the other.
    """
    best, name = "", ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        point = left.split(" ")[4].encode("utf-8", "surrogateescape")
        mount = os.fsdecode(point.decode("unicode_escape").encode("latin-1"))
        inside = path == mount or path.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, name = mount, right.split(" ")[0]
    return name
