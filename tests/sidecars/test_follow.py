from pathlib import Path

import pytest

from ocr_watcher.folders.folder import Folder
from ocr_watcher.sidecars.follow import follow


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    return tmp_path


def put(root: Path, *names: str) -> None:
    """Writes each file, with its own name for content."""
    for name in names:
        (root / name).write_text(name)


def contents(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text()
        for path in root.rglob("*")
        if path.is_file() and path.suffix in {".txt", ".json"}
    }


@pytest.mark.parametrize("new", ["b.jpg", "sub/a.jpg", "sub/b.PNG"])
def test_the_files_beside_an_image_are_renamed_with_it(root, new):
    folder = Folder(str(root), formats=("txt", "json"))
    put(root, new, "a.jpg.txt", "a.jpg.json", "a.jpg.ocr-error.json", "c.jpg.txt")
    follow(folder, "a.jpg", new, over_another=False)
    assert contents(root) == {
        f"{new}.txt": "a.jpg.txt",
        f"{new}.json": "a.jpg.json",
        f"{new}.ocr-error.json": "a.jpg.ocr-error.json",
        "c.jpg.txt": "c.jpg.txt",
    }


def test_their_dates_stay(root):
    put(root, "b.jpg", "a.jpg.txt")
    before = (root / "a.jpg.txt").stat()
    follow(Folder(str(root)), "a.jpg", "b.jpg", over_another=False)
    assert (root / "b.jpg.txt").stat().st_mtime_ns == before.st_mtime_ns


def test_what_lies_there_already_is_not_overwritten_and_the_rest_is_renamed(root):
    folder = Folder(str(root), formats=("txt", "json"))
    put(root, "b.jpg", "a.jpg.txt", "b.jpg.txt", "a.jpg.json")
    follow(folder, "a.jpg", "b.jpg", over_another=False)
    assert contents(root) == {
        "a.jpg.txt": "a.jpg.txt",
        "b.jpg.txt": "b.jpg.txt",
        "b.jpg.json": "a.jpg.json",
    }


@pytest.mark.parametrize(
    ("old", "new"), [("gone/a.jpg", "b.jpg"), ("a.jpg", "gone/b.jpg"), ("a.jpg", "link/b.jpg")]
)
def test_what_cannot_be_renamed_stays(root, old, new):
    outside = root.with_name(root.name + "-outside")
    outside.mkdir()
    (root / "link").symlink_to(outside)
    put(root, "a.jpg.txt")
    follow(Folder(str(root)), old, new, over_another=False)
    assert contents(root) == {"a.jpg.txt": "a.jpg.txt"}
    assert list(outside.iterdir()) == []


def test_a_link_in_the_place_of_a_sidecar_is_renamed_and_not_followed(root):
    put(root, "b.jpg", "secret.txt")
    (root / "a.jpg.txt").symlink_to("secret.txt")
    follow(Folder(str(root)), "a.jpg", "b.jpg", over_another=False)
    assert (root / "b.jpg.txt").is_symlink()
    assert (root / "secret.txt").stat().st_nlink == 1


# Where the format replaces the extension.


def test_a_sidecar_that_replaces_the_extension_is_renamed(root):
    put(root, "b.jpg", "a.txt")
    follow(Folder(str(root), replace=True), "a.jpg", "b.jpg", over_another=False)
    assert contents(root) == {"b.txt": "a.txt"}


def test_the_text_of_another_image_with_the_same_stem_stays_with_that(root):
    put(root, "a.png", "b.jpg", "a.txt", "a.jpg.txt")
    follow(Folder(str(root), replace=True), "a.jpg", "b.jpg", over_another=False)
    assert contents(root) == {"a.txt": "a.txt", "b.txt": "a.jpg.txt"}


def test_the_name_is_appended_where_another_image_has_the_new_stem(root):
    put(root, "b.jpg", "b.png", "b.txt", "a.txt")
    follow(Folder(str(root), replace=True), "a.jpg", "b.jpg", over_another=False)
    assert contents(root) == {"b.txt": "b.txt", "b.jpg.txt": "a.txt"}
