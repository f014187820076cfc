from __future__ import annotations

from ocr_watcher.service.web.pictures.bounded_cache import BoundedCache


def test_what_was_used_least_recently_goes_first() -> None:
    cache = BoundedCache[str](2, 100)
    cache.put("a", "A")
    cache.put("b", "B")
    assert cache.get("a") == "A"
    cache.put("c", "C")
    assert [cache.get(key) for key in "abc"] == ["A", None, "C"]


def test_all_values_together_are_bounded_in_size() -> None:
    cache = BoundedCache[str](10, 100)
    for key in "abc":
        cache.put(key, key, 40)
    assert [cache.get(key) for key in "abc"] == [None, "b", "c"]
    cache.put("large", "large", 101)
    assert [cache.get(key) for key in ("large", "b", "c")] == [None, "b", "c"]


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    cache = BoundedCache[str](10, 100)
    for number in range(50):
        cache.put("a", str(number), 60)
    assert cache.get("a") == "49"
    cache.put("b", "b", 40)
    assert cache.get("a") == "49"
