from ocr_watcher.engine.local.recognition.line_direction import (
    Strip,
    Way,
    is_clearly_better,
    is_doubtful,
    ways_to_read,
)

LEVEL, OVER = (Way.LEVEL, Way.TURNED_OVER), (Way.TURNED_OVER, Way.LEVEL)
STANDING = (Way.STANDING, Way.LEVEL)


def strip(*, upside_down=False, sure=True, tall=False, length=10):
    size = (20, 20 * length) if tall else (20 * length, 20)
    return Strip(*size, upside_down=upside_down, sure=sure)


UP, DOWN = strip(), strip(upside_down=True)


def test_every_line_is_read_the_way_of_most_lines_of_its_page():
    assert ways_to_read([UP] * 12 + [DOWN] * 2) == [LEVEL] * 14
    assert ways_to_read([DOWN] * 12 + [UP] * 2) == [OVER] * 14
    assert ways_to_read([DOWN]) == [OVER]


def test_lines_of_which_the_classifier_is_unsure_tell_nothing():
    unsure = strip(upside_down=True, sure=False)
    assert ways_to_read([UP] + [unsure] * 12) == [LEVEL] * 13
    assert ways_to_read([unsure]) == [LEVEL]


def test_long_lines_tell_more_than_short_ones():
    short = strip(upside_down=True, length=2)
    assert ways_to_read([UP] * 4 + [short] * 6) == [LEVEL] * 10


def test_columns_are_judged_apart_from_rows():
    column = strip(tall=True, upside_down=True)
    assert ways_to_read([UP] * 12 + [column] * 4) == [LEVEL] * 12 + [OVER] * 4


def test_a_tall_box_of_a_letters_shape_is_read_as_it_stands_among_rows():
    letter = strip(tall=True, length=2)
    assert ways_to_read([UP] * 3 + [letter])[-1] == STANDING
    assert ways_to_read([strip(tall=True)] * 3 + [letter])[-1] == LEVEL
    assert ways_to_read([letter]) == [LEVEL]


def test_a_line_is_read_another_way_only_where_its_pages_way_gave_nothing_good():
    assert [is_doubtful(score) for score in (0.0, 0.62, 0.9, 0.95)] == [True, True, True, False]


def test_another_way_must_be_clearly_better_and_good_by_itself():
    assert is_clearly_better(0.98, 0.62)
    assert is_clearly_better(0.92, 0.0)
    assert not is_clearly_better(0.95, 0.9)
    assert not is_clearly_better(0.7, 0.4)
