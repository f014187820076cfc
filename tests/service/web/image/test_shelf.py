from __future__ import annotations

from ocr_watcher.service.web.pictures.shelf import Shelf


def test_what_was_used_least_recently_goes_first() -> None:
    shelf = Shelf[str](2, 100)
    shelf.put("a", "A")
    shelf.put("b", "B")
    assert shelf.get("a") == "A"
    shelf.put("c", "C")
    assert [shelf.get(key) for key in "abc"] == ["A", None, "C"]


def test_all_values_together_are_bounded_in_size() -> None:
    shelf = Shelf[str](10, 100)
    for key in "abc":
        shelf.put(key, key, 40)
    assert [shelf.get(key) for key in "abc"] == [None, "b", "c"]
    shelf.put("large", "large", 101)
    assert [shelf.get(key) for key in ("large", "b", "c")] == [None, "b", "c"]


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    shelf = Shelf[str](10, 100)
    for number in range(50):
        shelf.put("a", str(number), 60)
    assert shelf.get("a") == "49"
    shelf.put("b", "b", 40)
    assert shelf.get("a") == "49"
