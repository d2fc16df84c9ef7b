"""The text of a field together with the bytes that each character of it is written as."""

from __future__ import annotations

import re

from validator.fix.edits import Edit
from validator.fix.markup import TAG, element_end
from validator.model.record import Citation, Contact, Dump, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    import regex

    from validator.model.record import Part

    # The bounds of a character in the file; none for what is no character there.
    Span: TypeAlias = "tuple[int, int] | None"

_ATTRIBUTES = ("registration_date", "modification_date", "contact_id", "registry_id")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]+));|\r\n?")
_BR_END = re.compile(rb"\s*</(?:[^\s<>/:\"']+:)?br\s*>")
_SPECIAL = frozenset(',"\r\n')


class WrittenField:
    """The `text` of a field, and where in the file each character of it is.

    `escape` writes characters as they must be written there, `None` where they cannot be.
    """

    __slots__ = ("_escape", "_spans", "text")

    def __init__(
        self, text: str, spans: Sequence[Span], escape: Callable[[str], str | None]
    ) -> None:
        self.text = text
        self._spans = spans
        self._escape = escape

    def replace(self, *replacements: tuple[int, int, str]) -> list[Edit] | None:
        """Return edits that replace characters: each from a first one to before another by a text.

        `None` where one of them is no character of the file, such as the beginning of a paragraph.
        """
        edits: list[Edit] = []
        for start, stop, text in replacements:
            if start == stop and not text:
                continue
            if start == stop:  # the edit has a character to hold on to
                start -= start == len(self.text)
                character = self.text[start]
                text = text + character if start == stop else character + text
                stop = start + 1
            spans = self._spans[start:stop]
            written = self._escape(text)
            if written is None:
                return None
            first = len(edits)
            for span in spans:
                if span is None:
                    return None
                if len(edits) > first and edits[-1].stop == span[0]:
                    edits[-1].stop = span[1]
                else:
                    edits.append(Edit(*span))
            edits[first].text = written.encode()
        return edits


def field_texts(
    dump: Dump, subject: object, field: str | None, item: object = None
) -> list[WrittenField]:
    """Return the text of a field, or the texts of a citation, of a dump in XML or CSV.

    It is empty where a text is not plainly written in the file as the reader has it.
    """
    at = dump.locate(subject, field, item)
    if isinstance(item, Citation):
        return _of_citation(dump, item, at)
    text = _text(subject, field or "", item)
    if not text:
        return []
    if dump.form == "csv":
        result = _cell(dump.data, at)
    elif field in _ATTRIBUTES:
        result = _attribute(dump.data, at)
    else:
        result = _content(dump.data, at, _parts(subject, field or ""))
    return [result] if result is not None and result.text == text else []


def _text(subject: object, field: str, item: object) -> str:
    """The text of a field, or the address of a contact that has the number `item`."""
    text = getattr(subject, field, None)
    if isinstance(subject, Contact) and field == "contact_uri" and text:
        text = text[item if isinstance(item, int) else 0]
    return text if isinstance(text, str) else ""


def _parts(subject: object, field: str) -> Sequence[Part]:
    """The parts of a field that has elements in its text."""
    if isinstance(subject, Record) and subject.mixed is not None:
        return subject.mixed.get(field, ())
    return ()


def _of_citation(dump: Dump, citation: Citation, at: int) -> list[WrittenField]:
    if dump.form == "csv":
        text = citation.data if citation.data is not None else citation.text or ""
        written = text.encode()
        if _SPECIAL.intersection(text) or not dump.data.startswith(written, at):
            return []
        return [WrittenField(text, _spans(text, at), _in_plain_cell)]
    texts = []
    if citation.data is not None:
        texts.append((citation.data, _attribute(dump.data, at)))
    if citation.text:
        tag = TAG.match(dump.data, citation.offset) if citation.offset >= 0 else None
        texts.append((citation.text, None if tag is None else _content(dump.data, tag.end(), ())))
    return [result for text, result in texts if result is not None and result.text == text]


def _spans(text: str, at: int) -> list[Span]:
    """The bounds of the characters of `text`, which is at `at` in UTF-8."""
    if text.isascii():
        return [(place, place + 1) for place in range(at, at + len(text))]
    spans: list[Span] = []
    for character in text:
        length = len(character.encode())
        spans.append((at, at + length))
        at += length
    return spans


# -- CSV ----------------------------------------------------------------------------------------

_PLAIN_CELL = re.compile(rb"[^,\r\n]*+")
_QUOTED_CELL = re.compile(rb'(?:[^"]++|"")*+(?=")')


def _cell(data: bytes, at: int) -> WrittenField | None:
    """The text of a cell whose value begins at `at`."""
    if data[max(at - 1, 0) : at] != b'"':
        plain = _PLAIN_CELL.match(data, at)
        text = (plain[0] if plain else b"").decode("utf-8", "replace")
        return WrittenField(text, _spans(text, at), _in_plain_cell)
    cell = _QUOTED_CELL.match(data, at)
    if cell is None:
        return None
    written = cell[0].decode("utf-8", "replace")
    spans = _spans(written, at)
    if '"' not in written:
        return WrittenField(written, spans, _in_quotes)
    characters: list[str] = []
    bounds: list[Span] = []
    place = 0
    while place < len(written):
        pair = written.startswith('""', place)
        span, last = spans[place], spans[place + pair]
        characters.append(written[place])
        bounds.append(None if span is None or last is None else (span[0], last[1]))
        place += 1 + pair
    return WrittenField("".join(characters), bounds, _in_quotes)


def _in_plain_cell(text: str) -> str | None:
    return None if _SPECIAL.intersection(text) else text


def _in_quotes(text: str) -> str:
    return text.replace('"', '""')


# -- XML ----------------------------------------------------------------------------------------


class _Characters:
    """The characters of a text so far, and their bounds."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.text: list[str] = []
        self.spans: list[Span] = []

    def add(self, start: int, stop: int, *, is_attribute: bool = False) -> bool:
        """Add what is written from `start` to `stop`, which has no tags; say whether it is XML."""
        written = self.data[start:stop].decode("utf-8", "replace")
        spans = _spans(written, start)
        last = 0
        for reference in _REFERENCE.finditer(written):
            self._verbatim(
                written[last : reference.start()], spans[last : reference.start()], is_attribute
            )
            character = _character(reference)
            first, final = spans[reference.start()], spans[reference.end() - 1]
            if character is None or first is None or final is None:
                return False
            self.text.append(" " if is_attribute and reference[0][0] == "\r" else character)
            self.spans.append((first[0], final[1]))
            last = reference.end()
        self._verbatim(written[last:], spans[last:], is_attribute)
        return True

    def _verbatim(self, text: str, spans: list[Span], is_attribute: bool) -> None:
        if is_attribute:
            text = text.replace("\n", " ").replace("\t", " ")
        self.text.append(text)
        self.spans += spans

    def add_markup(self, text: str, span: Span = None) -> None:
        """Add `text` that a tag stands for; what has no `span` must stay."""
        self.text.append(text)
        self.spans += [span] * len(text)


def _character(reference: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = reference.groups()
    if hexadecimal or decimal:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if code < 0x110000 else None
    return _ENTITIES.get(name) if name else "\n"


def _attribute(data: bytes, at: int) -> WrittenField | None:
    """The value of an attribute that begins at `at`."""
    quote = data[max(at - 1, 0) : at]
    stop = data.find(quote, at) if quote in (b'"', b"'") else -1
    characters = _Characters(data)
    if stop < 0 or not characters.add(at, stop, is_attribute=True):
        return None
    return WrittenField("".join(characters.text), characters.spans, _in_attribute)


def _content(data: bytes, at: int, parts: Iterable[Part]) -> WrittenField | None:
    """The content of an element that begins at `at`; `parts` has the citations in it."""
    citations = iter([part for part in parts if isinstance(part, Citation)])
    characters = _Characters(data)
    while True:
        start = data.find(b"<", at)
        tag = TAG.match(data, start) if start >= 0 else None
        if tag is None or not characters.add(at, start):
            return None
        at = tag.end()
        name = tag["name"]
        if name is None:
            if tag["cdata"]:
                return None
        elif name == b"paragraph":
            if not tag["close"]:
                characters.add_markup("\n")
        elif tag["close"]:
            return WrittenField("".join(characters.text), characters.spans, _in_content)
        else:
            end = _add_inline(characters, tag, citations)
            if end is None:
                return None
            at = end


def _add_inline(
    characters: _Characters, tag: regex.Match[bytes], citations: Iterable[Citation]
) -> int | None:
    """Add what `tag` stands for and return where its element ends; `None` for other elements."""
    end = tag.end()
    if tag["name"] == b"br":
        if not tag["empty"]:
            close = _BR_END.match(characters.data, end)
            if close is None:
                return None
            end = close.end()
        characters.add_markup("\n", (tag.start(), end))
        return end
    citation = next(iter(citations), None)
    if tag["name"] != b"xref" or citation is None:
        return None
    characters.add_markup(f"[{citation.display}]")
    return element_end(characters.data, tag.start())


def _in_content(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_attribute(text: str) -> str:
    return _in_content(text).replace('"', "&quot;").replace("'", "&apos;")
