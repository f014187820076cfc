"""Histories of a folder, of its daemon and of the service, drawn at random.

Whatever happened, and in whatever order: when all is quiet, what the documentation promises holds.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.daemon.histories_contents import (
    DIRECTORIES,
    FAULTS,
    IGNORED_NAMES,
    KINDS,
    NAMES,
    WATCHED_NAMES,
)
from tests.daemon.histories_folder import ERROR, SIDECARS
from tests.daemon.histories_stage import WORKERS, Stage
from tests.simulator.faults import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.daemon.histories_model import Content
    from tests.simulator.faults import Fault

HALF_SECONDS = st.sampled_from([0.02, 0.06, 0.3])


class Histories(Stage):
    """All that can happen, from a folder on in which every image has its text."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals_of_the_rate = 0
        for name in WATCHED_NAMES:
            self._write(name, self.contents.new("first"))
        self.settle()

    # Images come.

    @rule(name=NAMES, kind=KINDS, data=st.data(), awaited=st.booleans())
    def an_image_is_written(
        self, name: str, kind: str, data: st.DataObject, *, awaited: bool
    ) -> None:
        self._write(name, self.contents.of_kind(kind, data))
        if awaited and self.running and self.service.is_there:
            self.settle()

    @rule(name=NAMES, kind=KINDS, data=st.data())
    def an_image_is_moved_in(self, name: str, kind: str, data: st.DataObject) -> None:
        content = self.contents.of_kind(kind, data)
        self.tick()
        (self.outside / "moved").write_bytes(content.data)
        (self.outside / "moved").replace(self.folder / name)
        self.model.came(name, content)

    @rule(name=NAMES, pause=HALF_SECONDS)
    def an_image_is_written_slowly(self, name: str, pause: float) -> None:
        content = self.contents.new("slow")
        self.tick()
        with (self.folder / name).open("wb", buffering=0) as file:
            file.write(content.data[:60])
            threading.Event().wait(pause)
            file.write(content.data[60:])
        self.model.came(name, content)

    @rule(name=IGNORED_NAMES)
    def an_image_is_written_under_an_ignored_name(self, name: str) -> None:
        content = self.contents.new("ignored")
        (self.folder / name).write_bytes(content.data)
        self.model.came(name, content)

    @precondition(lambda self: self._free_directories())
    @rule(data=st.data(), moved_in=st.booleans())
    def a_directory_comes(self, data: st.DataObject, *, moved_in: bool) -> None:
        name = data.draw(st.sampled_from(self._free_directories()))
        made = (self.outside if moved_in else self.folder) / name
        made.mkdir()
        for base_name in ("a.png", "e.png"):
            content = self.contents.new("deep")
            (made / base_name).write_bytes(content.data)
            self.model.came(f"{name}/{base_name}", content)
        if moved_in:
            made.rename(self.folder / name)

    # Images change and go.

    @precondition(lambda self: self.model.finished and not self.model.ledger_was_lost)
    @rule(data=st.data(), kind=KINDS)
    def an_image_is_replaced_by_an_older_one(self, data: st.DataObject, kind: str) -> None:
        name, content = self._one_of(self.model.finished, data), self.contents.of_kind(kind, data)
        (self.folder / name).write_bytes(content.data)
        past = time.time_ns() - 3600 * 10**9 * self.contents.number()
        os.utime(self.folder / name, ns=(past, past))
        self.model.came(name, content, dated_back=True)

    @precondition(lambda self: self.model.images)
    @rule(data=st.data())
    def an_image_is_deleted(self, data: st.DataObject) -> None:
        name = self._one_of(self.model.images, data)
        (self.folder / name).unlink()
        self.model.went(name)

    @precondition(lambda self: self.model.images)
    @rule(data=st.data(), name=NAMES | IGNORED_NAMES)
    def an_image_is_renamed(self, data: st.DataObject, name: str) -> None:
        source, target = self._one_of(self.model.images, data), name
        # Where files of another image lie, only the ledger tells whose they are.
        if source != target and not (self.model.ledger_was_lost and target in self.model.owners):
            (self.folder / source).replace(self.folder / target)
            self.model.renamed(source, target, noticed=self.running)

    @precondition(lambda self: self._directories() and self._free_directories())
    @rule(data=st.data())
    def a_directory_is_renamed(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(self._directories()))
        target = data.draw(st.sampled_from(self._free_directories()))
        (self.folder / source).rename(self.folder / target)
        self.model.directory_renamed(source, target)

    # What lies beside them changes and goes.

    @precondition(lambda self: self.model.wanted())
    @rule(data=st.data(), suffix=st.sampled_from([*SIDECARS, ERROR]))
    def a_file_beside_an_image_is_deleted(self, data: st.DataObject, suffix: str) -> None:
        name = self._one_of(self.model.wanted(), data)
        (self.folder / f"{name}{suffix}").unlink(missing_ok=True)
        self.model.sidecar_went(name, text=suffix == ".txt")

    @precondition(lambda self: self._readable())
    @rule(data=st.data())
    def a_text_is_edited(self, data: st.DataObject) -> None:
        name = self._one_of(self._readable(), data)
        text = f"edited {self.contents.number()}\n"
        self.tick()
        (self.folder / f"{name}.txt").write_text(text, "utf-8")
        self.model.edited(name, text)

    # The daemon comes and goes.

    @precondition(lambda self: self.running)
    @rule()
    def the_daemon_is_killed(self) -> None:
        self.kill()

    @precondition(lambda self: self.running)
    @rule()
    def the_daemon_is_stopped(self) -> None:
        self.stop()

    @precondition(lambda self: not self.running)
    @rule()
    def the_daemon_is_started(self) -> None:
        self.start()

    @precondition(lambda self: not self.model.dated_back)
    @rule()
    def the_ledger_is_deleted(self) -> None:
        for suffix in ("-wal", "-shm", ""):
            (self.daemon.state / f"ledger.sqlite{suffix}").unlink(missing_ok=True)
        self.model.ledger_went()

    # The service fails.

    @rule(faults=FAULTS)
    def the_service_will_fail(self, faults: Sequence[Fault]) -> None:
        self.service.will_meet(faults)

    @precondition(lambda self: self.refusals_of_the_rate < 2)
    @rule()
    def the_service_will_find_a_call_too_many(self) -> None:
        self.refusals_of_the_rate += 1
        self.service.will_meet([ErrorCode(18)])

    @precondition(lambda self: self.token_was_proven and self.service.is_there)
    @rule()
    def the_token_is_revoked(self) -> None:
        self.token_was_proven = False  # one that is refused anew is the account's fault
        self.service.simulator.revoke_tokens()

    @precondition(lambda self: self.service.is_there)
    @rule()
    def the_service_goes_away(self) -> None:
        self.token_was_proven = False
        self.service.go_away(self.model.calls_in_flight(WORKERS))

    @precondition(lambda self: not self.service.is_there)
    @rule()
    def the_service_comes_back(self) -> None:
        self.service.come_back()

    # All is quiet.

    @precondition(lambda self: self.running and self.service.is_there)
    @rule()
    def everything_is_as_it_must_be_after_a_while(self) -> None:
        self.settle()

    def _write(self, name: str, content: Content) -> None:
        self.tick()
        (self.folder / name).write_bytes(content.data)
        self.model.came(name, content)

    def _one_of(self, names: Iterable[str], data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(names)))

    def _readable(self) -> dict[str, Content]:
        contents = {name: self.model.images[name].content for name in self.model.finished}
        return {name: content for name, content in contents.items() if content.words is not None}

    def _directories(self) -> list[str]:
        return [name for name in DIRECTORIES if (self.folder / name).exists()]

    def _free_directories(self) -> list[str]:
        return [name for name in DIRECTORIES if not (self.folder / name).exists()]
