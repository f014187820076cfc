"""One watched folder, as the program uses it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.folders.rules import Rules
from ocr_watcher.formats.registry import DEFAULT
from ocr_watcher.storage.filesystem import tells_events
from ocr_watcher.threads.patience import real_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr_watcher.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Folder:
    """One watched folder.

    Attributes:
        root: Its absolute path.
        recursive: Whether the directories below it are watched as well.
        watch: ``events``, ``poll`` or ``auto``.
        formats: The names of the formats that are written beside each image.
        layout: The name of the layout, by which lines become text.
        replace: Whether a sidecar's name replaces the image's extension.
        rules: The rules for which of its files are images.
    """

    root: str
    recursive: bool = True
    watch: str = "auto"
    formats: tuple[str, ...] = (DEFAULT,)
    layout: str = "rows"
    replace: bool = False
    rules: Rules = field(default_factory=Rules)


def folders_of(settings: Settings) -> dict[str, Folder]:
    """Return the folders of the settings, by root.

    If one folder is below another, its images belong only to the inner one, so that no image is
    worked on twice.
    """
    roots = [str(folder.path) for folder in settings.folders]
    real_roots = [real_path(root) for root in roots]
    return {
        root: Folder(
            root=root,
            recursive=configured.recursive,
            watch=configured.watch,
            formats=configured.formats or settings.output.formats,
            layout=configured.layout or settings.output.layout,
            replace=settings.output.naming == "replace",
            rules=Rules(configured.include, configured.exclude, _below(real_root, real_roots)),
        )
        for root, real_root, configured in zip(roots, real_roots, settings.folders, strict=True)
    }


def by_events(folder: Folder) -> bool:
    """Return whether a folder is watched by events; its setting and its file system decide."""
    return folder.watch == "events" or (folder.watch == "auto" and tells_events(folder.root))


def _below(root: str, roots: Iterable[str]) -> frozenset[str]:
    prefix = root.rstrip("/") + "/"
    return frozenset(
        os.path.relpath(other, root)
        for other in roots
        if other.startswith(prefix) and other != root
    )
