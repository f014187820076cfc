"""One try at one image, from its file to its sidecars."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.document.document import Document, RenderOptions
from ocr_watcher.errors import EngineError, ImageError, OwnFileError
from ocr_watcher.sidecars import error_file, obstacle
from ocr_watcher.sidecars.names import NAME_TOO_LONG, error_name, fits_a_sidecar
from ocr_watcher.sidecars.obstacle import obstacle_of
from ocr_watcher.sidecars.state import look_beside, obstacle_beside
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.file_faults import GONE, storage_errors
from ocr_watcher.storage.trial import forget_verdicts
from ocr_watcher.storage.write import PendingFile, where_supported
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.outcome import Changed, Failed, NotAnImage, Recognised, Skipped
from ocr_watcher.values.reading import UNREAD_INK
from ocr_watcher.work.confidence import lowest, tell_low_confidence
from ocr_watcher.work.doubt import Doubts
from ocr_watcher.work.image_file import LONGEST_FILE, ImageFile
from ocr_watcher.work.memory import ByteBudget, budget_for, held_for
from ocr_watcher.work.memory_limit import memory_limit
from ocr_watcher.work.read_pages import read_pages
from ocr_watcher.work.rendering import rendered, room_for
from ocr_watcher.work.room import Room
from ocr_watcher.work.unwritten_readings import UnwrittenReadings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.engine.guarded import GuardedEngine
    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.pages.types import Pages
    from ocr_watcher.sidecars.state import Recall
    from ocr_watcher.values.image import Image, Stamp
    from ocr_watcher.work.doubt import NoteDone, RecallHash
    from ocr_watcher.work.opened import OpenedImage


def _now() -> datetime:
    return datetime.now(UTC)


class Recogniser:
    """The work on an image from its file to its sidecars.

    Every step that may fail for a reason outside of the image comes before the call of the engine.
    A call may be paid for, so its result must not be lost.
    """

    def __init__(
        self,
        folders: Mapping[str, Folder],
        engine_of: Callable[[str], GuardedEngine],
        pages: Pages,
        *,
        recall: Recall,
        note_done: NoteDone,
        recall_hash: RecallHash = lambda _: None,
        note_own_file: Callable[[Image, Stamp], None] = lambda *_: None,
        memory: ByteBudget | None = None,
        heartbeats: Heartbeats | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Create it from its parts.

        Args:
            folders: The watched folders, by root.
            engine_of: A function that returns the engine of a folder, given its root.
            pages: The decoder that opens files page by page.
            recall: A function that returns the content that an image had when its sidecars were
                written.
            note_done: A function that stores that content, and its hash.
            recall_hash: A function that returns that hash.
            note_own_file: A function that stores that the program itself wrote a content.
            memory: The budget of bytes that all threads may hold together.
            heartbeats: The heartbeats of the threads. A thread that reads pages does not wait for a
                folder.
            now: A function that returns the time for the sidecars.
        """
        self._folders = folders
        self._engine_of = engine_of
        self._pages = pages
        self._recall = recall
        self._note_done = note_done
        self._doubts = Doubts(recall_hash, note_done)
        self._note_own_file = note_own_file
        self._room = Room()
        self._memory = memory or ByteBudget(budget_for(memory_limit()))
        self._unwritten = UnwrittenReadings()
        self._heartbeats = heartbeats or Heartbeats()
        self._now = now

    def recognise(
        self, opened: OpenedImage, permit: Permit
    ) -> Recognised | Skipped | NotAnImage | Changed:
        """Make one try.

        Args:
            opened: The image.
            permit: The permit for the calls for its pages.

        Raises:
            EngineError: The image was not read.
            StorageError: A file could not be read or written.
            Stopped: The program was asked to stop.
        """
        with storage_errors(opened.image.root):
            found = self._found(opened)
            if not found.missing:
                found.remove(error_name(found.name))  # it is about an earlier content
                return Skipped("done")
            if self._doubts.has_failed(found):
                return Skipped("failed")
            self._raise_if_it_cannot_be_written(found)
            try:
                return self._recognise(found, permit)
            except OwnFileError:
                return self._pass_over(found, opened)
        return Skipped("vanished")

    def _pass_over(self, found: ImageFile, opened: OpenedImage) -> NotAnImage | Changed:
        if not opened.again().stamp.is_of_the_same_content(opened.stamp):
            return Changed()
        found.remove(error_name(found.name))  # it is about an earlier content
        self._note_own_file(opened.image, opened.stamp)
        return NotAnImage()

    def fail(
        self, opened: OpenedImage, error: ImageError, tries: int
    ) -> Failed | Skipped | Changed:
        """Write the error file of an image that failed for good.

        Args:
            opened: The image, with the content that failed.
            error: The last fault.
            tries: The number of tries that it was given.

        Raises:
            StorageError: The file could not be written.
        """
        with storage_errors(opened.image.root):
            now = opened.again()
            if not now.stamp.is_of_the_same_content(opened.stamp):
                return Changed()
            found = self._found(now)
            name = error_name(found.name)
            if fits_a_sidecar(found.name) and not obstacle_of(found.directory, [name]):
                self._write_failure(found, error, tries)  # else the log and `why` must do
            return Failed(error, tries)
        return Skipped("vanished")

    def withdraw_failure(self, image: Image, code: str) -> None:
        """Remove the error file of an image, if it failed with a given code.

        The watcher sees that the file is gone, and the image waits again.

        Raises:
            StorageError: The file could not be removed.
        """
        name = image.base_name
        if fits_a_sidecar(name):
            path = image.name.rpartition("/")[0]
            with storage_errors(image.root), directory_below(image.root, path) as directory:
                error_file.withdraw(directory, name, code)

    def _found(self, opened: OpenedImage) -> ImageFile:
        opened.raise_fault()
        image, directory, stamp = opened.image, opened.directory, opened.stamp
        folder = self._folders[image.root]
        beside = look_beside(directory, image, stamp, folder, self._recall, thorough=True)
        found = ImageFile(image, directory, stamp, beside.outdated)
        return replace(found, missing=self._doubts.missing(found, beside))

    def _raise_if_it_cannot_be_written(self, found: ImageFile) -> None:
        if not fits_a_sidecar(found.name):
            raise ImageError("name-too-long", NAME_TOO_LONG, advice="give the image a shorter name")
        folder = self._folders[found.image.root]
        lying = obstacle_beside(found.directory, found.name, folder)
        if lying is not None:
            raise ImageError(obstacle.CODE, lying.message, advice=lying.advice)

    def _recognise(self, found: ImageFile, permit: Permit) -> Recognised | Changed:
        size = min(found.stamp.size, LONGEST_FILE)
        needed = room_for(found.missing, found.name, size)
        with (
            self._memory.taken(held_for(size) + needed),
            self._room.kept_for(found.directory, needed, found.stamp.mtime_ns),
        ):
            data = found.read()
            if data is None:
                return Changed()
            digest = hashlib.sha256(data).digest()
            sha256 = digest.hex()
            pages = self._unwritten.take(found.image, sha256)
            if pages is None:
                with self._heartbeats.working(str(found.image)):
                    engine = self._engine_of(found.image.root).with_permit(permit)
                    pages = read_pages(data, engine, self._pages, digest)
            if found.changed(data):
                return Changed()
            document = self._document(found, data, pages, sha256)
            self._write_or_keep(found, document, sha256)
            # Replaced before its text was there, it would be older than its text, and no scan
            # would doubt it.
            if found.changed(data):
                return Changed()
            tell_low_confidence(found.image, pages, document.engine.name)
            return Recognised(
                len(pages),
                sum(len(page.lines) for page in pages),
                low_confidence=lowest(page.low_confidence for page in pages),
                unread=tuple(page.number for page in pages if page.details.get(UNREAD_INK)),
            )

    def _document(
        self, found: ImageFile, data: bytes, pages: tuple[RecognisedPage, ...], sha256: str
    ) -> Document:
        return Document(
            pages,
            found.source(sha256),
            self._engine_of(found.image.root).identity,
            self._now(),
            data,
            RenderOptions(self._folders[found.image.root].layout),
            searchable=partial(self._pages.searchable, data),
        )

    def _write_or_keep(self, found: ImageFile, document: Document, sha256: str) -> None:
        try:
            self._write(found, document, sha256)
        except OSError as error:
            if error.errno not in GONE:
                self._unwritten.keep(found.image, sha256, document.pages)
                self._room.doubt(found.directory)
            raise
        except EngineError:
            self._unwritten.keep(found.image, sha256, document.pages)
            raise

    def _write(self, found: ImageFile, document: Document, sha256: str) -> None:
        """Write the missing sidecars, or those of them that can be made.

        Raises:
            EngineError: A format cannot be made from the image, or not now.
            OSError: A file could not be written.
        """
        contents, fault = rendered(found.missing, document)
        if fault and not contents:
            raise fault
        date = found.stamp.mtime_ns
        with contextlib.ExitStack() as stack:
            files = []
            for name, content in contents.items():
                files.append(stack.enter_context(PendingFile(found.directory, name)))
                files[-1].write(content, date)
            found.remove(error_name(found.name))
            # Noted before there is a sidecar: killed in between, the image would be done, and
            # nobody would know with which content. What lies there must not pass for its text.
            found.remove_misleading()
            self._note_done(found.image, found.stamp, sha256)
            for file in files:
                file.put(date)
        where_supported(os.fsync, found.directory)
        self._learn_of_dates(found)
        if fault:
            raise fault

    def _learn_of_dates(self, found: ImageFile) -> None:
        folder = self._folders[found.image.root]
        beside = look_beside(found.directory, found.image, found.stamp, folder, self._recall)
        if beside.outdated:  # as was thought of another disk, which had the same number
            forget_verdicts()

    def _write_failure(self, found: ImageFile, error: ImageError, tries: int) -> None:
        source = found.source(found.sha256())
        content = error_file.content_of(error, source, tries, self._now())
        # Not dated like the content where that is not what failed.
        date = None if error.code == obstacle.CODE else found.stamp.mtime_ns
        with PendingFile(found.directory, error_name(found.name)) as file:
            # The text of a content that is no longer there goes first: killed in between, the
            # image waits; the other way round it would have failed, and kept that text.
            for outdated in found.missing.values():
                found.remove(outdated)
            file.commit(content, date)
