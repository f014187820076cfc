import pytest

from ocr_watcher.formats.format import Format
from ocr_watcher.formats.registry import FORMATS, Registry


def a_format(name: str = "md", suffix: str = ".md") -> Format:
    return Format(name, suffix, lambda _: b"")


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    for name, suffix in [("pdf", ".ocr.pdf"), ("json", ".json"), ("txt", ".txt")]:
        registry.register(a_format(name, suffix))
    return registry


def test_every_module_that_holds_a_format_is_one():
    held = {each.name: each.suffix for each in FORMATS}
    known = {"txt": ".txt", "alto": ".alto.xml", "hocr": ".hocr", "json": ".json", "md": ".md"}
    assert held.items() >= {**known, "pdf": ".ocr.pdf"}.items()


def test_the_names_are_in_one_order_however_they_were_registered(registry):
    assert registry.names == ("txt", "json", "pdf")


def test_a_format_is_had_by_its_name(registry):
    assert registry.named("pdf").suffix == ".ocr.pdf"
    with pytest.raises(LookupError, match="no format is named 'doc'; there are txt, json, pdf"):
        registry.named("doc")


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (a_format("pdf", ".pdf"), "'pdf': the name is taken"),
        (a_format("md", ".txt"), "the suffix '.txt' is taken"),
        (a_format("md", ".ocr-error.json"), "the suffix '.ocr-error.json' is taken"),
        (a_format("Mark Down"), "letters a-z and digits only"),
        (a_format(suffix="md"), "'md' is no suffix"),
        (a_format(suffix=".m/d"), "'.m/d' is no suffix"),
        (a_format(suffix=".MD"), "'.MD' is no suffix"),
        (a_format(suffix=".much-too-long.md"), "is longer than '.ocr-error.json'"),
    ],
)
def test_a_format_whose_names_are_no_good_is_refused_whole(registry, refused, why):
    with pytest.raises(ValueError, match=why):
        registry.register(refused)
    assert registry.names == ("txt", "json", "pdf")
    assert registry.suffix_of("a.much-too-long.md") is None


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.jpg.ocr.pdf", ".ocr.pdf"),
        ("a.pdf", None),
        ("ocr.pdf", None),
        ("a.jpg.ocr-error.json", ".ocr-error.json"),
        ("a.jpg.json", ".json"),
        ("a.jpg", None),
    ],
)
def test_a_sidecar_is_known_by_the_suffix_of_any_format(registry, name, suffix):
    assert registry.suffix_of(name) == suffix
    assert registry.is_sidecar_name(name) == (suffix is not None)


def test_a_sidecar_is_told_from_an_image_in_whatever_case(registry):
    assert registry.is_sidecar_name("SCAN.OCR.PDF")


def test_a_format_that_was_taken_out_is_gone(registry):
    registry.unregister("pdf")
    assert registry.names == ("txt", "json")
    assert not registry.is_sidecar_name("a.ocr.pdf")
