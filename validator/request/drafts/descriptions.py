"""Descriptions in sentences of their own: `The description is "Tide tables".`

The description of something else reads the same, and what is taken falsely makes a request pass
that lacks one.  So a sentence counts only if it says nothing else, and all before it in its
paragraph is about requests of ports and service names alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from validator.request.drafts.bare_requests import names_others
from validator.request.drafts.contents import SentenceRequest
from validator.request.drafts.kinds import PORT_REGISTRY, sentence_kind
from validator.request.drafts.labels import field_value
from validator.request.drafts.sections import Passage, blanked
from validator.request.phrase import phrase

_TEXT = r"(?:\"(?P<text>[^\"]{1,200})\"|“(?P<text>[^“”]{1,200})”)"
_IS = r"(?:is|are|reads?|(?:(?:should|shall|must|will)|(?:is|are) to) (?:be|read))"
_ENTRY = r"(?:(?:service|assignment|entry|registration|port)(?: name)?)"
# of the service, for "tides", of the tides service
_OF_ONE = (
    rf"(?:of|for) (?:(?:the|this) (?:new )?+)?+(?:{_ENTRY}|(?:{_ENTRY} )?+[\"“`]?"
    rf"(?P<name>[A-Za-z0-9][\w-]{{0,39}})[\"”`]?(?: {_ENTRY})?)"
)
_OF_ALL = r"(?P<all>(?:of|for) both(?: (?:services?|service names?|ports|assignments|entries))?)"
_CLAUSE = (
    rf"(?:(?:(?:the|its) (?:service )?descriptions?(?: (?:{_OF_ALL}|{_OF_ONE}))?"
    rf"|(?P<all>their) (?:service )?descriptions?) {_IS} {_TEXT})"
)
_FIELD = (
    r"(?:assignees?|contacts?|descriptions?|names?|numbers?|ports?|protocols?|references?"
    r"|transports?)"
)
_SENTENCE = phrase(
    rf"{_CLAUSE}(?:(?:[,;]| and|[,;] and) {_CLAUSE})*+"
    rf"(?:[.;]?\Z|(?:[,;]| and|, and) (?:the|its|their) (?:\w++ ){{0,2}}?{_FIELD} (?:is|are)\b)"
)
_CLAUSES = phrase(_CLAUSE)
# Any sentence that has the description of something.
_ANY = phrase(rf"\bdescriptions?\b[^.;:]{{0,60}}? {_IS} {_TEXT}")
# "The port number is ...", and not "The port number of ftp is ..."
_ABOUT_FIELD = phrase(
    rf"(?:The|Its|Their) (?:\w++ ){{0,2}}?{_FIELD}(?: of both(?: \w++)?)? (?:is|are|should|shall"
    r"|will|must)\b"
)
_OWN_REGISTRY = phrase(rf"[\"“]?(?:{PORT_REGISTRY.pattern})[\"”]?(?: registr(?:y|ies))?")
_QUOTED_NAME = regex.compile(r"[\"“`]([\w-]+)[\"”`]")


def state_descriptions(
    paragraph: Sequence[Passage],
    before: Passage | None,
    earlier: Sequence[SentenceRequest],
    requests: Sequence[SentenceRequest],
) -> Iterator[Passage]:
    """Give requests the descriptions that sentences of a paragraph state.

    `requests` are those of the paragraph.  It may begin with the description of the only one of
    those `earlier`, if that is in the sentence `before`.  Yields the descriptions that may be of
    something else.
    """
    subjects = requests
    if not requests and len(earlier) == 1 and earlier[0].sentence is before:
        subjects = earlier
    names = {request.key for request in subjects}
    is_certain = bool(subjects) and all(request.kind == "request" for request in subjects)
    for sentence in paragraph:
        match = _SENTENCE.match(sentence.text)
        if match is not None and is_certain and _describe(sentence, match.end(), subjects):
            continue
        yield from (sentence.part(*other.span("text")) for other in _ANY.finditer(sentence.text))
        is_certain = is_certain and _is_about(sentence.text, names)


def _describe(sentence: Passage, end: int, subjects: Sequence[SentenceRequest]) -> bool:
    """Give requests the descriptions of a sentence, if it says of which requests they are."""
    described: list[tuple[list[SentenceRequest], Passage]] = []
    for clause in _CLAUSES.finditer(sentence.text, 0, end):
        name = (clause["name"] or "").lower()
        owners = [request for request in subjects if not name or request.key == name]
        if not owners or (len(owners) > 1) != bool(clause["all"]):
            return False
        described.append((owners, sentence.part(*clause.span("text"))))
    for owners, text in described:
        for request in owners:
            request.fields = [*request.fields, field_value("description", text)]
    return True


def _is_about(text: str, names: set[str]) -> bool:
    """Whether a sentence is about the requests of those names and about nothing else."""
    if names_others(blanked(text, _OWN_REGISTRY)):
        return False
    if _ABOUT_FIELD.match(text):
        return True
    quoted = {name.lower() for name in _QUOTED_NAME.findall(text)}
    return sentence_kind(text) == "request" and quoted <= names
