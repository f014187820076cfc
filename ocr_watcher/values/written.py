"""The regular expressions of texts in the settings, for their JSON schema.

The models check the texts by rules of their own, whose errors say more. These regular expressions
mean the same in Python and in ECMA 262, which editors have (JSON Schema 2020-12, 6.3.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_NUMBER = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = rf"{_NUMBER}(\.{_NUMBER}){{3}}"
IPV6 = r"[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*"
LOOPBACK = rf"(localhost|127(\.{_NUMBER}){{3}}|\[[0:]+1\])"
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_END = r"$(?!\n)"
"""The end of the text. In Python ``$`` matches before a line break at the end as well."""


def whole(expression: str) -> dict[str, str]:
    """Return the rule of a schema that a text matches an expression as a whole."""
    return {"pattern": f"^({expression}){_END}"}


def written_as(expression: str) -> Any:
    """Return the annotation of a text that matches an expression as a whole.

    Args:
        expression: A regular expression.
    """
    annotation: FieldInfo = Field(json_schema_extra={**whole(expression)})
    return annotation


def not_both(first: str, second: str) -> dict[str, Any]:
    """Return the rule of a schema that of two settings at least one is empty or missing."""
    given = {"type": ["string", "array"], "minLength": 1, "minItems": 1}
    return {"not": {"required": [first, second], "properties": {first: given, second: given}}}
