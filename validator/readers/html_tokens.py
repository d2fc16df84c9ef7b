"""HTML cut into tags and the text between them, each with its place.

This is no `html.parser` because that can take quadratic time over comments that are never closed,
and because each finding needs the place of its words.  Tests compare the two.  What is cut is what
a browser would cut, but for `<td/>`: the pages are XHTML, and there it is an empty cell.
"""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from html.entities import html5

import regex

from validator.model.pattern import pattern
from validator.readers.source import BLANKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal, TypeAlias

    # What it is, its name, where it begins and ends, and where its attributes do.
    Token: TypeAlias = tuple[
        Literal["start", "empty", "end", "text", "fault"], str, int, int, int, int
    ]
    # The value of an attribute and its offset, by name.
    Attributes: TypeAlias = dict[str, tuple[str, int]]

# Elements whose content is text whatever it looks like.
_RAW = frozenset("iframe noembed noframes script style textarea title xmp".split())
# By `re`: `regex` would keep something for each attribute.
_TAG = pattern(
    rb"""<(/?+)([A-Za-z][^ \t\n\f\r/>]*+)((?:[^=>]++|=[ \t\n\f\r]*+"""
    rb"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+|(?=>)))*+)>"""
)
_ATTRIBUTE = pattern(
    rb"""([^ \t\n\f\r=/>]++)[ \t\n\f\r]*+"""
    rb"""(?:=[ \t\n\f\r]*+(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\f\r"'>][^ \t\n\f\r>]*+)))?+"""
)
_TAG_BEGINS = regex.compile(rb"</?+[A-Za-z]")
# Comments, declarations, instructions, and `</` without a name, which browsers skip, too.
_DECLARATION_BEGINS = regex.compile(rb"<(?:[!?]|/[^A-Za-z])")
_COMMENT_END = regex.compile(rb"--!?+>")
_REFERENCE = regex.compile(
    r"&(?:\#[0-9]++;?+|\#[xX][0-9A-Fa-f]++;?+|([A-Za-z][A-Za-z0-9]*+(?:;|(?!=))))", regex.ASCII
)


def tokens(data: bytes, after_read: Callable[[int], int] | None = None) -> Iterator[Token]:
    """Cut a document into tags and the text between them; comments and scripts are left out.

    Before each token `after_read` may say that what begins there is read up to another place.  The
    last token is a fault where something is opened and never closed: a browser, too, shows
    nothing of what follows.
    """
    at = 0
    size = len(data)
    while 0 <= at < size:
        if after_read is not None:
            at = after_read(at)
        mark = data.find(b"<", at)
        if mark < 0:
            mark = size
        if mark > at:
            yield "text", "", at, mark, 0, 0
        if mark == size:
            return
        tag = _TAG.match(data, mark)
        if tag is None:
            markup, at = _no_tag(data, mark)
            yield from markup
            continue
        slash, word, attributes = tag.groups()
        name, at = _name(word), tag.end()
        if slash:
            yield "end", name, mark, at, 0, 0
        elif _is_empty(attributes):
            yield "empty", name, mark, at, *tag.span(3)
        else:
            yield "start", name, mark, at, *tag.span(3)
            if name in _RAW:
                markup, at = _raw_text(data, name, mark, at)
                yield from markup


def is_blank(text: bytes) -> bool:
    """Say whether nothing is seen of a text, whatever its blanks are written as."""
    return text.isspace() or not unescape(text.decode("utf-8", "replace")).strip(BLANKS)


def _raw_text(data: bytes, name: str, mark: int, start: int) -> tuple[list[Token], int]:
    """The tokens of an element at `mark` whose content is text from `start` on, and its end."""
    close = regex.compile(b"</" + name.encode() + rb"(?=[ \t\n\f\r/>])", regex.IGNORECASE)
    match = close.search(data, start)
    if match is None:
        return _never_closed(data, f"<{name}>", mark)
    end = match.start()
    return [("text", "", start, end, 0, 0)] if name == "title" else [], end


@lru_cache(maxsize=256)
def _name(word: bytes) -> str:
    return word.decode("utf-8", "replace").lower()


def _no_tag(data: bytes, mark: int) -> tuple[list[Token], int]:
    """The tokens of a `<` that begins no whole tag, and where they end; -1 after a fault."""
    if _DECLARATION_BEGINS.match(data, mark):
        what = "comment" if data.startswith(b"<!--", mark) else "declaration"
        end = _comment_end(data, mark) if what == "comment" else data.find(b">", mark) + 1
        return ([], end) if end else _never_closed(data, what, mark)
    if _TAG_BEGINS.match(data, mark) or data[mark:] == b"</":
        return _never_closed(data, "tag", mark)
    return [("text", "", mark, mark + 1, 0, 0)], mark + 1


def _never_closed(data: bytes, what: str, mark: int) -> tuple[list[Token], int]:
    return [("fault", what, mark, len(data), 0, 0)], -1


def _comment_end(data: bytes, mark: int) -> int:
    """Where the comment at `mark` ends; 0 where it is never closed."""
    # From the second hyphen on: `<!-->` is a comment, too.
    match = _COMMENT_END.search(data, mark + 2)
    return 0 if match is None else match.end()


def _is_empty(attributes: bytes) -> bool:
    """Whether a tag ends in a slash that is no part of an attribute's value."""
    if not attributes.endswith(b"/"):
        return False
    return b"=" not in attributes or attributes[-2:-1] in b" \t\n\f\r\"'"


def attributes_of(data: bytes, start: int, end: int) -> Attributes:
    """The attributes of a tag, each with its value and the offset of that."""
    attributes: Attributes = {}
    if start == end:
        return attributes  # of most tags
    names: set[bytes] = set()
    for match in _ATTRIBUTE.finditer(data, start, end):
        # A tag may have millions; of those of one name, the first one counts.
        if match[1] in names:
            continue
        names.add(match[1])
        group = next((group for group in (2, 3, 4) if match[group] is not None), 0)
        name = match[1].decode("utf-8", "replace").lower()
        value = match[group].decode("utf-8", "replace") if group else ""
        if "&" in value:
            value = _REFERENCE.sub(_referenced, value)
        attributes.setdefault(name, (value, match.start(group)))
    return attributes


def _referenced(reference: regex.Match[str]) -> str:
    # A name counts where it is whole: `?a=1&section=2` has no section sign in it.
    name = reference[1]
    return character(reference[0]) if not name or name in html5 else reference[0]


def character(reference: str) -> str:
    """What a character reference stands for; itself where there is no such character."""
    try:
        return unescape(reference)
    except ValueError:  # a number with more digits than Python reads
        return "\ufffd"
