"""The documentation site: `sphinx-build -W docs build/docs` builds it, without a network.

The pages of the rules and of the JSON formats are written by each build, from the documentation of
the rules and from the schemas.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

import pages  # noqa: E402, I001
from validator import __version__  # noqa: E402

project = "ianalint"
author = "The ianalint authors"
version = release = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
# The rules have a page each here; `rules.md` is for those who read the sources.
exclude_patterns = ["rules.md"]
html_theme = "furo"
html_title = f"ianalint {version}"
html_copy_source = False
html_show_copyright = False
# A build of one state gives the same bytes on every day.
html_last_updated_fmt = None
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

pages.write(HERE / "generated")


def setup(app: Any) -> None:
    """Let the pages, which link to files of the repository, link to the pages made of these."""
    app.connect("source-read", _link_to_pages)


def _link_to_pages(_app: object, name: str, source: list[str]) -> None:
    if not name.startswith("generated/"):
        text = source[0].replace("](rules.md)", "](generated/rules.md)")
        schema = r"\]\(\.\./schemas/([a-z-]+)\.schema\.json\)"
        source[0] = re.sub(schema, r"](generated/formats/\1.md)", text)
