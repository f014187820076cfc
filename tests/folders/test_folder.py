from ocr_watcher.folders.folder import Folder, by_events, folders_of
from ocr_watcher.settings.model import Settings
from ocr_watcher.storage.filesystem import tells_events


def settings(*folders, **others) -> Settings:
    return Settings.model_validate({"state_dir": "/state", "folders": folders, **others})


def test_a_folder_has_the_settings_of_its_own_and_those_of_all():
    folders = folders_of(
        settings(
            "/in",
            {
                "path": "/other",
                "recursive": False,
                "watch": "poll",
                "formats": ["json"],
                "include": ["*.png"],
                "exclude": ["draft*"],
            },
            output={"formats": ["txt", "json"], "naming": "replace"},
        )
    )
    assert list(folders) == ["/in", "/other"]
    assert folders["/in"] == Folder("/in", formats=("txt", "json"), replace=True)
    other = folders["/other"]
    assert (other.recursive, other.watch, other.formats) == (False, "poll", ("json",))
    assert other.rules.ignores("a.jpg") == "ignored: no pattern of include matches"
    assert other.rules.ignores("draft.png") == "ignored by pattern draft*"


def test_names_are_appended_unless_the_settings_say_replace():
    assert not folders_of(settings("/in"))["/in"].replace


def test_the_outer_folder_leaves_the_inner_one_alone():
    folders = folders_of(settings("/in", "/in/fax/today", "/inbox"))
    assert folders["/in"].rules.others == {"fax/today"}
    assert folders["/in"].rules.reason("fax/today/a.jpg") == "a watched folder of its own"
    assert folders["/in"].rules.reason("fax/a.jpg") is None
    assert folders["/in/fax/today"].rules.others == frozenset()
    assert folders["/inbox"].rules.others == frozenset()


def test_the_root_of_the_file_system_holds_every_other_folder():
    assert folders_of(settings("/", "/in"))["/"].rules.others == {"in"}


def test_a_folder_inside_of_another_is_known_through_links(tmp_path):
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to("data")
    outer, inner = str(tmp_path / "data"), str(tmp_path / "link" / "inner")
    folders = folders_of(settings(outer, inner))
    assert list(folders) == [outer, inner]
    assert folders[outer].rules.others == {"inner"}


def test_the_settings_have_the_last_word(tmp_path):
    root = str(tmp_path)
    assert by_events(Folder("/mnt/share", watch="events"))
    assert not by_events(Folder(root, watch="poll"))
    assert by_events(Folder(root, watch="auto")) == tells_events(root)
