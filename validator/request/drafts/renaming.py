"""New service names in the sentences of a draft: "the name of port 4646 is changed from A to B"."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from validator.request.drafts import mentions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.request.drafts.sections import Passage

_FLAGS = regex.IGNORECASE
_QUOTES = "\"“”'`‘’"
_NAME = rf"(?:[{_QUOTES}]{{1,2}}[^\s{_QUOTES}]{{1,40}}[{_QUOTES}]{{1,2}}|[\w][\w.+*‑-]{{0,39}})"
_OLD = rf"(?P<old>{_NAME})"
_NEW = rf"(?P<new>{_NAME})"
# "the new service name", before a name
_NOUN = (
    r"(?:(?:the|an?|its|new|old|current|existing|former|service|port|assigned)\s++)*+"
    r"(?:(?:names?|keywords?|services?|entry|entries|of|be|read)\s++)*+"
)
_CHANGES = r"(?:chang|updat|correct|modif|amend|revis)(?:e|es|ed|ing|y|ies|ied)?"
_NAMED = r"(?:(?:the|its|their|current|existing|old|service|port)\s++)*+(?:names?|keywords?)\b"
_IS = r"(?:is|are|was|were|be|been)\s++(?:also\s++)?"
_RENAMES = (
    # the name was changed from A to B
    regex.compile(rf"\bfrom\s++{_NOUN}{_OLD}\s++(?:in)?to\s++{_NOUN}{_NEW}", _FLAGS),
    # rename A on port 4646 to B
    regex.compile(
        rf"\brenam(?:e|es|ing)\s++{_NOUN}{_OLD}(?![\w-])(?:[\s,(]++(?:for|on|in|of|over|with|at"
        rf"|from|which|assigned|ports?|[0-9])[^.;]{{0,120}}?)?\s++(?:to|as|into)\s++{_NOUN}{_NEW}",
        _FLAGS,
    ),
    # rename port 4646 to B, rename this entry to B
    regex.compile(
        rf"\brenam(?:e|es|ing)\b[^.;]{{0,120}}?\s(?:to|as|into)\s++{_NOUN}{_NEW}", _FLAGS
    ),
    # A is renamed to B
    regex.compile(rf"\b{_IS}renamed\b(?:[^.;]{{0,60}}?\s(?:to|as|into))?\s++{_NOUN}{_NEW}", _FLAGS),
    # replace the service name A by B, change the service name of port 4646 to B
    regex.compile(
        rf"\breplac(?:e|es|ing)\s++{_NAMED}[^.;]{{0,120}}?\s(?:by|with)\s++{_NOUN}{_NEW}", _FLAGS
    ),
    regex.compile(rf"\b{_CHANGES}\s++{_NAMED}[^.;]{{0,120}}?\s(?:in)?to\s++{_NOUN}{_NEW}", _FLAGS),
    # the service name of port 4646 is replaced by B, is changed to B
    regex.compile(
        rf"\bnames?\b[^.;]{{0,120}}?\b{_IS}(?:replaced\s++(?:by|with)|{_CHANGES}\s++(?:in)?to"
        rf"|set\s++to)\s++{_NOUN}{_NEW}",
        _FLAGS,
    ),
    # its new service name is B
    regex.compile(
        r"\bnew\s++(?:service\s++|port\s++)?+(?:name|keyword)\s*+(?:(?:is|of|will|should|to|be|:|=)"
        rf"\s*+)*+{_NEW}",
        _FLAGS,
    ),
    regex.compile(rf"\bnames?\b[^.;]{{0,120}}?\bbecomes?\s++{_NOUN}{_NEW}", _FLAGS),
)
# and from C to D
_NEXT = regex.compile(
    rf"[,\s]\s*+(?:and\s++)?+(?:from\s++|rename\s++)?+{_NOUN}{_OLD}\s++(?:in)?to\s++{_NOUN}{_NEW}",
    _FLAGS,
)
_ABOUT_NAMES = regex.compile(r"\bnames?\b|\brenam|\bkeywords?\b", _FLAGS)
_OTHER_FIELD = regex.compile(
    r"\b(?:descriptions?|references?|contacts?|assignees?|notes?|titles?|protocol\s++names?)\b",
    _FLAGS,
)
_IN_ORDER = regex.compile(r"\brespectively\b", _FLAGS)


@dataclass(slots=True)
class Renaming:
    """A service name that a sentence changes; `old` is `None` where it does not say it."""

    old: Passage | None
    new: Passage


def renamings(sentence: Passage, text: str) -> list[Renaming]:
    """The service names that a sentence changes.

    `text` is that of the sentence, with blanks in place of what does not count.
    """
    if not _ABOUT_NAMES.search(text) or _IN_ORDER.search(text):
        return []
    for pattern in _RENAMES:
        matches = pattern.finditer(text)
        listed = [r for match in matches for r in _renamings_from(sentence, match)]
        if listed:
            return listed
    return []


def _renamings_from(sentence: Passage, match: regex.Match[str]) -> Iterator[Renaming]:
    is_other = _OTHER_FIELD.search(match.string, 0, match.end()) is not None
    following: regex.Match[str] | None = None if is_other else match
    while following is not None:
        new = _name(sentence, following, "new")
        if new is None:
            return
        old = _name(sentence, following, "old") if "old" in following.groupdict() else None
        yield Renaming(old or _name_before(sentence, new), new)
        following = _NEXT.match(match.string, following.end())


def _name(sentence: Passage, match: regex.Match[str], group: str) -> Passage | None:
    """The service name that a group matches, without quotes; `None` for another word."""
    start, end = match.span(group)
    is_quoted = match.string[start] in _QUOTES
    word = match.string[start:end].strip(_QUOTES + ("" if is_quoted else ".,;:"))
    start = match.string.index(word, start)
    is_document = word.lower().startswith("draft-")
    if not mentions.is_name(word) or is_document or not (is_quoted or not mentions.is_prose(word)):
        return None
    return sentence.part(start, start + len(word))


def _name_before(sentence: Passage, new: Passage) -> Passage | None:
    """The first service name that the sentence has, unless it is the new one."""
    names = mentions.names(sentence, sentence.text)
    return names[0] if names and names[0].text != new.text else None
