"""Requests from bytes: what form they are in, and reading them.

The ending of the file's name says the form, else its content: a file that has no such name may be
an Internet-Draft, JSON, TOML or YAML.
"""

from __future__ import annotations

import re

from validator.readers.source import Source, Unusable, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from validator.request.raw import RawRequest

    RequestForm = Literal["yaml", "toml", "json", "draft"]

# So many times as large as a file of requests may a draft be.
_LONGER_DRAFT = 64
_ENDINGS: dict[str, RequestForm] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".json": "json",
}
_TOML = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:[A-Za-z_]+[ \t]*=|\[[a-z_]+\])")


def read_requests(source: Source) -> tuple[RequestForm, list[RawRequest]]:
    """Return the form of `source` and its requests, one at least.

    Raises `Unusable`, where it can with line and column, for what cannot be read or holds none.
    """
    if source.damage:
        defect = source.damage[0]
        ((line, column),) = places(source.data, [defect.offset])
        raise Unusable(f"{source.path}:{line}:{column} cannot be read: {defect.message}")
    form = recognise(source)
    if form == "yaml" and source.data.lstrip()[:1] == b"<":
        raise Unusable(
            f"{source.path} is XML or HTML, and no Internet-Draft; a request is YAML, TOML or JSON"
        )
    limits = source.limits
    limit = limits.request_size * (_LONGER_DRAFT if form == "draft" else 1)
    if len(source.data) > limit:
        size = f"{limit // 1024:,} KiB"
        raise Unusable(f"{source.path} is larger than {size}, and so is no request")
    requests = _read(source, form)
    if not requests:
        what = "no request for a service name or port is found in its IANA Considerations"
        what = what if form == "draft" else "it holds no request; `ianalint request --template`"
        shown = "" if form == "draft" else " writes one"
        raise Unusable(f"{source.path}: {what}{shown}")
    if len(requests) > limits.requests:
        raise Unusable(f"{source.path} holds more than {limits.requests:,} requests")
    return form, requests


def recognise(source: Source) -> RequestForm:
    """Return the form that name or content of `source` show; YAML where they show none."""
    name = source.path.lower()
    for ending, form in _ENDINGS.items():
        if name.endswith(ending):
            return form
    from validator.request.draft import is_draft

    data = source.data
    if is_draft(data):
        return "draft"
    if data.lstrip()[:1] == b"{":
        return "json"
    return "toml" if _TOML.match(data[:4096]) else "yaml"


def _read(source: Source, form: RequestForm) -> list[RawRequest]:
    if form == "draft":
        from validator.request.draft import read_draft

        return read_draft(source)
    if form == "json":
        from validator.request.json import read
    elif form == "toml":
        from validator.request.toml import read
    else:
        from validator.request.yaml import read
    return read(source)
