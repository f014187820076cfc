"""The directive ``settings``: what may be set, from the program's own catalogue.

Sphinx makes the site and the man page of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

from ocr_watcher.settings.catalogue import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from ocr_watcher.settings.catalogue import Setting


class Settings(Directive):
    """The settings of the sections that the arguments name, or that are so named themselves."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return a list of the settings."""
        found = nodes.definition_list()
        for name in self.arguments[0].split():
            items = [self._item(one) for one in settings() if section_of(one) == name]
            if not items:
                raise self.error(f"there is no setting {name!r}")
            found += items
        return [found]

    def _item(self, setting: Setting) -> nodes.Node:
        term = nodes.term("", "", nodes.literal(text=setting.path))
        meaning = nodes.definition()
        lines = StringList(setting.description.splitlines(), source=setting.path)
        self.state.nested_parse(lines, self.content_offset, meaning)
        if isinstance(meaning.children[-1], nodes.bullet_list):  # docutils leaves no space there
            meaning += nodes.raw("", ".sp\n", format="manpage")
        meaning += nodes.line_block("", *map(self._line, _facts(setting)))
        return nodes.definition_list_item("", term, meaning)

    def _line(self, markdown: str) -> nodes.Node:
        parsed, messages = self.state.inline_text(markdown, self.lineno)
        return nodes.line("", "", *parsed, *messages)


def section_of(setting: Setting) -> str:
    """Return the first part of a setting's path, such as ``folders`` of ``folders[].path``."""
    return setting.path.partition(".")[0].removesuffix("[]")


def _facts(setting: Setting) -> Iterator[str]:
    """Yield lines in Markdown: what a setting holds, its default, and its variable."""
    yield f"Value: {setting.kind}"
    if setting.default:
        yield f"Default: `{setting.default}`"
    if setting.example:
        yield f"Example: `{setting.example}`"
    if setting.variable:
        yield f"Environment: `{setting.variable}`"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive to Sphinx."""
    app.add_directive("settings", Settings)
    return {"parallel_read_safe": True}
