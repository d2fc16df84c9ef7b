"""New service names in the sentences of a draft: "the name of port 4646 is changed from A to B"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from validator.request.drafts.contents import SentenceRequest
from validator.request.drafts.kinds import is_about_services
from validator.request.drafts.labels import field_value
from validator.request.drafts.names import is_name, is_prose, service_names
from validator.request.drafts.sections import TRANSPORTS, Passage
from validator.request.phrase import phrase

_QUOTES = "\"“”'`‘’"
_QUOTED = rf"[{_QUOTES}]{{1,2}}[^\s{_QUOTES}]{{1,40}}[{_QUOTES}]{{1,2}}"
_NAME = rf"(?:{_QUOTED}|[\w][\w.+*‑-]{{0,39}}+)"
_OLD = rf"(?P<old>{_NAME})"
_NEW = rf"(?P<new>{_NAME})"
# "the new service name", before a name
_NOUN = (
    r"(?:(?:the|an?|its|new|old|current|existing|former|service|port|assigned) )*+(?:(?:names?"
    r"|keywords?|services?|entry|entries|of|be|read) )*+"
)
_CHANGES = r"(?:chang|updat|correct|modif|amend|revis)(?:e|es|ed|ing|y|ies|ied)?"
_NAME_NOUN = r"(?:(?:the|its|their|current|existing|old|service|port) )*+(?:names?|keywords?)\b"
_IS = r"(?:is|are|was|were|be|been) (?:(?:also|both|all|now|hereby) )?+"
_WITHIN = r"[^.;]{0,120}?"
# on port 4646
_WHERE = (
    r"(?: (?:service )?(?:names?|entry|keyword|service))?+(?:[\s,(]++(?:for|on|in|of|over|with|at"
    rf"|from|which|assigned|ports?|[0-9]){_WITHIN})?"
)
_PATTERNS = (
    # the name was changed from A to B
    rf"\bfrom {_NOUN}{_OLD} (?:in)?to {_NOUN}{_NEW}",
    # OLD: A NEW: B
    rf"\bold\s?:\s*+{_OLD} new\s?:\s*+{_NEW}",
    # rename A on port 4646 to B
    rf"\b(?:renam(?:e|es|ing)|(?:has|have|we|IANA) renamed) {_NOUN}{_OLD}(?![\w-]){_WHERE} (?:to"
    rf"|as|into) {_NOUN}{_NEW}",
    # rename port 4646 to B, rename this entry to B
    rf"\brenam(?:e|es|ing)\b{_WITHIN}\s(?:to|as|into) {_NOUN}{_NEW}",
    # A is renamed to B
    rf"(?:(?:\A|(?<=[:;,*]\s)){_OLD} )?\b{_IS}renamed\b(?:[^.;]{{0,60}}?\s(?:to|as|into))? "
    rf"{_NOUN}{_NEW}",
    # use B instead of A
    rf"\b(?:use|list|show|enter|have) {_NOUN}{_NEW}(?![\w-]){_WHERE} (?:instead of"
    rf"|in (?:the )?place of|rather than) {_NOUN}{_OLD}",
    # reassign port 4646 to "B"
    rf"\bre-?assign(?:s|ed|ing)?\b{_WITHIN}\sto {_NOUN}(?P<new>{_QUOTED})",
    # replace "A" by "B" as the service name
    rf"\b(?:replac|chang)(?:e|es|ed|ing) (?P<old>{_QUOTED}) (?:by|with|to) (?P<new>{_QUOTED})",
    # change the "A" service name to B
    rf"\b{_CHANGES} (?:the )?+(?P<old>{_QUOTED}) (?:service )?+names?{_WHERE} (?:in)?to "
    rf"{_NOUN}{_NEW}",
    # replace the service name A by B, change the service name of port 4646 to B
    rf"\breplac(?:e|es|ing) {_NAME_NOUN}{_WITHIN}\s(?:by|with) {_NOUN}{_NEW}",
    rf"\b{_CHANGES} {_NAME_NOUN}{_WITHIN}\s(?:in)?to {_NOUN}{_NEW}",
    # the service name of port 4646 is replaced by B, is changed to B, should read "B"
    rf"\bnames?\b{_WITHIN}\b{_IS}(?:replaced (?:by|with)|{_CHANGES} (?:in)?to"
    rf"|set to) {_NOUN}{_NEW}",
    rf"\bnames?\b{_WITHIN}\b(?:should|must|will) (?:now )?(?:read|be) (?P<new>{_QUOTED})",
    # its new service name is B
    r"\bnew (?:service |port )?+(?:name|keyword)\s*+(?:(?:is|of|will|should|to|be|:"
    rf"|=)\s*+)*+{_NEW}",
    rf"\bnames?\b{_WITHIN}\bbecomes? {_NOUN}{_NEW}",
)
_RENAMES = tuple(phrase(pattern) for pattern in _PATTERNS)


def _list_of(group: str) -> str:
    """Two names or more: A, B and C."""
    name = rf"(?!respectively\b)(?P<{group}>{_NAME})"
    return rf"{name}(?:\s*+,\s*+(?:and )?{name}| and (?:to )?{name})++"


# A and B are renamed to C and D, respectively
_VERB = r"(?:renam|replac|chang)(?:e|es|ed|ing)"
_LISTS = tuple(
    phrase(pattern)
    for pattern in (
        rf"\bfrom {_NOUN}{_list_of('old')} (?:in)?to {_NOUN}{_list_of('new')},? respectively",
        rf"\b{_VERB} {_NOUN}{_list_of('old')}{_WHERE}(?:\s*+\([^()]{{0,80}}\))? (?:to|as|into|by"
        rf"|with) {_NOUN}{_list_of('new')},? respectively",
        rf"(?:\A|(?<=[\s(])){_NOUN}{_list_of('old')}{_WHERE}(?:\s*+\([^()]{{0,80}}\))? "
        r"(?:(?:shall|should|must|will|to|are|were|be|been|have) )++(?:\w++ly |now "
        rf"|hereby )?+{_VERB} (?:(?:to|as|into|by|with) )?+{_NOUN}{_list_of('new')},? respectively",
    )
)
# and from C to D
_NEXT = phrase(
    rf"[,\s]\s*+(?:and )?+(?:from |rename )?+{_NOUN}{_OLD}(?: \([^()]{{0,60}}\)"
    rf"| (?:on|for) (?:{TRANSPORTS} )?ports? [0-9]{{1,5}}(?:\s?/\s?\w++)?)? (?:in)?to "
    rf"{_NOUN}{_NEW}"
)
# OLD: A
_MARK = r"(?:(?P<mark>old|current|existing|new)\s?:\s*+)?+[*+-]?\s*+"
_MARKED_NAME = phrase(_MARK + _NEW)
# OLD: A NEW: B
_MARKED_TEXT = phrase(rf"(?:(?:old|current|existing)\s?:\s.+?\s(?=new\s?:))?+{_MARK}(?P<new>.+)")
# The first field that a sentence changes.
_FIRST_FIELD = phrase(
    r"\b(?:(?P<description>descriptions?)|names?|keywords?|references?|contacts?|assignees?)\b"
)
_ABOUT_NAMES = phrase(r"\bnames?\b|\brenam|\bkeywords?\b")
_OTHER_FIELD = phrase(
    r"\b(?:descriptions?|references?|contacts?|assignees?|notes?|titles?|protocol names?)\b"
)
# the service "A"
_SERVICE = phrase(rf"\bservice [{_QUOTES}]([\w.+*-]{{1,40}})[{_QUOTES}]")
_IN_ORDER = phrase(r"\brespectively\b")
_SEVERAL = phrase(r"\b(?:names|keywords)\b")
# A word that can be one of the sentence ("to reflect that") is a name only at the end of a clause.
# rename the "Foo" registry
_OTHER_NOUN = phrase(r" (?:sub-?)?(?:registr|columns?\b|fields?\b|ranges?\b)")
_NOT_NAMES = frozenset("agreed defined described follows given listed shown specified".split())
_PLAIN_WORD = regex.compile(r"[a-z]++")
_END_OF_CLAUSE = phrase(
    r"\s*+(?:[.,;:()]|\Z|(?:for|on|in|over|with|and|or|by|as|at|from|instead|new)\b)"
)


@dataclass(slots=True)
class Renaming:
    """A service name that a sentence changes; `old` is `None` where it does not say it."""

    old: Passage | None
    new: Passage


def renamings(sentence: Passage, text: str) -> list[Renaming]:
    """The service names that a sentence changes.

    `text` is that of the sentence, with blanks in place of what does not count.
    """
    if _IN_ORDER.search(text):
        return _renamings_in_order(sentence, text)
    is_about_names = _ABOUT_NAMES.search(text) is not None or lists_old_and_new(text)
    for pattern in _RENAMES:
        listed = [
            renaming
            for match in pattern.finditer(text)
            if is_about_names or all(match[group][0] in _QUOTES for group in pattern.groupindex)
            for renaming in _renamings_from(sentence, match)
        ]
        if listed:
            return listed
    return []


def _renamings_in_order(sentence: Passage, text: str) -> list[Renaming]:
    """The service names of two lists of the same length."""
    match = next(filter(None, (pattern.search(text) for pattern in _LISTS)), None)
    if match is None:
        return []
    old = [_name(sentence, text, span, is_new=False) for span in sorted(match.spans("old"))]
    new = [_name(sentence, text, span, is_new=False) for span in sorted(match.spans("new"))]
    if len(old) != len(new):
        return []
    pairs = zip(old, new, strict=True)
    return [Renaming(name, following) for name, following in pairs if name and following]


def changes_other_field(text: str) -> bool:
    """Whether a sentence is about the description, reference or other fields of an entry."""
    return _OTHER_FIELD.search(text) is not None


def renames_services(introduction: str, *, in_context: bool) -> bool:
    """Whether words are about names, and they or those before it, `in_context`, about services."""
    is_about_names = _ABOUT_NAMES.search(introduction) is not None
    return is_about_names and is_about_services(introduction, in_context=in_context)


def add_marked(update: SentenceRequest, paragraph: Passage, mark: str) -> bool:
    """Add what a line after OLD or NEW has alone to the update before it, and say whether it is so.

    It is a service name, or a description if the update is one of it.  The line may have a mark of
    its own; `mark` is that before it.
    """
    if update.kind != "update":
        return False
    is_description = _changes_description(update.sentence.text)
    text = paragraph.text
    match = (_MARKED_TEXT if is_description else _MARKED_NAME).fullmatch(text)
    if match is None or not (match["mark"] or mark):
        return False
    is_new = (match["mark"] or mark).lower() == "new"
    if is_description:
        new = field_value("description", paragraph.part(*match.span("new")))
        update.fields = [*update.fields, *([new] if is_new else ())]
        return True
    name = _name(paragraph, text, match.span("new"), is_new=True)
    if is_new:
        update.new_name = update.new_name or name
    else:
        update.name = update.name or name
    return name is not None


def _changes_description(sentence: str) -> bool:
    """Whether a sentence changes a description, not a name or other field first of all."""
    match = _FIRST_FIELD.search(sentence)
    return match is not None and match["description"] is not None


def lists_old_and_new(text: str) -> bool:
    """Whether a sentence is "OLD: A NEW: B"."""
    return _RENAMES[1].search(text) is not None


def _renamings_from(sentence: Passage, match: regex.Match[str]) -> Iterator[Renaming]:
    is_other = changes_other_field(match.string[: match.end()])
    is_other = is_other or _OTHER_NOUN.search(sentence.text, *match.span()) is not None
    following: regex.Match[str] | None = None if is_other else match
    while following is not None:
        new = _name(sentence, match.string, following.span("new"), is_new=True)
        if new is None:
            return
        old = _old_name(sentence, following)
        end = following.start("new")
        names = [old] if old is not None else _names_before(sentence, end)
        if old is None and len(names) == 1 and _SEVERAL.search(match.string, 0, end):
            # Another old name was not read.
            return
        if not names:
            yield Renaming(None, new)
        yield from (Renaming(name, new) for name in names)
        following = _NEXT.match(match.string, following.end())


def _old_name(sentence: Passage, match: regex.Match[str]) -> Passage | None:
    if match.groupdict().get("old") is None:
        return None
    return _name(sentence, match.string, match.span("old"), is_new=False)


def _name(sentence: Passage, text: str, span: tuple[int, int], *, is_new: bool) -> Passage | None:
    """The service name in a span, without quotes; `None` for another word."""
    start, end = span
    is_quoted = text[start] in _QUOTES
    word = text[start:end].strip(_QUOTES + ("" if is_quoted else ".,;:"))
    start = text.index(word, start)
    end = start + len(word)
    is_document = word.lower().startswith(("draft-", "rfc"))
    if not is_name(word) or is_document or not (is_quoted or _is_bare_name(word)):
        return None
    if not is_quoted and word in _NOT_NAMES:
        return None
    is_plain = not is_quoted and _PLAIN_WORD.fullmatch(word) is not None
    if is_plain and is_new and not _END_OF_CLAUSE.match(text, end):
        return None
    return sentence.part(start, end)


def _is_bare_name(word: str) -> bool:
    return not is_prose(word) or word.isupper()


def _names_before(sentence: Passage, end: int) -> list[Passage]:
    """The service names that the sentence has before the new one."""
    listed = service_names(sentence, sentence.text) or [
        sentence.part(*match.span(1)) for match in _SERVICE.finditer(sentence.text, 0, end)
    ]
    return [name for name in listed if name.place(0) < sentence.place(end)]
