"""Words of a draft about ports and service names that no request was read from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import regex

from validator.request.drafts.kinds import masked_registries, sentence_kind
from validator.request.drafts.mentions import NOT_A_NUMBER
from validator.request.drafts.prose import sentences
from validator.request.drafts.sections import BLANK, DraftTable, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.drafts.sections import Part, Passage

# Words that only a request, update or release should have.
_MENTION = regex.compile(
    r"\bservice\s++names?\b|\bports?\s++(?:numbers?\s++)?(?:[0-9]{2,5}|TB[AD])"
    r"|\b(?:tcp|udp|sctp|dccp|system|user|well-known)\s++port\b(?:\s++(?:number\s++)?[0-9]{2,5})?+"
    r"|(?<![\w./-])[0-9]{2,5}\s?/\s?(?:tcp|udp|sctp|dccp)\b",
    regex.IGNORECASE,
)
# The same where a sentence asks for something: "a port number for the Tide protocol is needed".
_WISH = regex.compile(
    rf"\b(?:an?|one|two|some|new)\s++(?:[-\w/]++\s++){{0,2}}?ports?\b(?![-\w/]){NOT_A_NUMBER}"
    r"(?:\s++numbers?\b)?",
    regex.IGNORECASE,
)
_PORT = regex.compile(r"(?<![-\w])ports?(?![-\w]|\s++numbers?\b)", regex.IGNORECASE)
_ASKS = regex.compile(
    r"\b(?:need|request|requir|ask|invit|assign|allocat|reserv|regist|want|seek|appl(?:y|ies)"
    r"|wish|would|should|please|to\s++be)",
    regex.IGNORECASE,
)
_DENIES = regex.compile(
    r"\bno\b|\bnot\b|\bnone\b|\bcurrently\b|\balready\b|\bpreviously\b", regex.IGNORECASE
)


@dataclass(slots=True)
class Mention:
    """Words about a port or service name that nothing could be read from, and their byte."""

    text: str
    offset: int
    # Whether a sentence asks for it in a draft that has no IANA Considerations.
    is_outside: bool = False

    @property
    def is_specific(self) -> bool:
        """Whether a number is among them."""
        return any(map(str.isdigit, self.text))


def first_mention(parts: list[Part], *, asks: bool = False) -> Mention | None:
    """The first words of a section about a port or service name, if nothing denies a request.

    With `asks`, it is the first of a sentence that says what is assigned, updated or released.
    """
    paragraph: list[Passage] = []
    for part, following in pairwise([*parts, BLANK]):
        if isinstance(part, DraftTable):
            continue
        if part.passage:
            paragraph.append(part.passage)
        if paragraph and (isinstance(following, DraftTable) or not following.passage):
            text = joined(paragraph)
            paragraph = []
            for sentence in sentences(text):
                mention = _mention(sentence)
                if mention is not None and not (asks and sentence_kind(sentence.text) is None):
                    mention.is_outside = asks
                    return mention
    return None


def _mention(sentence: Passage) -> Mention | None:
    text = masked_registries(sentence.text)
    match = _MENTION.search(text) or (_ASKS.search(text) and _WISH.search(text))
    if match is None and sentence_kind(sentence.text) in ("update", "release"):
        match = _PORT.search(text)
    if match is None or _DENIES.search(sentence.text):
        return None
    return Mention(sentence.text[match.start() : match.end()], sentence.place(match.start()))
