"""Citations as CSV, plain text and HTML show them: `[RFC793]`, `[Ann_Example]`."""

from __future__ import annotations

from itertools import islice

from validator.model.pattern import pattern
from validator.model.record import Citation, Dump
from validator.model.vocabulary import normal_space

_BRACKETS = pattern(r"\[([^\[\]]*+)\]", "a")
_RFC = pattern(r"RFC ?([0-9]++)", "ai")
# White space beyond ASCII, spelled out so that `re` is enough: one accent does not load `regex`.
_WIDE_SPACES = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DRAFT = pattern(rf"(?:draft|RFC)-[^\s{_WIDE_SPACES}/:]++", "a")
_URI = pattern(rf"[A-Za-z][A-Za-z0-9+.-]*+:[^\s{_WIDE_SPACES}]++", "a")
# The part of a document after its name: "RFC8765, Section 6.1".
_WITH_PART = pattern(
    r"((?:RFC )?[^\s,]++)"
    r"(,? (?:Section ([^\s,]++)|((?:Section|Sections|Sec\.|Appendix|Appendices) .++)))",
    "ai",
)

# No record of the registry has more than some dozens.
_CITATION_LIMIT = 1000


class CitationCache(dict[str, tuple[Citation, ...]]):
    """The citations of each different cell: records with the same text share them."""

    def __init__(self, *, people: bool) -> None:
        super().__init__()
        self.people = people

    def __missing__(self, text: str) -> tuple[Citation, ...]:
        self[text] = parsed = citations(text, people=self.people)
        return parsed


def citations(text: str, *, people: bool) -> tuple[Citation, ...]:
    """Return what a cell of people or of references cites; offsets are characters of `text`.

    The kind of a document follows from its shape.  Words outside brackets are a citation of kind
    `text`, and so is all that follows the first thousand.
    """
    label = text[1:-1]
    if people and text == f"[{label}]" and "[" not in label and "]" not in label:
        return (Citation("person", label, None, 1),)  # what nearly all are
    parsed: list[Citation] = []
    last = 0
    for group in islice(_BRACKETS.finditer(text), _CITATION_LIMIT):
        parsed.extend(_words_outside(text, last, group.start()))
        last = group.end()
        parsed.append(_bracketed(group[1], group.start(1), people=people))
    parsed.extend(_words_outside(text, last, len(text)))
    return tuple(parsed)


def _bracketed(label: str, offset: int, *, people: bool) -> Citation:
    if people:
        return Citation("person", label, None, offset)
    cited = _document(label, offset)
    return cited or with_section(label, offset) or Citation("bracket", None, label, offset)


def with_section(label: str, offset: int) -> Citation | None:
    """The citation of a section of an RFC or draft; `None` for any other label.

    As in the XML, its text is the whole label, and its section the number after "Section".
    """
    part = _WITH_PART.fullmatch(normal_space(label))
    cited = None if part is None else _document(part[1], offset)
    if part is None or cited is None or cited.kind == "uri":
        return None
    cited.text = cited.display + part[2]
    cited.section = part[3] or part[4]
    return cited


def _document(label: str, offset: int) -> Citation | None:
    """The citation of an RFC, draft or URI as a whole."""
    if (rfc := _RFC.fullmatch(label)) is not None:
        return Citation("rfc", "rfc" + rfc[1], None, offset)
    if _DRAFT.fullmatch(label):
        return Citation("draft", label, None, offset)
    if _URI.fullmatch(label):
        return Citation("uri", label, None, offset)
    return None


def _words_outside(text: str, start: int, end: int) -> list[Citation]:
    words = text[start:end].strip()
    return [Citation("text", None, words, text.index(words[0], start))] if words else []


def link_footnotes(dump: Dump) -> None:
    """Turn the labels in brackets that are anchors of footnotes into citations of these."""
    anchors = {footnote.anchor for footnote in dump.footnotes}
    for record in dump.records if anchors else ():
        if any(cited.kind == "bracket" and cited.text in anchors for cited in record.reference):
            record.reference = tuple(
                Citation("note", cited.text, None, cited.offset)
                if cited.kind == "bracket" and cited.text in anchors
                else cited
                for cited in record.reference
            )
