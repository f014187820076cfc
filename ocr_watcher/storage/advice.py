"""Advice for a person whose folder the program cannot use, with the command to type."""

from __future__ import annotations

import contextlib
import errno
import grp
import os
import pwd
import shlex
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from ocr_watcher.storage.container import is_in_container, root_is_a_person
from ocr_watcher.storage.filesystem import file_system_of

_MOUNTS = Path("/proc/self/mountinfo")  # proc(5)
_STATUS = Path("/proc/self/status")  # proc(5)
_CAP_DAC_OVERRIDE = 1  # capabilities(7): permissions do not apply to who has it
_WITH_ONE_OWNER = frozenset(
    "cifs exfat fuseblk msdos ntfs ntfs3 smb3 vfat".split()  # noqa: SIM905  shorter
)
"""File systems whose files all belong to one user, whom the mount names; chmod(1) has no effect."""

_UNKNOWN = 65534
"""The number of every user who has no number in a user namespace (user_namespaces(7), "Unmapped
user and group IDs")."""
_ON_HOST = "FOLDER"
"""A placeholder for the path of the folder on the host, which the container does not know."""

_ADVICE = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within the quota",
    errno.EROFS: "the folder is mounted read-only; mount it for writing",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """The user and the group that a folder belongs to, as numbers, and its permissions.

    Attributes:
        uid: The user.
        gid: The group.
        mode: The permissions, as chmod(1) takes them.
    """

    uid: int
    gid: int
    mode: int


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that the program may not use, and the facts on which the advice depends.

    Attributes:
        path: The folder.
        user: The user that the program runs as.
        group: The primary group of that user.
        group_lacks_permission: Whether the folder belongs to a group of the user, which lacks a
            permission.
        first_closed_parent: The first directory of the path that the user may not enter; empty if
            there is none.
        file_system: The type of the file system, such as ``ext4``.
        can_setfacl: Whether setfacl(1) is installed.
        uid: The number of the user.
        gid: The number of its primary group.
        owner: The owner of the folder; None if the user may not see it.
        ignores_permissions: Whether permissions do not apply to the user, as to root.
        in_container: Whether the program runs in a container.
        root_is_a_person: Whether the container's user 0 is the person who started it.
    """

    path: str
    user: str
    group: str
    group_lacks_permission: bool
    first_closed_parent: str
    file_system: str
    can_setfacl: bool
    uid: int
    gid: int
    owner: Owner | None
    ignores_permissions: bool = False
    in_container: bool = False
    root_is_a_person: bool = False


def storage_advice(error: OSError, folder: str) -> str:
    """Return the advice on a fault of the file system.

    Args:
        error: The error of the file system.
        folder: The watched folder.

    Returns:
        The advice; empty where there is none.
    """
    if error.errno in (errno.EACCES, errno.EPERM):
        return permission_advice(folder)
    return _ADVICE.get(error.errno or 0, "")


def permission_advice(folder: str) -> str:
    """Return the advice that lets the program's user read and write in a folder."""
    return judge(_look(folder))


def creation_advice(directory: str) -> str:
    """Return the advice on a directory that does not exist and that the user may not create.

    It never changes the permissions of the directories above, such as ``/var/lib``.
    """
    way = _closed_way(directory)
    if os.path.lexists(way):  # else it is only missing, as the directory is
        return f"{way} may not be entered; choose another directory"
    command = ["sudo", "install", "-d", f"--owner={os.geteuid()}", "--mode=0700", directory]
    return f"make it: {shlex.join(command)}"


def judge(place: Place) -> str:
    """Return the advice whose command changes the least; a pure function."""
    if place.ignores_permissions:
        return (
            f"not even root may write in {place.path}: it may be immutable (lsattr -d), or a share "
            "whose server lets root do nothing (root_squash); run the program as another user"
        )
    facts = f"the program runs as {place.uid}:{place.gid}{_belongs(place)}"
    if place.in_container and place.file_system not in _WITH_ONE_OWNER:
        return f"{facts}; {_command_for_container(place)}"
    return f"{facts}; let the user {place.user} read and write in {place.path}: {_command(place)}"


def _belongs(place: Place) -> str:
    owner = place.owner
    if owner is None:
        return ""
    return f", and {place.path} belongs to {owner.uid}:{owner.gid} (mode {owner.mode:04o})"


def _command_for_container(place: Place) -> str:
    owner = place.owner
    us = f"{place.uid}:{place.gid}"
    if owner is not None and owner.uid == place.uid:
        return f"on the host, give its owner all permissions: sudo chmod -R u+rwX {_ON_HOST}"
    give = f"on the host: sudo chown -R {us} {_ON_HOST}"
    if place.root_is_a_person and owner is not None and owner.uid == _UNKNOWN:
        # No user of the container may change it, nor give it away.
        return (
            "the container does not know that user; give it to yourself, on the host: "
            f'sudo chown -R "$(id -u):$(id -g)" {_ON_HOST}, and start the container with --user 0:0'
        )
    if place.root_is_a_person:
        give = f"on the host: podman unshare chown -R {us} {_ON_HOST}"
    if owner is None or (owner.uid == 0 and not place.root_is_a_person):
        return f"give it to {us}, {give}"
    return (
        f"start the container with --user {owner.uid}:{owner.gid} (compose.yaml: "
        f'user: "{owner.uid}:{owner.gid}"), or give it to {us}, {give}'
    )


def _command(place: Place) -> str:
    path, user = shlex.quote(place.path), place.user
    if place.first_closed_parent:
        way = shlex.quote(place.first_closed_parent)
        return f"sudo setfacl -m u:{user}:x {way}" if place.can_setfacl else f"sudo chmod o+x {way}"
    if place.file_system in _WITH_ONE_OWNER:
        return f"mount it with the option uid={user} (on {place.file_system} chmod has no effect)"
    if place.group_lacks_permission:
        return f"sudo chmod -R g+rwX {path}"
    if place.can_setfacl:
        return f"sudo setfacl -R -m u:{user}:rwX,d:u:{user}:rwX {path}"
    return f"sudo chgrp -R {place.group} {path} && sudo chmod -R g+rwX {path}"


def _look(folder: str) -> Place:
    group, groups = os.getegid(), {os.getegid(), *os.getgroups()}
    owner, group_lacks_permission = None, False
    # Without a status, this user may not enter a directory of the path.
    with contextlib.suppress(OSError):
        status = Path(folder).stat()
        owner = Owner(status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode))
        # Where the group has all permissions already, they are not the cause.
        group_lacks_permission = (
            status.st_gid in groups and status.st_mode & stat.S_IRWXG != stat.S_IRWXG
        )
    return Place(
        folder,
        _name_of_user(os.geteuid()),
        _name_of_group(group),
        group_lacks_permission,
        _closed_way(folder),
        file_system_of(os.path.realpath(folder), _MOUNTS.read_text("utf-8", "surrogateescape")),
        shutil.which("setfacl") is not None,
        os.geteuid(),
        group,
        owner,
        _ignores_permissions(),
        is_in_container(),
        root_is_a_person(),
    )


def _ignores_permissions() -> bool:
    # root of a container, or of a service, may lack the capability.
    words = _STATUS.read_text("ascii", "replace").partition("CapEff:")[2].split(maxsplit=1)
    return bool(int(words[0], 16) >> _CAP_DAC_OVERRIDE & 1)


def _closed_way(folder: str) -> str:
    ways = reversed(Path(folder).parents)
    return next((str(way) for way in ways if not os.access(way, os.X_OK, effective_ids=True)), "")


def _name_of_user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # the user has no name, as in some containers
        return str(uid)


def _name_of_group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
