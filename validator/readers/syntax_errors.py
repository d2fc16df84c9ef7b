"""What is wrong with text that is not YAML, TOML, JSON or XML, in sentences of our own.

The parsers say what they expected in the words of their grammars, which differ from version to
version.  A sentence that is not in the tables is passed on as it is.
"""

from __future__ import annotations

import re
from pyexpat import ErrorString

TYPE_CHECKING = False
if TYPE_CHECKING:
    import json
    from collections.abc import Iterable
    from typing import Any

_UNCLOSED_STRING = "a string is not closed"
_HEX = "expected hexadecimal digits after a backslash"

# What a parser says, and the sentence instead; {0} is the group of the pattern, {here} the word of
# the text at the place, {char} and {raw} the character there.
_YAML = [
    ("mapping values are not allowed here", '":" is not allowed here: quote the value, or check the indentation'),  # noqa: E501
    ("sequence entries are not allowed here", '"-" is not allowed here: an item begins on a line of its own'),  # noqa: E501
    ("mapping keys are not allowed here", '"?" is not allowed here'),
    (r"found character '\\t' that .*", "a tab is not allowed here: indent with spaces"),
    ("found character .* that .*", "a value cannot begin with {char}: put it in quotes"),
    ("could not find expected ':'", 'expected ":" after {here}'),
    ("found unknown escape character .*", "unknown escape \\{raw}: in double quotes a backslash is \\\\"),  # noqa: E501
    ("expected escape sequence of ([0-9]) .*, but found .*", "expected {0} hexadecimal digits in an escape"),  # noqa: E501
    ("expected <block end>, but found .*", "unexpected {here}: check the indentation and the quotes"),  # noqa: E501
    ("expected chomping or indentation indicators, .*", "unexpected {here}: the text begins on the next line"),  # noqa: E501
    ("expected '?,'? or '(.)', but got .*", 'expected "," or "{0}", got {here}'),
    ("expected the node content, .*", "expected a value, got {here}"),
    ("found unexpected (?:end of stream|document separator)", _UNCLOSED_STRING),
    ("expected '<document start>', but found .*", "unexpected {here} after the end of the document"),  # noqa: E501
    ("found incompatible YAML document .*", "another version of YAML (expected YAML 1.2)"),
    ("found undefined tag handle '(.*)'", 'unknown tag "{0}"'),
    ("expected alphabetic or numeric character, .*", "expected a letter or a digit, got {here}"),
    ("expected (.*?),? but found .*", "expected {0}, got {here}"),
]  # fmt: skip
_TOML = [
    (r"(?:Illegal|Found invalid) character '\\n'|Unterminated string", _UNCLOSED_STRING),
    ("(?:Illegal|Found invalid) character .*", "{char} is not allowed"),
    (r"Expected [\"'](?:'+|\"+)[\"']", _UNCLOSED_STRING),
    ("Unclosed array", 'a list is not closed: expected "," or "]"'),
    ("Unclosed inline table", 'a table is not closed: expected "," or "}}"'),
    ("Invalid value", "expected a value, got {here}{quotes}"),
    ("Invalid statement|Invalid initial character for a key part", "expected a key or a [table], got {here}"),  # noqa: E501
    ("Expected '=' after a key in a key/value pair", 'expected "=" after a key, got {here}'),
    (r"Expected '(\]\]?)' at the end of .*", 'expected "{0}", got {here}'),
    ("Expected newline or end of document after a statement", "unexpected {here} after the value"),
    ("Cannot overwrite a value", "this key already has a value"),
    ("Duplicate inline table key '(.*)'", 'duplicate key "{0}"'),
    ("(?:Cannot declare|Cannot redefine namespace|Cannot mutate immutable namespace) (.*?)(?: twice)?", "duplicate table [{names}]"),  # noqa: E501
    (r"Unescaped '\\\\?' in a string", "unknown escape: a backslash is \\\\, or use single quotes"),
    ("Invalid hex value", _HEX),
    ("Escaped character is not a Unicode scalar value", "an escape is no character"),
    ("Invalid date or datetime", "no such date or time: {here}"),
]  # fmt: skip
_JSON = [
    ("Expecting property name .*|Expecting a key .*", "expected a key in double quotes, got {here}"),  # noqa: E501
    ("Illegal trailing comma .*", "a comma after the last value is not allowed"),
    ("Expecting value", "expected a value, got {here}"),
    ("Expecting ':'.*", 'expected ":" after a key, got {here}'),
    (r"Expecting ',' or '([\]}])'", 'expected "," or "{0}", got {here}'),
    ("Expecting ',' delimiter", 'expected ",", got {here}'),
    (r"Invalid \\escape.*", "unknown escape: a backslash is \\\\"),
    (r"Invalid \\uXXXX escape.*", _HEX),
    ("Invalid control character.*", "{char} is not allowed in a string"),
    ("Unterminated string.*", _UNCLOSED_STRING),
]  # fmt: skip
_XML = [
    (".*invalid token.*", "unexpected {here}"),
    ("duplicate attribute", "{here} is given twice"),
    ("junk after document element", "unexpected {here} after the end of the document"),
    ("undefined entity", 'unknown entity "{tag}"'),
    ("mismatched tag", '"{tag}" does not close the element that is open'),
    ("unclosed token", "a tag or comment is not closed"),
    ("unclosed CDATA section", "a CDATA section is not closed"),
    ("unbound prefix", 'the prefix in "{tag}" is not declared'),
    (".*invalid character number", '"{tag}" is no character'),
    ("XML or text declaration not at start .*", "the XML declaration must be at the beginning of the file"),  # noqa: E501
    ("no element found", "the document is truncated"),
]  # fmt: skip
_TOML_ERROR = re.compile(
    r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL
)
_WORD = re.compile(r"[\w.+-]+|\S")
_LONGEST_WORD = 30
# How much of XML is looked at, in bytes.
_WINDOW = 100
_NAMES = {
    "": "the end of the file",
    "\n": "a line break",
    "\t": "a tab",
    " ": "a blank",
    '"': "a quote",
}


def yaml_error(error: Any, text: str) -> tuple[int, str]:
    """Return the character of `text` that an error of ruamel.yaml is about, and what is wrong.

    What is not closed has the place where it begins: it ends nowhere.
    """
    mark = error.problem_mark or error.context_mark
    at = len(text) if mark is None else mark.index
    begins = error.context_mark
    is_open = "','" in (error.problem or "") and at >= len(text.rstrip())
    if begins is not None and (is_open or error.context in _YAML_CONTEXTS):
        at = begins.index
    if is_open:
        kind = "list" if text[at : at + 1] == "[" else "mapping"
        return at, f"a {kind} is not closed"
    return at, _sentence(_YAML, error.problem or error.context, text, at)


_YAML_CONTEXTS = ("while scanning a quoted scalar", "while scanning a simple key")


def toml_error(message: str, text: str) -> tuple[int, int, str]:
    """Return line, column and reason of an error of tomllib, which names the place at its end."""
    match = _TOML_ERROR.fullmatch(message)
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if match is not None and match[2] is not None:
        line, column = int(match[2]), int(match[3])
    at = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    reason = _sentence(_TOML, message if match is None else match[1], text, at)
    return line, column, reason


def json_error(error: json.JSONDecodeError) -> str:
    """Return what is wrong with the text of `error` at its place."""
    return _sentence(_JSON, error.msg, error.doc, error.pos)


def xml_error(code: int, data: bytes, at: int) -> str:
    """Return what is wrong with `data` at the byte `at`, where expat has the error `code`."""
    message = ErrorString(code) or "not well-formed"
    at = max(at, 0)
    before = data[max(at - 2, 0) : at]
    if before[-1:] in (b"<", b"&") and "invalid token" in message:
        mark, name = ("<", "lt") if before[-1:] == b"<" else ("&", "amp")
        return f'"{mark}" must be written as "&{name};" in a text'
    text = data[at - 2 if before == b"</" else at :][:_WINDOW].decode("utf-8", "replace")
    tag = re.match(r"(?:</?|&)[^\s<>/;]*[;>]?", text)
    return _sentence(_XML, message, text, 0, tag="" if tag is None else tag[0])


def _sentence(
    table: Iterable[tuple[str, str]], message: str, text: str, at: int, **words: str
) -> str:
    for pattern, sentence in table:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            groups = [group or "" for group in match.groups()]
            names = ".".join(re.findall(r"'([^']*)'", groups[0])) if groups else ""
            raw = text[at : at + 1]
            return sentence.format(
                *groups,
                names=names,
                here=_word(text, at),
                char=_character(raw),
                raw=raw,
                **words,
                quotes=" (a string needs quotes)" if raw.isalpha() else "",
            ).replace("unexpected the ", "unexpected ")
    return f"{message[:1].lower()}{message[1:]}"


def _word(text: str, at: int) -> str:
    """What the text has at a place, as far as a person reads it as one word."""
    if at >= len(text):
        return "the end of the file"
    if text[at] in "\r\n":
        return "the end of the line"
    match = _WORD.match(text, at, at + _LONGEST_WORD)
    return _character(text[at]) if match is None or len(match[0]) == 1 else f'"{match[0]}"'


def _character(char: str) -> str:
    """A character in quotes, or by its name or number if it cannot be printed."""
    if char in _NAMES:
        return _NAMES[char]
    return f'"{char}"' if char.isprintable() else f"U+{ord(char):04X}"
