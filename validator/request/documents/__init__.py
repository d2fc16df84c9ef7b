"""Files with requests: which format a file has, and reading it.

The extension of the file name decides; without one of the four it is the content: an
Internet-Draft, JSON, TOML, or else YAML.
"""

from __future__ import annotations

import re

from validator.readers.source import Source, Unusable, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from validator.request.documents.parsed import ParsedRequest

    RequestFormat = Literal["yaml", "toml", "json", "draft"]

# A draft may be this many times as large as a file of requests.
_DRAFT_FACTOR = 64
_EXTENSIONS: dict[str, RequestFormat] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".json": "json",
}
_TOML = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:[A-Za-z_]+[ \t]*=|\[[a-z_]+\])")


def read_requests(source: Source) -> tuple[RequestFormat, list[ParsedRequest]]:
    """Return the format of `source` and its requests, at least one.

    Raises `Unusable`, with line and column if possible, if it cannot be read or has no request.
    """
    if source.damage:
        defect = source.damage[0]
        raise unusable_at(source, defect.offset, f"cannot be read: {defect.message}")
    form = recognise(source)
    if form == "yaml" and source.data.lstrip()[:1] == b"<":
        raise Unusable(
            f"{source.path}: unrecognized format"
            " (expected YAML, TOML, JSON or an Internet-Draft, found XML or HTML)"
        )
    limits = source.limits
    limit = limits.request_size * (_DRAFT_FACTOR if form == "draft" else 1)
    if len(source.data) > limit:
        size = f"{limit // 1024:,} KiB"
        raise Unusable(f"{source.path}: larger than {size} (--max-request-size)")
    requests = _read(source, form)
    if not requests:
        message = 'no request found; run "ianalint request --template" for one to fill in'
        if form == "draft":
            message = "no request for a service name or port found in the IANA Considerations"
        raise Unusable(f"{source.path}: {message}")
    if len(requests) > limits.requests:
        raise Unusable(
            f"{source.path}: too many requests (maximum {limits.requests:,}, --max-requests)"
        )
    return form, requests


def recognise(source: Source) -> RequestFormat:
    """Return the format that the name or the content of `source` shows, by default YAML."""
    name = source.path.lower()
    for extension, form in _EXTENSIONS.items():
        if name.endswith(extension):
            return form
    from validator.request.drafts import is_draft

    data = source.data
    if is_draft(data):
        return "draft"
    if data.lstrip()[:1] == b"{":
        return "json"
    return "toml" if _TOML.match(data[:4096]) else "yaml"


def _read(source: Source, form: RequestFormat) -> list[ParsedRequest]:
    if form == "draft":
        from validator.request.drafts import read_draft

        return read_draft(source)
    if form == "json":
        from validator.request.documents.json import read
    elif form == "toml":
        from validator.request.documents.toml import read
    else:
        from validator.request.documents.yaml import read
    return read(source)
