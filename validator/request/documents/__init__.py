"""Files with requests: which format a file has, and reading it.

The extension of the file name decides; without one of the four it is the content: an
Internet-Draft, JSON, TOML, or else YAML.
"""

from __future__ import annotations

import re

from validator.errors import Unusable
from validator.readers.source import Source, unusable_at
from validator.request.documents.parsed import ParsedRequest, RequestContents, RequestFormat

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


def read_requests(source: Source) -> RequestContents:
    """Return what is in `source`: a draft may have no request, another file has at least one.

    Raises `Unusable`, with line and column if possible, if it cannot be read or has no request.
    """
    if source.damage:
        defect = source.damage[0]
        raise unusable_at(source, defect.offset, f"cannot be read: {defect.message}")
    # These modules import this package, as those below do.
    from validator.request.placeholders import drop_placeholders
    from validator.request.render import is_form

    if is_form(source.data):
        message = "this is a rendered form; check the request it was made from"
        raise Unusable(f"{source.path}: {message}")
    form = recognize(source)
    _require_form(source, form)
    if form == "draft":
        from validator.request.drafts.document import read_draft

        contents = read_draft(source)
    else:
        contents = RequestContents(form, _read_values(source, form))
    for index, request in enumerate(contents.requests):
        request.index = index
        drop_placeholders(request)
    if len(contents.requests) > (limit := source.limits.requests):
        raise Unusable(f"{source.path}: too many requests (maximum {limit:,}, --max-requests)")
    return contents


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


def _require_form(source: Source, form: RequestFormat) -> None:
    """Refuse what is neither a draft nor YAML, and what is too large."""
    if form == "yaml" and source.data.lstrip()[:1] == b"<":
        raise _unrecognized(source, "XML or HTML")
    # "# a title" would be a comment in YAML.
    if form == "yaml" and source.path.lower().endswith((".md", ".markdown")):
        raise _unrecognized(source, "Markdown that is no draft")
    limit = source.limits.request_size * (_DRAFT_FACTOR if form == "draft" else 1)
    if len(source.data) > limit:
        size = f"{limit // 1024:,} KiB"
        raise Unusable(f"{source.path}: larger than {size} (--max-request-size)")


def _unrecognized(source: Source, content: str) -> Unusable:
    expected = "expected YAML, TOML, JSON or an Internet-Draft"
    return Unusable(f"{source.path}: unrecognized format ({expected}, found {content})")


def _read_values(source: Source, form: RequestFormat) -> list[ParsedRequest]:
    from validator.request.structure import correct_keys, has_known_key, refuse_group

    if form == "json":
        from validator.request.documents.json import read
    elif form == "toml":
        from validator.request.documents.toml import read
    else:
        from validator.request.documents.yaml import read
    # A plain text is taken for YAML because it is nothing else.
    may_be_prose = form == "yaml" and source.path.lower().endswith((".txt", ".text"))
    try:
        requests = read(source)
    except Unusable:
        if may_be_prose and not _KEY.search(source.data):
            raise _unrecognized(source, _PROSE) from None
        raise
    for request in requests:
        refuse_group(request)
        correct_keys(request)
    if not requests:
        message = 'no request found; run "ianalint request --template" for one to fill in'
        raise Unusable(f"{source.path}: {message}")
    if may_be_prose and not any(map(has_known_key, requests)):
        raise _unrecognized(source, _PROSE)
    return requests
