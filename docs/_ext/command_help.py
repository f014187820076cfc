"""The directive ``command-help``: the help of a command, from the program itself.

Sphinx makes the site and the man page of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import click
from docutils import nodes
from docutils.parsers.rst import Directive

from ocr_watcher.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_PROGRAM = "ocr-watcher"
_KEEPS_LINES = "\b"
"""The mark of click before a paragraph whose lines are kept."""


class CommandHelp(Directive):
    """Usage, text and options of the command that the argument names.

    Options that all commands have are left out. Without an argument, the directive shows these
    alone.
    """

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Return the nodes for the help."""
        if not self.arguments:
            return [_options(main.make_context(_PROGRAM, [], resilient_parsing=True), set())]
        try:
            context = _context(self.arguments[0].split())
        except LookupError:
            raise self.error(f"no command is named {self.arguments[0]!r}") from None
        common = {parameter.name for parameter in main.params}
        return [_usage(context), *_texts(context), _options(context, common)]


def _context(words: list[str]) -> click.Context:
    """Return the context of a command, whose parents are the commands before it.

    Raises:
        LookupError: There is no such command.
    """
    context = click.Context(main, info_name=_PROGRAM)
    for word in words:
        commands = context.command.commands if isinstance(context.command, click.Group) else {}
        context = click.Context(commands[word], context, info_name=word)
    return context


def _usage(context: click.Context) -> nodes.Node:
    pieces = " ".join(context.command.collect_usage_pieces(context))
    return _lines(f"{context.command_path} {pieces}")


def _texts(context: click.Context) -> Iterator[nodes.Node]:
    command = context.command
    for paragraph in f"{command.help}\n\n{command.epilog or ''}".strip().split("\n\n"):
        if paragraph.startswith(_KEEPS_LINES):
            yield _lines(paragraph.removeprefix(_KEEPS_LINES).strip("\n"))
        else:
            yield nodes.paragraph(text=" ".join(paragraph.split()))


def _lines(text: str) -> nodes.Node:
    return nodes.literal_block(text, text, language="none")


def _options(context: click.Context, left_out: set[str | None]) -> nodes.Node:
    found = nodes.definition_list()
    for parameter in context.command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record and parameter.name not in left_out:
            found += _option(*record)
    return found if found.children else nodes.comment()


def _option(usage: str, text: str) -> nodes.Node:
    """Return an item for an option.

    Args:
        usage: All names of the option and its argument, such as ``-c, --config FILE``.
        text: What it is for.
    """
    *others, last = usage.split(", ")
    name, _, argument = last.partition(" ")
    term = nodes.term()
    for other in others:
        term += [nodes.literal(text=other), nodes.Text(", ")]
    term += nodes.literal(text=name)
    if argument:
        term += [nodes.Text(" "), nodes.emphasis(text=argument)]
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph(text=text)))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive to Sphinx."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True}
