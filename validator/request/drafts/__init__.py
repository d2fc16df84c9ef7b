"""Requests in the IANA Considerations of an Internet-Draft or RFC.

Plain text, Markdown (kramdown-rfc, mmark) and RFCXML are read into sections of lines and tables
(`text`, `markdown`, `tables`, `xml`).  `reader` reads a section: templates as in RFC 6335, Sections
8.1.1 and 10.2, tables, lines as in the registry of old (`name 4646/tcp description`) and sentences.
`combine` makes requests, updates and releases of all that.  No other section requests anything,
except for the templates of a section that the IANA Considerations refer to.
"""

from __future__ import annotations

import regex

from validator.readers.source import line_bytes

# The bytes at the beginning that show what a document is.
HEAD = 20_000
_TITLE_PAGE = 6_000

_XML = regex.compile(
    rb"\s*+(?:<\?(?:(?!\?>).)*+\?>\s*+|<!--(?:(?!-->).)*+-->\s*+|(<!DOCTYPE\s++rfc\b))*+"
    rb"(<(?:rfc|section)[\s>])?",
    regex.DOTALL,
)
# A line that is a heading about IANA, in a pattern: however it is marked and numbered.
HEADING_START = (
    r"(?:[^\w\s]|_){0,6}[ \t]*+"
    r"((?:(?:Section|Appendix)[ \t]++)?(?:[0-9]{1,3}(?:\.[0-9]{1,3})*+|[IVX]{1,5}|[A-Z])"
    r"[.:)\]]{0,2}[ \t]++(?:[^\w\s]{1,3}[ \t]++)?)?+"
)
IANA_HEADING = (
    HEADING_START + r"((?:\w++[ \t]++(?:and|&)[ \t]++)?IANA[ \t]++"
    r"(?:(?:and|&)[ \t]++\w++[ \t]++)?(?:Considerations?|Actions?)"
    r"(?:[ \t]++(?:for[ \t].{1,60}|\(.{1,60}\)))?)(?:[^\w\s]|_|[ \t]){0,5}"
)
_LONE_IANA_HEADING = regex.compile(
    rb"(?:\A|\n[ \t]*+\r?\n)[ \t]*+" + IANA_HEADING.encode() + rb"\r?$",
    regex.MULTILINE | regex.IGNORECASE,
)
_IANA_HEADING = regex.compile(
    rb"^(?:#{1,6}[ \t]++)?(?:\[[0-9.]{1,8}\][^\s\[]{0,60}(?:\{[^{}\n]{0,60}\})?[ \t]++)?\[?"
    rb"(?:[0-9]{1,3}\.[0-9.]{0,8}[ \t]++)?IANA[ \t]++(?:Considerations?|Actions?)\b",
    regex.MULTILINE | regex.IGNORECASE,
)
_REQUEST_KEY = regex.compile(
    rb"""^[ \t]{0,40}(?:-[ \t]++)?["']?(?:service_name|transport_protocols)["']?[ \t]*+[:=]""",
    regex.MULTILINE,
)
_JSON = regex.compile(rb"\s*+(?:\{|\[\s*+[\[{\"])")
_DRAFT_HEAD = regex.compile(
    rb"^[ \t]{0,8}(?:Internet-Draft\b|INTERNET-DRAFT\b|Request for Comments:"
    rb"|Internet Engineering Task Force"
    rb"|Network Working Group\b|(?:doc[Nn]ame|ipr)[ \t]*+:|%%%[ \t]*+$"
    rb"|[ \t]{0,80}draft-[a-z0-9]++-[a-z0-9-]++[ \t]*+$)",
    regex.MULTILINE,
)


def is_draft(data: bytes) -> bool:
    """Say whether bytes look like an Internet-Draft or RFC, in any of the three forms.

    A request document in YAML, TOML or JSON does not, whatever its texts contain.
    """
    if is_xml(data):
        return True
    data = line_bytes(data)
    head = data[:HEAD]
    if _REQUEST_KEY.search(head) is not None or _JSON.match(head) is not None:
        return False
    return (
        _DRAFT_HEAD.search(data[:_TITLE_PAGE]) is not None
        or _IANA_HEADING.search(data) is not None
        or _LONE_IANA_HEADING.search(data) is not None
    )


def is_xml(data: bytes) -> bool:
    """Say whether bytes are RFCXML."""
    match = _XML.match(data[:HEAD])
    return match is not None and (match[1] or match[2]) is not None
