from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.watch.settle_rule import Settling

A, B, C = (Image("/in", name) for name in ("a.jpg", "b.jpg", "c.jpg"))
ONE, TWO = Stamp(1, 1, 1), Stamp(2, 2, 1)


def test_an_image_is_due_when_its_time_of_quiet_has_passed():
    settling = Settling(2, 10)
    assert settling.next_due() is None
    settling.note(A, ONE, 100)
    assert settling.next_due() == 102
    assert settling.due(101.9) == []
    assert settling.due(102) == [A]


def test_the_quiet_image_is_whole_and_forgotten():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    assert settling.look(A, ONE, 2)
    assert len(settling) == 0


def test_a_change_begins_the_time_anew():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    assert not settling.look(A, TWO, 2)
    assert settling.next_due() == 4
    settling.note(A, ONE, 3)
    assert settling.next_due() == 5
    assert settling.look(A, ONE, 5)


def test_being_seen_again_unchanged_does_not_begin_the_time_anew():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    settling.note(A, ONE, 1.9)
    assert settling.due(2) == [A]


def test_a_change_noted_between_being_due_and_the_look_is_given_its_time():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    assert settling.due(2) == [A]
    settling.note(A, TWO, 2)
    assert not settling.look(A, TWO, 2)
    assert settling.due(4) == [A]
    assert settling.look(A, TWO, 4)


def test_a_vanished_image_is_forgotten():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    assert not settling.look(A, None, 2)
    assert len(settling) == 0


def test_the_quiet_do_not_wait_for_the_restless():
    settling = Settling(2, 10)
    settling.note(A, ONE, 0)
    settling.note(B, ONE, 1)
    settling.note(A, TWO, 1.5)
    assert settling.due(3) == [B]
    assert settling.due(3.5) == [B, A]


def test_another_inode_alone_does_not_begin_the_time_anew():
    """As on a file system that numbers its files anew at each look."""
    settling = Settling(2, 10)
    settling.note(A, Stamp(1, 1, 1), 0)
    settling.note(A, Stamp(1, 1, 2), 1)
    assert settling.due(2) == [A]
    assert settling.look(A, Stamp(1, 1, 3), 2)


def test_each_change_while_it_is_read_doubles_the_time_up_to_a_bound():
    settling = Settling(2, 10)
    now, quiet = 0, []
    for _ in range(7):
        settling.note_change_while_read(A, ONE, now)
        settling.note(A, TWO, now)  # a scan that sees it meanwhile shortens nothing
        quiet.append(settling.next_due() - now)
        now = settling.next_due()
        assert settling.look(A, TWO, now)
    assert quiet == [4, 8, 16, 32, 64, 64, 64]
    settling.note(B, ONE, now)
    assert settling.next_due() == now + 2
    settling.note(A, ONE, now)
    assert settling.due(now + 2) == [B]
    assert settling.due(now + 64) == [B, A]


def test_one_that_has_come_to_rest_is_an_image_like_others_again():
    settling = Settling(2, 10)
    settling.note_change_while_read(A, ONE, 0)
    assert settling.look(A, ONE, 4)
    settling.note(A, TWO, 1_000)
    assert settling.next_due() == 1_002


def test_no_more_of_the_restless_are_remembered_than_may_settle():
    settling = Settling(2, 2)
    for image in (A, B, C):
        settling.note_change_while_read(image, ONE, 0)
        settling.look(image, None, 0)
    for image, quiet in ((A, 2), (C, 4)):
        settling.note(image, ONE, 1)
        assert settling.next_due() == 1 + quiet
        settling.look(image, None, 1)


def test_without_room_a_new_image_is_refused_and_a_known_one_is_not():
    settling = Settling(2, 2)
    assert settling.note(A, ONE, 0)
    assert settling.note(B, ONE, 0)
    assert not settling.note(C, ONE, 0)
    assert settling.note(A, TWO, 1)
    assert settling.look(B, ONE, 2)
    assert settling.note(C, ONE, 2)


def test_where_the_close_is_trusted_one_that_was_not_seen_gets_a_second():
    settling = Settling(0, 10)
    settling.note(A, ONE, 0)
    assert settling.next_due() == 1


QUIET = 3
IMAGES = st.sampled_from([A, B, C])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(0, 2 * QUIET)),
        st.tuples(st.just("write"), IMAGES),
        st.tuples(st.just("remove"), IMAGES),
        st.tuples(st.just("hint"), IMAGES),
    ),
    max_size=60,
)


@dataclass
class Disk:
    """Three files on a disk, a clock, and whoever writes to both the disk and the settling."""

    settling: Settling = field(default_factory=lambda: Settling(QUIET, 3))
    now: int = 0
    writes: int = 0
    stamps: dict[Image, Stamp] = field(default_factory=dict)
    written: dict[Image, int] = field(default_factory=dict)
    notes: dict[Image, int] = field(default_factory=dict)
    handed_on: list[Image] = field(default_factory=list)

    def do(self, action: str, subject) -> None:
        getattr(self, "do_" + action)(subject)

    def do_pass(self, seconds: int) -> None:
        self.now += seconds
        for image in self.settling.due(self.now):
            if self.settling.look(image, self.stamps.get(image), self.now):
                assert self.now - self.written[image] >= QUIET, "handed on before its time"
                self.handed_on.append(image)

    def do_write(self, image: Image) -> None:
        self.writes += 1
        self.stamps[image] = Stamp(self.writes, self.now, 1)
        self.written[image] = self.now
        self.do_hint(image)

    def do_remove(self, image: Image) -> None:
        self.stamps.pop(image, None)

    def do_hint(self, image: Image) -> None:
        if image in self.stamps:
            assert self.settling.note(image, self.stamps[image], self.now)
            self.notes[image] = self.notes.get(image, 0) + 1


@given(STEPS)
def test_no_image_is_handed_on_before_its_time_or_more_often_than_noted_or_never(steps):
    disk = Disk()
    for action, subject in steps:
        disk.do(action, subject)
    for _ in range(2):
        disk.do_pass(QUIET)
    for image in (A, B, C):
        assert disk.handed_on.count(image) <= disk.notes.get(image, 0)
        if image in disk.stamps:
            assert image in disk.handed_on
    assert len(disk.settling) == 0


def test_empty_files_leave_half_of_the_room_to_images():
    settling = Settling(2, 4)
    empty = [Image("/scans", f"empty{number}.jpg") for number in range(3)]
    noted = [settling.note(image, Stamp(0, 1, number), 0) for number, image in enumerate(empty)]
    assert noted == [True, True, False]
    images = [Image("/scans", f"{number}.jpg") for number in range(2)]
    assert all(settling.note(image, Stamp(9, 1, 9), 0) for image in images)


def test_an_empty_file_that_is_filled_gives_its_place_to_another():
    settling = Settling(2, 4)
    first, second, third = (Image("/scans", f"{number}.jpg") for number in range(3))
    settling.note(first, Stamp(0, 1, 1), 0)
    settling.note(second, Stamp(0, 1, 2), 0)
    assert not settling.note(third, Stamp(0, 1, 3), 0)
    settling.note(first, Stamp(9, 2, 1), 1)
    assert settling.note(third, Stamp(0, 1, 3), 1)
