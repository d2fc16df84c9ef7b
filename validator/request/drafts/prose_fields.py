"""Fields that the sentences of a draft state: the parties and the reference of an assignment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import regex

from validator.request.documents.parsed import ParsedRequest, RequestKind
from validator.request.drafts.kinds import WHERE_EMPTY, sentence_kind
from validator.request.drafts.labels import LabeledValue, field_value
from validator.request.drafts.sections import Passage
from validator.request.drafts.values import set_field
from validator.request.phrase import exact_phrase, phrase

_THIS_DOCUMENT = r"(?:this|the present) (?:document|RFC|memo|specification)"
_CITES_THIS = phrase(
    rf"(?<!\w)(?:{_THIS_DOCUMENT}|\[?(?:THIS[-\x20]?RFC|RFC[-\x20]?[X0-9]{{3,5}})\]?)"
)
MENTIONS_REFERENCE = phrase(
    r"\breference[sd]?\b|\bcit(?:e|es|ed)\b|\bpoint\b|\brefers?\b|\blisted?\b"
)
_ADDS = phrase(r"\badd(?:s|ed|ing|ition(?:al(?:ly)?)?)?\b")
# "The reference of both is this document."
_STATED = exact_phrase(
    r"\b(?i:the|whose|and) (?i:new )?((?i:assignee|contact|reference))s?\b(?: (?:for|of"
    r"|in) [^.;:]{0,60}?)? (?:is|are|be|will be|should be) (?:to )?(?:the )?"
    rf"((?:{_THIS_DOCUMENT}|[\[<A-Z])(?:(?!\sand the\b)[^;,\s]|\s(?!and the\b)){{0,80}}?)(?=[;,]"
    r"| and the\b|\.(?!\s*+[(<])(?:\s|\Z)|\s\((?![^()\s]{1,250}@)|\Z)"
)
# "... the Assignee and Contact to be the IESG and the IETF Chair, respectively", "... to show the
# Assignee as [IESG] and the Contact as [WG_Chairs]"
_ADDRESS = r"(?:\s*+[(<\[]{1,2}(?:mailto:)?[^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,200}[)>\]]{1,2})"
_PARTY = (
    r"(?:\[[^\[\]@]{1,60}\]|[\"“][^\"”]{1,80}[\"”]|[A-Z](?:[^,.;()<>\[\]@]|\.(?=\s*+[(<\[])|\([^()@]{1,40}\)){1,80}?)"
    rf"{_ADDRESS}?+"
)
_PARTIES = exact_phrase(
    r"\b(?i:(?P<key>assignee)s? and (?:the )?(?P<key>contact)s?)\b[^.;]{0,100}?\s(?:to be|as|are"
    rf"|is|to) (?:the )?(?P<party>{_PARTY}) and (?:the )?(?P<party>{_PARTY})(?=, respectively"
    r"|\.(?!\s*+[(<\[])|[;,]|\Z)"
)
_PARTY_AS = exact_phrase(
    rf"\b(?i:(?P<key>assignee|contact)) (?:as|to be|to) (?:the )?(?P<party>{_PARTY})"
    r"(?=\.(?!\s*+[(<\[])|[;,]| and\b|\Z)"
)
# "change the contact of UDP port 4646 from the IESG to the IETF Chair"
_PARTY_TO = exact_phrase(
    r"\b(?i:chang|updat|set|replac|correct|modif)\w*+\s[^.;]{0,80}?\b(?i:(?P<key>assignee"
    r"|contact)) (?:of\s|for\s|from\s)[^.;]{1,100}?\s(?:to(?: be)?|by|with) "
    rf"(?:the )?(?P<party>{_PARTY})(?=\.(?!\s*+[(<\[])|[;,]| and\b|\Z)"
)
# "transfer the assignment of UDP port 4646 to the IESG"
_TRANSFERRED = exact_phrase(
    r"(?<=\b(?:asked|invited|requested) to |\b(?:[Pp]lease|has) )transfer(?:red)?"
    rf"(?P<key>)\s[^.;]{{1,120}}?\sto (?:the )?(?P<party>{_PARTY})(?=\.(?!\s*+[(<\[])|[;,]|\Z)"
)
# "... with the IESG as the Assignee and the IETF Chair as the Contact"
_AS_PARTY = exact_phrase(
    rf"\b(?:with|and|has|have|lists?) (?:the )?(?P<party>{_PARTY}) as (?:the |its "
    r"|their )?(?i:(?P<key>assignee|contact))\b"
)
# "remove RFC 8229 from the references": such a document becomes none.
_REMOVED = phrase(
    r"\b(?:remov(?:e|es|ed|ing)|delet(?:e|es|ed|ing)|drop(?:s|ped|ping)?"
    r"|no longer (?:cites?|lists?|refers? to|references?))\s(?:(?!\b(?:add|chang|cit|includ|list"
    r"|point|replac|set|updat|with|by)\w*+\s)[^.;]){0,100}?\Z"
)
# "change the description to "Tides over TLS"", "add a note: "No longer in use""
_NEW_TEXT = (
    r"[^.;\"“‘']{0,120}?(?:\s(?:to(?: be)?|as|by|with|becomes|is|saying|that)"
    r"|:) (?:the )?(?:\"([^\"]{1,200})\"|“([^“”]{1,200})”|‘([^‘’]{1,200})’|'([^']{1,200})'(?!\w))"
)
_NEW_TEXTS = {
    "description": exact_phrase(rf"\b[Dd]escriptions?\b{_NEW_TEXT}"),
    "assignment_notes": exact_phrase(rf"\b[Nn]otes?\b{_NEW_TEXT}"),
}
# "from RFC 8229 to RFC 9329": the second one counts.
_TO_DOCUMENT = exact_phrase(r"\bfrom\s[^.;]{1,60}?\sto (?:(?:an?|the) )?\Z")
# "this document, [RFC8314], and [RFC3501]"
_NEXT_CITATION = exact_phrase(
    r"(?:\s*+, (?:and )?| and )(?:\[[A-Z][\w.-]{1,30}\]|RFC\s?[0-9]{1,5}\b)"
)
# "These allocations", without a word of which they are
_ALL_BEFORE = phrase(
    r"\b(?:this|these|both|those|the|its|their) (?:ports? |two |IANA )*+(?:assignments?"
    r"|allocations?|registrations?|entry|entries|ports?|port numbers?)(?:'s)?+(?! (?:of|for|polic"
    r"|procedure|in the \"))\b"
)

# "All have this document as their reference."
_AS_REFERENCE = phrase(
    rf"(?<!\w)({_THIS_DOCUMENT}|\[?(?:THIS[-\x20]?RFC|RFC[-\x20]?[X0-9]{{3,5}})\]?)"
    r"(?: (?:(?:is|are|be|been|has|shall|should|will|to) )++(?:added|cited|given|listed|recorded"
    r"|used))? as (?:(?:an?|the|their|its|additional|defining) )*+[\"“]?reference"
)


# An entry of its own gets one.
_GETS = phrase(rf"\b(?:gets?|obtains?|receives?) {_THIS_DOCUMENT}\b")
# "The registry should refer to this document."
_REFERS_TO = phrase(
    r"\b(?:registr(?:y|ies)|entr(?:y|ies)|registrations?|assignments?|allocations?) "
    rf"(?:[^\s.;]++ ){{0,6}}?(?:refers?|points?|cites?|references?) (?:to )?({_THIS_DOCUMENT})"
)
# ... described as "Tide tables"
_DESCRIBED = phrase(
    r"\b(?:described as|(?:with|and|whose|has|having) (?:(?:an?|the|its|short) )*+description"
    r"(?: (?:of|is|as|being))?) [\"“]([^\"”]{1,200})[\"”]"
)
# Statements of Section 8.1 in sentences: "Tides uses no IP multicast.", "A Dynamic Port is
# unsuitable since clients have no DNS."
_STATEMENTS = {
    "broadcast_multicast_anycast": exact_phrase(
        r"(?:\A|(?<=[.!?]\s)|(?<=[.!?]\s\s))(?=[^.;]{0,200}\b(?:broadcast|multicast|anycast)\b)"
        r"(?=[^.;]{0,200}\b(?:uses?|used|using)\b)(?![^.;]{0,200}\b(?:address(?:es)?|groups?|IANA"
        r"|request\w*+)\b)[A-Z][^.;]{0,300}+(?=\.(?:\s|\Z)|\Z)"
    ),
    "why_not_dynamic": exact_phrase(
        r"(?:\A|(?<=[.!?]\s)|(?<=[.!?]\s\s))(?=[^.;]{0,200}\b[Dd]ynamic [Pp]orts?\b)"
        r"(?=[^.;]{0,200}\b(?:unsuitable|not|cannot|impossible)\b)(?=[^.;]{0,300}\b(?:because"
        r"|since|as|so)\b)[A-Z][^.;]{0,400}+(?=\.(?:\s|\Z)|\Z)"
    ),
}


@dataclass(slots=True)
class ReferenceUpdate:
    """What a sentence does with the references of an entry.

    `document` is the new one, in place of those that it has or beside them; `removed` are those
    that it no longer has.
    """

    document: Passage | None
    is_added: bool = False
    removed: str = ""

    def add_to(self, request: ParsedRequest) -> None:
        """Do it to a request, which may have the new reference already."""
        if self.document is not None:
            set_field(request, ("reference",), self.document, True)
        request.adds_reference = self.is_added
        request.removed_reference = self.removed


def stated_fields(paragraph: Passage) -> Iterator[LabeledValue]:
    """The fields that sentences of a paragraph state, of requests that are elsewhere."""
    text = WHERE_EMPTY.sub(lambda match: ";".ljust(len(match[0])), paragraph.text)
    for match in chain(_AS_REFERENCE.finditer(text), _REFERS_TO.finditer(text)):
        before = text[text.rfind(". ", 0, match.start()) + 1 : match.end()]
        if match.re.pattern == _AS_REFERENCE.pattern:
            is_own = not _GETS.search(before)
        else:
            is_own = sentence_kind(before) != "update"
        if is_own:
            yield field_value("reference", paragraph.part(*match.span(1)))
    for key, pattern in _STATEMENTS.items():
        for match in pattern.finditer(text):
            yield field_value(key, paragraph.part(*match.span()))
    listed = (
        list(pattern.finditer(text))
        for pattern in (_PARTIES, _PARTY_AS, _PARTY_TO, _TRANSFERRED, _AS_PARTY)
    )
    pairs = next(filter(None, listed), [])
    for match in pairs:
        for key, span in zip(match.captures("key"), match.spans("party"), strict=True):
            yield field_value(key.lower() or "assignee", paragraph.part(*span))
    for match in [] if pairs else _STATED.finditer(text):
        yield field_value(match[1].lower(), paragraph.part(*match.span(2)))


def described_as(sentence: Passage, text: str, kind: RequestKind) -> list[LabeledValue]:
    """The description or note that a sentence gives in quotes to what it requests or updates."""
    patterns = {"request": {"description": _DESCRIBED}, "update": _NEW_TEXTS}.get(kind, {})
    return [
        field_value(key, sentence.part(*match.span(match.lastindex or 0)))
        for key, pattern in patterns.items()
        if (match := pattern.search(text)) is not None
    ]


def reference_of_all(sentence: Passage) -> ReferenceUpdate | None:
    """The reference that a sentence gives to what was assigned before it, if it says which."""
    if not _ALL_BEFORE.search(sentence.text):
        return None
    return reference_update(sentence)


def reference_update(sentence: Passage, before: str = "") -> ReferenceUpdate | None:
    """What a sentence, which may begin with what is `before`, says that becomes the reference."""
    if not MENTIONS_REFERENCE.search(f"{before} {sentence.text}"):
        return None
    text = sentence.text
    citations: list[regex.Match[str]] = []
    removed: list[str] = []
    for match in _CITES_THIS.finditer(text):
        if _REMOVED.search(text, 0, match.start()):
            removed.append(match[0])
        else:
            citations.append(match)
    own = [match for match in citations if match[0].lower().startswith("th")] or citations[-1:]
    own = [m for m in citations if _TO_DOCUMENT.search(text, 0, m.start())] or own
    if not own and not removed:
        return None
    document = _with_next_citations(sentence, own[0]) if own else None
    is_added = bool(removed) or _ADDS.search(text) is not None
    return ReferenceUpdate(document, is_added, ", ".join(removed))


def _with_next_citations(sentence: Passage, citation: regex.Match[str]) -> Passage:
    start, end = citation.span()
    while (following := _NEXT_CITATION.match(sentence.text, end)) is not None:
        end = following.end()
    return sentence.part(start, end)
