import sys
from pathlib import Path

import pytest

from ocr_watcher.storage.filesystem import file_system_of, tells_events
from tests.abilities import type_of_mount

MOUNTS = r"""22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:26 / /proc rw - proc proc rw
40 22 0:40 / /mnt/share rw shared:5 - cifs //nas/scans rw,username=x
41 22 0:41 / /mnt/share/local rw - tmpfs tmpfs rw
42 22 0:42 / /mnt/with\040space rw - nfs4 nas:/x rw
43 22 0:43 / /mnt/back\134slash rw - fuse.sshfs nas:/ rw
44 22 0:44 / /mnt/twice rw - ext4 /dev/sdb rw
45 22 0:45 / /mnt/twice rw - nfs nas:/y rw
46 22 0:46 / /mnt/发票 rw - 9p share rw
"""


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "ext4"),
        ("/mnt", "ext4"),
        ("/mnt/share", "cifs"),
        ("/mnt/share/a/b", "cifs"),
        ("/mnt/sharex", "ext4"),
        ("/mnt/share/local/a", "tmpfs"),
        ("/mnt/with space/a", "nfs4"),
        ("/mnt/back\\slash", "fuse.sshfs"),
        ("/mnt/twice", "nfs"),
        ("/mnt/发票/a", "9p"),
    ],
)
def test_a_path_lies_on_the_innermost_and_latest_mount(path, name):
    assert file_system_of(path, MOUNTS) == name


def test_no_events_are_expected_from_network_and_user_space_file_systems():
    assert tells_events("/nowhere", MOUNTS)
    assert not tells_events("/mnt/share", MOUNTS)
    assert not tells_events("/mnt/back\\slash", MOUNTS)


def test_a_link_is_judged_by_where_it_leads(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/mnt/share")
    assert not tells_events(str(link), MOUNTS)


def test_this_machine_names_the_file_system_of_a_folder(tmp_path):
    named = type_of_mount(tmp_path)
    mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    assert file_system_of(str(tmp_path), mounts) == named


def test_a_mount_whose_name_is_not_utf_8_is_read():
    mounts = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:9 / /mnt/\udcff rw - nfs nas:/ rw\n"
    assert file_system_of("/mnt/\udcff/a", mounts) == "nfs"
    assert sys.getfilesystemencodeerrors() == "surrogateescape"
