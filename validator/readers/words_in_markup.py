"""Where in the bytes of a value its words are, however the form writes them."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import regex

# Each match is a letter, or something without one; the last alternative is what ends the value.
_LETTER = rb"[^\s<&\x80-\xff]|[\xc2-\xf4][\x80-\xbf]*+"
_REFERENCE = rb"&\#?[A-Za-z0-9]{1,32};"
XML_WORDS = pattern(
    rb"(?P<none><!--(?:(?!-->).)*+-->|<!\[CDATA\[|\]\]>"
    rb"|<(?:[^<>/:\s]*+:)?xref(?=[\s/>])(?:[^>/]|/(?!>))*+(?:/>|>[^<]*+</[^>]*+>)"
    rb"|</?(?:[^<>/:\s]*+:)?(?:br|paragraph)(?=[\s/>])[^>]*+>|\s++|&\#(?:0*+(?:9|10|13|32));)"
    rb"|(?P<letter>" + _REFERENCE + rb"|" + _LETTER + rb"|&)"
    rb"|(?P<end><)",
    "s",
)
HTML_WORDS = pattern(
    rb"(?P<none><!--(?:(?!-->).)*+-->|<(?!/?(?i:td|th|tr|table|dd|dt))[^>]*+>|\s++|&nbsp;)"
    rb"|(?P<letter>" + _REFERENCE + rb"|" + _LETTER + rb"|&)"
    rb"|(?P<end><)",
    "s",
)
JSON_STRING = pattern(rb'"(?:[^"\\]|\\.)*+"', "s")
JSON_WORDS = pattern(
    rb"(?P<none>\s++|\\[nrtbf]|\\u00(?:09|0[aAdD]|20))"
    rb"|(?P<letter>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb'|\\u[0-9a-fA-F]{4}|\\.|[^\s"\\\x80-\xff]|[\xc2-\xf4][\x80-\xbf]*+)'
    rb'|(?P<end>")',
    "s",
)


def letters_before(record: Record, field: str, character: int, *, all_words: bool = False) -> int:
    """How many letters a field has before a character of its text, white space left out.

    The words of citations count with `all_words` only: elsewhere they are attributes.
    """
    value = getattr(record, field)
    text = value if isinstance(value, str) else ""
    mixed = (record.mixed or {}).get(field)
    if all_words or mixed is None:
        return _letters(text[:character])
    count = 0
    for part in mixed:
        if isinstance(part, str):
            count += _letters(part[:character])
            length = len(part)
        elif hasattr(part, "display"):
            length = len(part.display) + 2
        else:
            length = part.tag != "/paragraph"
        character -= length
        if character <= 0:
            break
    return count


def _letters(text: str) -> int:
    return sum(map(len, text.split()))


def letter_offset(words: regex.Pattern[bytes], data: bytes, start: int, count: int) -> int:
    """The offset of the letter after `count` others, from `start`; `start` where there is none."""
    for match in words.finditer(data, start):
        if match.lastgroup == "end":
            break
        if match.lastgroup == "letter":
            if not count:
                return match.start()
            count -= 1
    return start


def json_letter_offset(data: bytes, start: int, count: int) -> int:
    """The same in a JSON string, or in a list of strings and objects."""
    if data[start : start + 1] != b"[":
        return letter_offset(JSON_WORDS, data, start + 1, count)
    at = start + 1
    while data[at : at + 1] not in (b"", b"]"):
        if data[at : at + 1] == b"{":
            at = _after_object(data, at)
            continue
        string = JSON_STRING.match(data, at)
        if string is None:
            at += 1
            continue
        for match in JSON_WORDS.finditer(data, at + 1, string.end()):
            if match.lastgroup == "letter":
                if not count:
                    return match.start()
                count -= 1
        at = string.end()
    return start


def _after_object(data: bytes, at: int) -> int:
    """Where a flat object ends: those in mixed content have no objects in them."""
    at += 1
    while data[at : at + 1] not in (b"", b"}"):
        string = JSON_STRING.match(data, at)
        at = at + 1 if string is None else string.end()
    return at + 1
