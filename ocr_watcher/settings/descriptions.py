"""The descriptions of settings: the docstrings below the fields of their models.

pydantic's ``use_attribute_docstrings`` finds the same texts when the models are imported, which
costs each command 40 ms. Here they are found only when they are needed.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from ocr_watcher.values.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@functools.cache
def descriptions(model: type[Section]) -> Mapping[str, str]:
    """Return the descriptions of a model's fields by their names, in Markdown.

    Args:
        model: The model; the fields that it inherits are described where it inherits them from.
    """
    parents = [each for each in reversed(model.__mro__) if issubclass(each, Section)]
    return MappingProxyType(dict(found for each in parents for found in _described(each)))


def summary(model: type[Section]) -> str:
    """Return the summary of a section: the first paragraph of the model's docstring."""
    return inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0].replace("``", "`")


def _described(model: type[Section]) -> Iterator[tuple[str, str]]:
    try:
        source = inspect.getsource(model)
    except OSError:  # a model that `create_model` made has no text of its own
        return
    (written,) = ast.parse(textwrap.dedent(source)).body
    for field, below in pairwise(written.body if isinstance(written, ast.ClassDef) else ()):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield field.target.id, inspect.cleandoc(text)
