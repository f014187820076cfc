"""The rules for which files of a watched folder are images; pure functions of the name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pathspec

from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.pages.file_type import SUPPORTED_EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

_PRUNED_DIRECTORIES = frozenset(
    {
        "@eadir",  # Synology's thumbnails
        "@recycle",  # QNAP
        "#recycle",  # Synology
        "$recycle.bin",  # Windows
        "__macosx",  # what macOS leaves in archives
        "lost+found",  # fsck(8)
        "system volume information",  # Windows
    }
)
_TEMPORARY_PREFIXES = (".", "~")  # hidden and half-synchronised files; Office's and editors' locks


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for which files of one folder are recognised.

    The globs have the meaning of gitignore(5), but ignore case, because ``*.jpg`` is meant to match
    a scanner's ``SCAN.JPG``.

    Attributes:
        include: The globs of which one must match the file; empty for every supported image.
        exclude: The globs of which none may match the file or a directory above it.
        others: The watched folders below this one, as paths relative to it; their images do not
            belong to this folder.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    _include: pathspec.GitIgnoreSpec = field(init=False, repr=False, compare=False)
    _exclude: pathspec.GitIgnoreSpec = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_include", _compile(self.include))
        object.__setattr__(self, "_exclude", _compile(self.exclude))

    def prunes(self, directory: str) -> str | None:
        """Return why a directory is not entered.

        Args:
            directory: Its path below the watched folder, without a trailing slash.

        Returns:
            The reason, or None if it is entered. The directories above it are not considered, as
            a walk never reaches a directory below one that is not entered.
        """
        if directory in self.others:
            return "a watched folder of its own"
        base_name = directory.rpartition("/")[2]
        if base_name.startswith(".") or base_name.lower() in _PRUNED_DIRECTORIES:
            return f"ignored: directories named {base_name} are never entered"
        return self._excluded(directory + "/")

    def ignores(self, name: str) -> str | None:
        """Return why a file is not taken.

        Args:
            name: Its path below the watched folder.

        Returns:
            The reason, or None for an image that is recognised. The directories above it are not
            considered.
        """
        base_name = name.rpartition("/")[2]
        if not is_image_name(base_name):
            return "not an image"
        if base_name.startswith(_TEMPORARY_PREFIXES):
            return "ignored: a hidden or temporary file"
        if self.include and not self._include.match_file(_matched(name)):
            return "ignored: no pattern of include matches"
        return self._excluded(name)

    def prunes_way(self, directory: str) -> str | None:
        """Return why a directory is not reached: because of itself, or of one above it."""
        parts = directory.split("/")
        way = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
        return next(filter(None, map(self.prunes, way)), None)

    def reason(self, name: str) -> str | None:
        """Return why a file is not taken: because of itself, or of a directory above it."""
        directory, slash, _ = name.rpartition("/")
        return (self.prunes_way(directory) if slash else None) or self.ignores(name)

    def _excluded(self, path: str) -> str | None:
        if not self.exclude:
            return None
        result = self._exclude.check_file(_matched(path))
        if not result.include or result.index is None:
            return None
        return f"ignored by pattern {self.exclude[result.index]}"


def is_image_name(base_name: str) -> bool:
    """Return whether a name has the extension of a picture, in any case, and is no sidecar's."""
    stem, dot, extension = base_name.rpartition(".")
    is_supported = stem != "" and dot + extension.lower() in SUPPORTED_EXTENSIONS
    return is_supported and not FORMATS.is_sidecar_name(base_name)


def _matched(path: str) -> str:
    # Globs become regular expressions whose dot matches no newline, so no pattern would match a
    # name with a newline.
    return path.lower().replace("\n", " ")


def _compile(globs: Sequence[str]) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([glob.lower() for glob in globs])
