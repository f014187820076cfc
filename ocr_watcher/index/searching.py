"""Finds the images whose texts have all of some words, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocr_watcher.index.folding import SHORT, trigrams
from ocr_watcher.index.found import Hit
from ocr_watcher.index.lines import line_of
from ocr_watcher.index.rows import COLUMNS, entry_in
from ocr_watcher.index.store import text_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence


class Numbered(NamedTuple):
    """A hit and its position in the order of all hits.

    Attributes:
        number: The number of the image; the next hits have smaller ones.
        hit: The hit.
    """

    number: int
    hit: Hit


def hits_of(
    connection: sqlite3.Connection,
    folders: Mapping[int, str],
    words: Sequence[str],
    *,
    below: int | None,
    most: int,
) -> Iterator[Numbered]:
    """Yield the images whose texts have all words, newest first.

    Args:
        connection: A connection whose statements may end with an error when the time is over.
        folders: The roots of the folders to search, by their numbers.
        words: The words, folded; at least one.
        below: The number of the last hit so far; None at the beginning.
        most: The most hits.

    Raises:
        sqlite3.Error: The time is over, or the file cannot be read.
    """
    query, values = _query(words, list(folders), below)
    for number, folded_text, text, *row in connection.execute(query, (*values, most)):
        page, line = line_of(text_in((folded_text, text)), folded_text, words)
        yield Numbered(number, Hit(entry_in(row, folders), page, line, tuple(words)))


def _query(
    words: Sequence[str], folders: Sequence[int], below: int | None
) -> tuple[str, list[object]]:
    """Return the statement and its values, without the limit of rows.

    Words of one or two characters are found by their table alone. Longer words are also compared
    with the text, as a text may have all trigrams of a word without the word.
    """
    long = [word for word in words if len(word) > SHORT]
    short = _all_of(word for word in words if len(word) <= SHORT)
    table = "trigrams" if long else "short_grams"
    conditions = [f"{table} MATCH ?"]
    values: list[object] = [_all_of(gram for word in long for gram in trigrams(word)) or short]
    if below is not None:
        conditions.append(f"{table}.rowid < ?")
        values.append(below)
    if long and short:
        matching = "SELECT rowid FROM short_grams WHERE short_grams MATCH ?"
        # With the plus, SQLite looks the numbers up in one list, and not each of them in the table.
        conditions.append(f"+{table}.rowid IN ({matching})")
        values.append(short)
    conditions.append(f"folder IN ({', '.join('?' * len(folders))})")
    values.extend(folders)
    conditions.extend("instr(texts.folded, ?)" for _ in long)
    values.extend(long)
    return (
        f"SELECT images.number, texts.folded, texts.text, {COLUMNS} FROM {table}"  # noqa: S608
        f" CROSS JOIN images ON images.number = {table}.rowid"
        f" CROSS JOIN texts ON texts.number = {table}.rowid"
        f" WHERE {' AND '.join(conditions)} ORDER BY {table}.rowid DESC LIMIT ?"
    ), values


def _all_of(grams: Iterator[str]) -> str:
    """Return the expression that matches texts with all grams.

    Within a string, a quotation mark is doubled (https://sqlite.org/fts5.html#fts5_strings).
    """
    quoted = ['"' + gram.replace('"', '""') + '"' for gram in dict.fromkeys(grams)]
    return " AND ".join(quoted)
