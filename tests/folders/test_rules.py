import pytest

from ocr_watcher.folders.rules import Rules, is_image_name
from ocr_watcher.pages.file_type import SUPPORTED_EXTENSIONS


@pytest.mark.parametrize("extension", sorted(SUPPORTED_EXTENSIONS))
def test_every_supported_extension_is_taken_in_either_case(extension):
    assert Rules().ignores("a" + extension) is None
    assert Rules().ignores("A" + extension.upper()) is None


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.jpg.txt",
        "a.jpg.part",
        "a.jpg.crdownload",
        "a.jpg.filepart",
        "jpg",
        ".jpg",
        "a.b/jpg",
        "a.jpg\n",
    ],
)
def test_what_does_not_end_like_a_picture_is_no_image(name):
    assert not is_image_name(name)
    assert Rules().ignores(name) == "not an image"


@pytest.mark.parametrize("name", ["a.jpg.ocr.pdf", "a.ocr.pdf", "A.OCR.PDF"])
def test_a_sidecar_that_ends_like_an_image_is_none(name):
    assert not is_image_name(name)
    assert Rules().ignores("sub/" + name) == "not an image"
    assert Rules().ignores("a.pdf") is None


@pytest.mark.parametrize("name", [".a.jpg", "._a.jpg", "~$a.jpg", "~a.jpg", "sub/.syncthing.a.jpg"])
def test_hidden_and_temporary_files_are_left_alone(name):
    assert Rules().ignores(name) == "ignored: a hidden or temporary file"


@pytest.mark.parametrize(
    "name", ["-rf.jpg", "a b.jpg", "发票.jpg", "\udcff.jpg", "a\nb.jpg", "x" * 251 + ".jpg"]
)
def test_odd_names_are_names(name):
    assert Rules(exclude=("*.png",)).reason("sub/" + name) is None


@pytest.mark.parametrize(
    "directory",
    [
        "@eaDir",
        "#recycle",
        "@Recycle",
        "$RECYCLE.BIN",
        "__MACOSX",
        "lost+found",
        ".@__thumb",
        ".git",
    ],
)
def test_directories_of_devices_and_systems_are_pruned_at_any_depth(directory):
    reason = f"ignored: directories named {directory} are never entered"
    for way in (directory, "a/" + directory, "a/b/" + directory):
        assert Rules().prunes(way) == reason
        assert Rules().prunes_way(way + "/deeper") == reason
        assert Rules().reason(way + "/deeper/a.jpg") == reason


def test_an_ordinary_directory_is_entered():
    assert Rules().prunes("letters") is None
    assert Rules().prunes_way("letters/2024") is None
    assert Rules().reason("letters/2024/a.jpg") is None


def test_the_reason_names_the_pattern_as_the_user_wrote_it():
    rules = Rules(exclude=("Thumbs/", "Draft*.JPG"))
    assert rules.ignores("draft1.jpg") == "ignored by pattern Draft*.JPG"
    assert rules.prunes("a/THUMBS") == "ignored by pattern Thumbs/"


def test_patterns_are_blind_to_case():
    rules = Rules(include=("*.JPG",), exclude=("DRAFT*",))
    assert rules.ignores("Scan.jpg") is None
    assert rules.ignores("draft.Jpg") == "ignored by pattern DRAFT*"


def test_only_what_include_matches_is_taken():
    rules = Rules(include=("*.jpg", "/faxes/"))
    assert rules.ignores("sub/a.jpg") is None
    assert rules.ignores("faxes/a.png") is None
    assert rules.ignores("sub/faxes/a.png") == "ignored: no pattern of include matches"


def test_the_last_pattern_that_matches_decides():
    rules = Rules(exclude=("*.jpg", "!keep.jpg"))
    assert rules.ignores("keep.jpg") is None
    assert rules.ignores("a.jpg") == "ignored by pattern *.jpg"
    assert Rules(include=("*.jpg", "!draft*")).ignores("draft.jpg") is not None


def test_a_file_of_an_excluded_directory_is_not_taken_back():
    rules = Rules(exclude=("drafts/", "!drafts/keep.jpg"))
    assert rules.reason("drafts/keep.jpg") == "ignored by pattern drafts/"


def test_a_directory_pattern_does_not_match_a_file():
    assert Rules(exclude=("a.jpg/",)).ignores("a.jpg") is None
    assert Rules(exclude=("a.jpg/",)).prunes("a.jpg") is not None


def test_a_leading_slash_anchors_and_two_stars_span_directories():
    rules = Rules(exclude=("/a.jpg", "x/**/b.jpg"))
    assert rules.ignores("a.jpg") is not None
    assert rules.ignores("sub/a.jpg") is None
    assert rules.ignores("x/y/z/b.jpg") is not None


def test_a_pattern_is_a_glob_and_no_regular_expression():
    assert Rules(exclude=("._*",)).ignores("a.jpg") is None
    assert Rules(exclude=("a.jpg",)).ignores("axjpg.jpg") is None


def test_a_newline_in_a_name_does_not_lead_past_a_pattern():
    rules = Rules(include=("*.jpg",), exclude=("secret*",))
    assert rules.ignores("a\nb/c.jpg") is None
    assert rules.ignores("a\nb/secret.jpg") == "ignored by pattern secret*"
    assert rules.prunes("a\nb/secrets") == "ignored by pattern secret*"


def test_a_watched_folder_below_is_left_to_itself():
    rules = Rules(others=frozenset({"fax/today"}))
    assert rules.prunes("fax") is None
    assert rules.prunes("fax/today") == "a watched folder of its own"
    assert rules.prunes_way("fax/today/x") == "a watched folder of its own"
