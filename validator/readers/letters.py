"""Where in the bytes of a value its words are, however the form writes them."""

from __future__ import annotations

from array import array

from validator.model.pattern import pattern
from validator.model.record import prose_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import regex

    from validator.model.record import Part

# What is no letter: the white space that forms fold, and the blank that HTML calls &nbsp;.
_WITHOUT_BLANKS = dict.fromkeys(map(ord, " \t\n\r\f\v\xa0"))
_PLAIN_LETTER = pattern(rb"(?!\xc2\xa0)(?:[^\s\x80-\xff]|[\xc2-\xf4][\x80-\xbf]*+)")
# Each match is a letter, or something without one; the last alternative is what ends the value.
_LETTER = rb"[^\s<&\x80-\xff]|[\xc2-\xf4][\x80-\xbf]*+"
_REFERENCE = rb"&\#?[A-Za-z0-9]{1,32};"
XML_WORDS = pattern(
    rb"(?P<none><!--(?:(?!-->).)*+-->|<!\[CDATA\[|\]\]>"
    rb"|<(?:[^<>/:\s]*+:)?xref(?=[\s/>])(?:[^>/]|/(?!>))*+(?:/>|>[^<]*+</[^>]*+>)"
    rb"|</?(?:[^<>/:\s]*+:)?(?:br|paragraph)(?=[\s/>])[^>]*+>|\s++|\xc2\xa0"
    rb"|&\#(?:0*+(?:9|10|13|32|160)|[xX]0*+(?:9|[aAdD]|20|[aA]0));)"
    rb"|(?P<letter>" + _REFERENCE + rb"|" + _LETTER + rb"|&)"
    rb"|(?P<end><)",
    "s",
)
HTML_WORDS = pattern(
    rb"(?P<none><!--(?:(?!-->).)*+-->|<(?!/?(?i:td|th|tr|table|dd|dt))[^>]*+>|\s++|\xc2\xa0|&nbsp;"
    rb"|&\#(?:0*+(?:9|10|13|32|160)|[xX]0*+(?:9|[aAdD]|20|[aA]0));)"
    rb"|(?P<letter>" + _REFERENCE + rb"|" + _LETTER + rb"|&)"
    rb"|(?P<end><)",
    "s",
)
JSON_STRING = pattern(rb'"(?:[^"\\]|\\.)*+"', "s")
JSON_WORDS = pattern(
    rb"(?P<none>\s++|\xc2\xa0|\\[nrtf]|\\u00(?:09|0[aAbBcCdD]|20|[aA]0))"
    rb"|(?P<letter>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb'|\\u[0-9a-fA-F]{4}|\\.|[^\s"\\\x80-\xff]|[\xc2-\xf4][\x80-\xbf]*+)'
    rb'|(?P<end>")',
    "s",
)


class LetterFinder:
    """Finds characters of a text in the bytes that a form writes it with.

    Letters are counted, without white space, which forms fold.  The words of citations count with
    `has_citations` only: elsewhere they are not in the text, but attributes.  What was worked out
    for a value is kept for the next question, since a long text may have many findings.
    """

    __slots__ = (
        "_character", "_count", "_data", "_has_citations", "_letters", "_offsets", "_start",
        "_text",
    )  # fmt: skip

    def __init__(
        self,
        data: bytes,
        letters: Callable[[bytes, int], Iterator[int]],
        *,
        has_citations: bool = False,
    ) -> None:
        self._data = data
        self._letters = letters
        self._has_citations = has_citations
        self._start = -1
        self._text = ""
        self._offsets = array("q")
        # How many letters there are before the character that was asked for last.
        self._character = self._count = 0

    def offset(self, start: int, text: str, mixed: Sequence[Part] | None, character: int) -> int:
        """The offset of a character of the value `text`, with its parts, that begins at `start`."""
        if start != self._start:
            self._start = start
            self._text = text if self._has_citations else prose_of(text, mixed)
            self._offsets = array("q", self._letters(self._data, start))
            self._character = self._count = 0
        if character < self._character:
            self._character = self._count = 0
        between = self._text[self._character : character]
        self._count += letter_count(between)
        self._character = character
        return self._offsets[self._count] if self._count < len(self._offsets) else start


def letter_count(text: str) -> int:
    """Count the characters of a text that are no white space."""
    return len(text.translate(_WITHOUT_BLANKS))


def letters_in_text(data: bytes, start: int, end: int) -> Iterator[int]:
    """The offset of each letter of plain text."""
    return (match.start() for match in _PLAIN_LETTER.finditer(data, start, end))


def letters_in_xml(data: bytes, start: int) -> Iterator[int]:
    """The offset of each letter of the element whose content begins at `start`."""
    return _letters(XML_WORDS, data, start, len(data))


def letters_in_html(data: bytes, start: int) -> Iterator[int]:
    """The offset of each letter of the cell whose content begins at `start`."""
    return _letters(HTML_WORDS, data, start, len(data))


def letters_in_json(data: bytes, start: int) -> Iterator[int]:
    """The offset of each letter of a string, or of the strings of a list of strings and objects.

    `start` is that of the string, or of the first one of the list.
    """
    before = start - 1
    while data[before : before + 1].isspace():
        before -= 1
    start = before if data[before : before + 1] == b"[" else start
    is_list = data[start : start + 1] == b"["
    at = start + is_list
    while (first := data[at : at + 1]) not in (b"", b"]"):
        if first == b"{":
            at = _after_object(data, at)
            continue
        string = JSON_STRING.match(data, at)
        if string is not None:
            yield from _letters(JSON_WORDS, data, at + 1, string.end())
            if not is_list:
                return
        at = at + 1 if string is None else string.end()


def _letters(words: regex.Pattern[bytes], data: bytes, start: int, end: int) -> Iterator[int]:
    for match in words.finditer(data, start, end):
        if match.lastgroup == "end":
            return
        if match.lastgroup == "letter":
            yield match.start()


def _after_object(data: bytes, at: int) -> int:
    """Where a flat object ends: those in mixed content have no objects in them."""
    at += 1
    while data[at : at + 1] not in (b"", b"}"):
        string = JSON_STRING.match(data, at)
        at = at + 1 if string is None else string.end()
    return at + 1
