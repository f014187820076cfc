"""The limits and options of each endpoint of the service.

Limits and options are those of the endpoints' pages under https://ai.baidu.com/ai-doc/OCR/ (July
2024). An option that is on no page but is known from callers is accepted. If the program refused a
good option, the operator could do nothing; a wrong option is answered with error 216101.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = frozenset({"JPEG", "PNG", "BMP"})
"""The encodings that every endpoint reads, by Pillow's names."""

SHORTEST_SIDE = 15
"""The least length of the shorter side, in pixels, on every endpoint."""

_BOOLEAN = ("true", "false")
_LANGUAGES = ("CHN_ENG", "ENG", "JAP", "KOR", "FRE", "SPA", "POR", "GER", "ITA", "RUS")
_MORE_LANGUAGES = (
    *_LANGUAGES,
    *("auto_detect", "DAN", "DUT", "MAL", "SWE", "IND", "POL", "ROM"),
    *("TUR", "GRE", "HUN", "THA", "VIE", "ARA", "HIN"),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the service.

    Attributes:
        name: The last part of its path.
        body_bytes: The largest size of the URL-encoded image, in bytes. It is a little below the
            documented 8 M and 10 M, as the pages do not say whether they mean powers of two or ten.
        longest_side: The greatest length of the longer side, in pixels.
        options: The options that it accepts, each with its allowed values.
        tells_places: Whether it returns the place of each line (``location``).
    """

    name: str
    body_bytes: int
    longest_side: int
    options: Mapping[str, tuple[str, ...]]
    tells_places: bool = True

    @property
    def with_places(self) -> str:
        """The name of the endpoint that is most like this one and returns places."""
        named = self.name.removesuffix("_basic")
        return named if named in ENDPOINTS and ENDPOINTS[named].tells_places else "general"

    def problems(self, options: Mapping[str, str]) -> list[str]:
        """Return the problems of options for this endpoint.

        Args:
            options: The options of a call, as they are sent.

        Returns:
            One sentence for each wrong option, beginning with its name; empty if there is none.
        """
        sentences = (self._problem(option, value) for option, value in options.items())
        return [sentence for sentence in sentences if sentence]

    def _problem(self, option: str, value: str) -> str:
        allowed = self.options.get(option)
        if allowed is None:
            return f"{option}: {self._who_takes(option)}"
        if value not in allowed:
            return f"{option}: {self.name} takes {', '.join(allowed)}, not {value!r}"
        return ""

    def _who_takes(self, option: str) -> str:
        names = [endpoint.name for endpoint in ENDPOINTS.values() if option in endpoint.options]
        if not names:
            return "no endpoint takes it"
        verb = "takes" if len(names) == 1 else "take"
        return f"{', '.join(names)} {verb} it, {self.name} does not"


def _booleans(*options: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(options, _BOOLEAN)


_GRANULARITY = {"recognize_granularity": ("big", "small")}
_ENGLISH_GRANULARITY = {"eng_granularity": ("word", "letter")}

_TABLE = (
    Endpoint(
        "general_basic",
        7_900_000,
        4096,
        {"language_type": _LANGUAGES}
        | _booleans("detect_direction", "detect_language", "paragraph", "probability")
        | _booleans("multidirectional_recognize"),
        tells_places=False,
    ),
    Endpoint(
        "general",
        7_900_000,
        4096,
        {"language_type": _LANGUAGES}
        | _GRANULARITY
        | _ENGLISH_GRANULARITY
        | _booleans("detect_direction", "detect_language", "paragraph", "probability")
        | _booleans("vertexes_location", "char_probability", "multidirectional_recognize"),
    ),
    Endpoint(
        "accurate_basic",
        9_500_000,
        8192,
        {"language_type": _MORE_LANGUAGES}
        | _booleans("detect_direction", "paragraph", "probability", "multidirectional_recognize"),
        tells_places=False,
    ),
    Endpoint(
        "accurate",
        9_500_000,
        8192,
        {"language_type": _MORE_LANGUAGES}
        | _GRANULARITY
        | _ENGLISH_GRANULARITY
        | _booleans("detect_direction", "paragraph", "probability", "multidirectional_recognize")
        | _booleans("vertexes_location", "char_probability"),
    ),
    Endpoint(
        "webimage",
        7_900_000,
        4096,
        _booleans("detect_direction", "detect_language"),
        tells_places=False,
    ),
    Endpoint(
        "handwriting",
        7_900_000,
        4096,
        {"language_type": _MORE_LANGUAGES}
        | _GRANULARITY
        | _ENGLISH_GRANULARITY
        | _booleans("detect_direction", "probability", "detect_alteration"),
    ),
    Endpoint("numbers", 7_900_000, 4096, _GRANULARITY | _booleans("detect_direction")),
)

ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType({row.name: row for row in _TABLE})
"""Every endpoint that the program can use, by its name in the settings."""
