import platform

import pytest

from ocr_watcher.engine.local.backends.processor import abilities


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse4_2 avx2\n\nprocessor\t: 1\nflags\t: fpu\n", {"avx2"}),
        ("processor\t: 0\nFeatures\t: fp asimd\n", {"asimd"}),
        ("processor\t: 0\nisa\t\t: rv64imafdc\n", set()),
        ("", set()),
    ],
)
def test_the_abilities_are_those_of_the_first_processor(tmp_path, told, found):
    file = tmp_path / "cpuinfo"
    file.write_text(told)
    assert abilities(file) & {"avx2", "asimd"} == found
    assert bool(abilities(file)) == bool(found)


def test_where_the_kernel_tells_nothing_there_are_none(tmp_path):
    assert abilities(tmp_path / "cpuinfo") == frozenset()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other processors have other names")
def test_the_kernel_tells_those_of_this_machine():
    assert "sse2" in abilities()
