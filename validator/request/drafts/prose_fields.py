"""Fields that the sentences of a draft state: the parties and the reference of an assignment."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from validator.request.drafts.labels import LabeledValue, find_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.request.drafts.sections import Passage

# This much of a paragraph is examined.
_MAX_PARAGRAPH = 20_000
_THIS_DOCUMENT = r"(?:this|the\s++present)\s++(?:document|RFC|memo|specification)"
_CITES_THIS = regex.compile(
    rf"(?<!\w)(?:{_THIS_DOCUMENT}|\[?(?:THIS[- ]?RFC"
    r"|RFC[- ]?[X0-9]{3,5})\]?)",
    regex.IGNORECASE,
)
MENTIONS_REFERENCE = regex.compile(
    r"\breference[sd]?\b|\bcit(?:e|es|ed)\b|\bpoint\b|\brefers?\b|\blisted?\b", regex.IGNORECASE
)


_ADDS = regex.compile(r"\badd(?:s|ed|ing|ition(?:al(?:ly)?)?)?\b", regex.IGNORECASE)
# "The reference of both is this document."
_STATED = regex.compile(
    r"\b(?i:the|whose|and)\s++(?i:new\s++)?((?i:assignee|contact|reference))s?\b"
    r"(?:\s++(?:for|of|in)\s++[^.;:]{0,60}?)?\s++(?:is|are|be|will\s++be|should\s++be)\s++"
    r"(?:the\s++)?"
    rf"((?:{_THIS_DOCUMENT}|[\[<A-Z])(?:(?!\sand\s++the\b)[^;,\s]"
    r"|\s(?!and\s++the\b)){0,80}?)"
    r"(?=\.?(?:\s|\Z)(?:[A-Z(]|\Z)|[;,]|\s++and\s++the\b|\.\s|\.\Z|\Z)"
)

# "All have this document as their reference."
_AS_REFERENCE = regex.compile(
    rf"\b({_THIS_DOCUMENT})\s++as\s++(?:(?:the|their|its|a|defining)"
    r"\s++)*+reference",
    regex.IGNORECASE,
)


@dataclass(slots=True)
class ReferenceUpdate:
    """The reference that a sentence gives to an entry, in place of those it has or beside them."""

    document: Passage
    is_added: bool = False


def stated_fields(paragraph: Passage) -> Iterator[LabeledValue]:
    """The fields that sentences of a paragraph state, of requests that are elsewhere."""
    for match in _AS_REFERENCE.finditer(paragraph.text[:_MAX_PARAGRAPH]):
        label = find_label("reference")
        if label is not None:
            yield LabeledValue(label, paragraph.part(*match.span(1)))
    for match in _STATED.finditer(paragraph.text[:_MAX_PARAGRAPH]):
        label = find_label(match[1])
        if label is not None:
            yield LabeledValue(label, paragraph.part(*match.span(2)))


def reference_update(sentence: Passage) -> ReferenceUpdate | None:
    """What a sentence says that becomes the reference of an entry."""
    if not MENTIONS_REFERENCE.search(sentence.text):
        return None
    citations = list(_CITES_THIS.finditer(sentence.text))
    own = [match for match in citations if match[0].lower().startswith("th")] or citations[-1:]
    if not own:
        return None
    is_added = _ADDS.search(sentence.text) is not None
    return ReferenceUpdate(sentence.part(*own[0].span()), is_added)
