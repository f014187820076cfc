"""What a man page shows otherwise than the site: tables, links and the ends of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class TablesToLists(SphinxPostTransform):
    """Makes each row of a table an item: the first cell is its term, the others explain it.

    A terminal has no room for columns of sentences. The head of the table is left out.
    """

    default_priority = 200
    builders = ("man",)

    def run(self) -> None:
        """Replace all tables of the document."""
        for table in list(self.document.findall(nodes.table)):
            rows = [row for body in table.findall(nodes.tbody) for row in body.children]
            table.replace_self(nodes.definition_list("", *map(_item, rows)))


class LinksToText(SphinxPostTransform):
    """Leaves the text of each link to a page of the site, which a man page cannot open."""

    default_priority = 800  # links are resolved at 10
    builders = ("man",)

    def run(self) -> None:
        """Replace all links within the site."""
        for link in list(self.document.findall(nodes.reference)):
            if "://" not in link.get("refuri", ""):
                link.replace_self(link.children)


class WholeWords(SphinxPostTransform):
    """Has words stay whole at the ends of lines, so that paths can be copied.

    Lines then differ in length, since blanks alone cannot always fill them. Macros for paragraphs
    and lists turn hyphenation on again, unless the register ``HY`` is 0 (groff_man(7)).
    """

    default_priority = 200
    builders = ("man",)

    def run(self) -> None:
        """Put the requests of roff before the text of the page."""
        requests = nodes.raw("", ".ad l\n.nr HY 0\n.nh\n", format="manpage")
        self.document.next_node(nodes.title).parent.insert(1, requests)


def _item(row: nodes.Node) -> nodes.Node:
    first, *others = row.children
    term = nodes.term()
    for paragraph in first.children:
        term += paragraph.children
    cells = [node for cell in others for node in cell.children]
    return nodes.definition_list_item("", term, nodes.definition("", *cells))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the transforms to Sphinx."""
    app.add_post_transform(TablesToLists)
    app.add_post_transform(LinksToText)
    app.add_post_transform(WholeWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
