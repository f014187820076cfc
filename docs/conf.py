"""How Sphinx builds the site (``sphinx-build docs OUT``) and the man pages (``-b man``).

The site works from a disk and without a network: nothing in it comes from another host.
"""

import sys
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE.parent), str(_HERE / "_ext")]

from ocr_watcher import __version__  # noqa: E402  its path stands above

project = "ocr-watcher"
author = "The ocr-watcher authors"
version = release = __version__
language = "en"

extensions = ["myst_parser", "command_help", "man_pages", "repository_links", "settings_list"]
exclude_patterns = ["_ext", "_build"]
smartquotes = False  # a quotation mark or two hyphens may be part of a command
myst_heading_anchors = 4  # headings have the anchors that they have on GitHub

html_theme = "furo"
html_title = "ocr-watcher"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

man_pages = [  # document, name, what it is, authors, section
    ("commands", "ocr-watcher", "watch folders of scans and write the text beside each one", "", 1),
    ("settings", "ocr-watcher.yaml", "the settings of ocr-watcher", "", 5),
]
