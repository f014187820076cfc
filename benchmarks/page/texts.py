"""Texts for many finished images: each has the length of a page, and no two are the same."""

from __future__ import annotations

import random

COMMON, RARE = "invoice", "kumquat"
"""A word of every text, and a word of one text."""
CHINESE_COMMON, CHINESE_RARE = "合计", "鼋鼍"

_SYLLABLES = [consonant + vowel for consonant in "bdfglmnprst" for vowel in "aeiou"]
_WORDS = 2_000
_CHARACTERS = range(0x4E00, 0x5400)
_LINES, _LENGTH = 20, 8


def text(number: int, of: int) -> bytes:
    """Return the text of an image.

    Args:
        number: The number of the image, from 0.
        of: The number of all images; only the image in the middle has the rare words.
    """
    chance = random.Random(number)
    lines = [f"{COMMON} {number:07}", f"{CHINESE_COMMON} {_amount(chance)}"]
    if number == of // 2:
        lines.append(f"{RARE} {CHINESE_RARE}")
    lines += [_line(chance) for _ in range(_LINES)]
    return ("\n".join(lines) + "\n").encode()


def _line(chance: random.Random) -> str:
    if chance.randrange(5) == 0:
        return "".join(map(chr, chance.choices(_CHARACTERS, k=2 * _LENGTH)))
    words = [_VOCABULARY[chance.randrange(_WORDS)] for _ in range(_LENGTH)]
    return " ".join([*words, _amount(chance)])


def _amount(chance: random.Random) -> str:
    return f"{chance.randrange(10**6) / 100:.2f}"


def _vocabulary() -> list[str]:
    chance = random.Random(_WORDS)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(_WORDS)]


_VOCABULARY = _vocabulary()
