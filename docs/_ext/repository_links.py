"""Links out of ``docs/`` into the repository, which has more than the site.

A page links to a file as it does in the repository. The site has a copy of the file to download;
the README is its first page; a folder is named without a link.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_FIRST_PAGES = {"README.md": "index"}
"""Files of the repository's top, and the document of the site that takes their place."""


class RepositoryLinks(SphinxTransform):
    """Replaces the links of MyST to what lies outside of ``docs/``."""

    default_priority = 400  # before Sphinx collects the files to download

    def apply(self, **_: object) -> None:
        """Replace all such links of the document."""
        for link in list(self.document.findall(addnodes.pending_xref)):
            path = self._path(link)
            if not path.is_relative_to(self.env.srcdir) and path.exists():
                self._replace(link, path)

    def _path(self, link: addnodes.pending_xref) -> Path:
        """Return the path that a link names; that of a Markdown file is without its suffix."""
        if link["refdomain"] == "doc":
            return Path(os.path.normpath(self.env.srcdir / f"{link['reftarget']}.md"))
        return Path(self.env.relfn2path(link["reftarget"].partition("#")[0])[1])

    def _replace(self, link: addnodes.pending_xref, path: Path) -> None:
        target = os.path.relpath(path, self.env.srcdir.parent)
        if target in _FIRST_PAGES:
            link.attributes.update(
                {"refdomain": "doc", "reftarget": _FIRST_PAGES[target], "reftargetid": None}
            )
        elif path.is_file():
            relative = os.path.relpath(path, Path(self.env.doc2path(self.env.docname)).parent)
            download = addnodes.download_reference("", "", *link.children, reftarget=relative)
            link.replace_self(download)
        else:
            link.replace_self(nodes.inline("", "", *link.children))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the transform to Sphinx."""
    app.add_transform(RepositoryLinks)
    return {"parallel_read_safe": True}
