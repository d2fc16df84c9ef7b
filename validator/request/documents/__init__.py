"""Files with requests: which format a file has, and reading it.

The extension of the file name decides; without one of the four it is the content: an
Internet-Draft, JSON, TOML, or else YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from validator.errors import Unusable
from validator.readers.source import Source, unusable_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from validator.request.documents.parsed import ParsedRequest
    from validator.request.drafts.unread import Mention

    RequestFormat = Literal["yaml", "toml", "json", "draft"]

# A draft may be this many times as large as a file of requests.
_DRAFT_FACTOR = 64
_EXTENSIONS: dict[str, RequestFormat] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".json": "json",
}
_KEY = re.compile(rb"^[ \t]*(?:-[ \t]+)?[\"']?[a-z]+(?:_[a-z]+)+[\"']?[ \t]*:", re.MULTILINE)
_PROSE = 'text without a heading "IANA Considerations"'
_TOML = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:[A-Za-z_]+[ \t]*=|\[[a-z_]+\])")


@dataclass(slots=True)
class RequestContents:
    """A file of requests: its format, and what it requests.

    `unread`, `identity` and `has_iana` are those of a draft (see `DraftContents`).
    """

    form: RequestFormat
    requests: list[ParsedRequest]
    unread: Sequence[Mention] = ()
    identity: str = ""
    has_iana: bool = True


def read_requests(source: Source) -> RequestContents:
    """Return what is in `source`: a draft may have no request, another file has at least one.

    Raises `Unusable`, with line and column if possible, if it cannot be read or has no request.
    """
    if source.damage:
        defect = source.damage[0]
        raise unusable_at(source, defect.offset, f"cannot be read: {defect.message}")
    # This module imports this package, as those below do.
    from validator.request.render import is_form

    if is_form(source.data):
        message = "this is a rendered form; check the request it was made from"
        raise Unusable(f"{source.path}: {message}")
    form = recognize(source)
    other = _other_format(source) if form == "yaml" else ""
    if other:
        raise _unrecognized(source, other)
    limits = source.limits
    limit = limits.request_size * (_DRAFT_FACTOR if form == "draft" else 1)
    if len(source.data) > limit:
        size = f"{limit // 1024:,} KiB"
        raise Unusable(f"{source.path}: larger than {size} (--max-request-size)")
    from validator.request.placeholders import drop_placeholders
    from validator.request.structure import correct_keys, has_known_key, refuse_group

    file = _read(source, form)
    for index, request in enumerate(file.requests):
        request.index = index
        if form != "draft":
            refuse_group(request)
            correct_keys(request)
        drop_placeholders(request)
    if not file.requests and form != "draft":
        message = 'no request found; run "ianalint request --template" for one to fill in'
        raise Unusable(f"{source.path}: {message}")
    if _may_be_prose(source, form) and not any(map(has_known_key, file.requests)):
        raise _unrecognized(source, _PROSE)
    if len(file.requests) > limits.requests:
        raise Unusable(
            f"{source.path}: too many requests (maximum {limits.requests:,}, --max-requests)"
        )
    return file


def recognize(source: Source) -> RequestFormat:
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


def _other_format(source: Source) -> str:
    """What is neither a draft nor YAML, in words; empty where it may be YAML."""
    if source.data.lstrip()[:1] == b"<":
        return "XML or HTML"
    # "# a title" would be a comment in YAML.
    is_markdown = source.path.lower().endswith((".md", ".markdown"))
    return "Markdown that is no draft" if is_markdown else ""


def _unrecognized(source: Source, content: str) -> Unusable:
    expected = "expected YAML, TOML, JSON or an Internet-Draft"
    return Unusable(f"{source.path}: unrecognized format ({expected}, found {content})")


def _may_be_prose(source: Source, form: RequestFormat) -> bool:
    """Whether a plain text was taken for YAML because it is nothing else."""
    return form == "yaml" and source.path.lower().endswith((".txt", ".text"))


def _read(source: Source, form: RequestFormat) -> RequestContents:
    if form == "draft":
        from validator.request.drafts.document import read_draft

        draft = read_draft(source)
        return RequestContents(form, draft.requests, draft.unread, draft.identity, draft.has_iana)
    if form == "json":
        from validator.request.documents.json import read
    elif form == "toml":
        from validator.request.documents.toml import read
    else:
        from validator.request.documents.yaml import read
    try:
        return RequestContents(form, read(source))
    except Unusable:
        if _may_be_prose(source, form) and not _KEY.search(source.data):
            raise _unrecognized(source, _PROSE) from None
        raise
