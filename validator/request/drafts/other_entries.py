"""What a sentence does with entries of other registries, and what it says without that."""

from __future__ import annotations

import regex

from validator.request.drafts.sections import TRANSPORTS
from validator.request.phrase import phrase

_VERB = (
    r"\b(?:add|allocat|assign|chang|creat|delet|enter|regist|releas|remov|reserv|updat)"
    r"(?:s|e|es|ed|ing|er|ers|ered|ering)?\b"
)
_OWN_WORD = rf"\b(?:ports?|services?|{TRANSPORTS})\b"
# What is done next, or with what: "and to assign", "; it also requests", "and a TCP port".
_NEXT_ACTION = (
    r"(?:[,;]|\band\b)\s*+(?:and )?+(?:(?:IANA|it|we|this \w++|also|further|hereby|please|then|to"
    rf"|is|are|has|have) )*+(?:{_VERB}|\b(?:asks?|request(?:s|ed)?)\b)"
    r"|(?:[,;]\s*+(?:and )?+|\band )(?:(?:an?|its|new|one|the|two|system|user|well-known) )*+"
    rf"(?:{_OWN_WORD}|[0-9]{{2,5}}\s?/\s?{TRANSPORTS}\b)"
)
# "register the "tides" ALPN identifier, which runs over port 443/udp"
_NOUN = (
    r"(?:ALPN|URNs?|URIs?|media types?|namespaces?|OIDs?|cipher suites?|content types?|AVPs?"
    r"|(?:sub-?)?TLVs?|(?:alert|error|option|reason|result|status|type) codes?"
    r"|(?:header|message|option) (?:fields?|types?)|attributes?|flags?|options?|parameters?"
    r"|schemes?|suffix(?:es)?|tokens?)\b"
)
_BEFORE_NOUN = rf"(?:(?!{_OWN_WORD})[^\s.;:]++ )"
_REST = rf"(?:(?!{_NEXT_ACTION})[^.:]|\.(?!\s|\Z))*+"
_OTHER_ENTRY = phrase(rf"(?P<verb>{_VERB})(?P<entry> {_BEFORE_NOUN}{{0,5}}?{_NOUN}{_REST})")
# "the "tides" ALPN identifier is registered for port 443/udp"
_OTHER_SUBJECT = phrase(
    rf"(?P<verb>)(?P<entry>\b(?:an?|the) {_BEFORE_NOUN}{{0,2}}?{_NOUN}[^.;:]{{0,60}}?\s(?:is|are"
    rf"|was|were|been) (?:\w++ly )?(?:added|allocated|assigned|registered|reserved)\b{_REST})"
)
_REGISTRY = (
    r" (?:(?:an?|the|following|new|existing|IANA|two|three) )*+(?:(?:[\"“'](?=[\w])"
    r"|(?-i:(?=[A-Z])))(?:(?!\b(?:IANA|Assigned Numbers|ports?|services?|for|from|in|of|on|the|to"
    r"|with)\b)[\w/()-]++ ){1,7}?(?:(?!\bports?\b)[\w/()-]++[\"”'] )?)"
)
_REGISTRY_NOUN = r"(?:sub-?)?registr(?:y|ies)\b"
_IN_REGISTRY = (
    rf"(?:(?!{_VERB}|\bregistr)(?:[^.;:]|\.(?=\w)))*?\s(?:in|into|to|from|of|within)"
    rf"{_REGISTRY}{_REGISTRY_NOUN}"
)
_IN_OTHER_REGISTRY = phrase(rf"(?P<verb>{_VERB})(?P<entry>{_IN_REGISTRY})")
# The same without "assign TCP 4646 in the Tide Codes registry", which is worth a word.
_OTHER_IN_OTHER_REGISTRY = phrase(
    rf"(?P<verb>{_VERB})(?P<entry>(?! (?:(?:an?|the|new) )*+(?:{_OWN_WORD}"
    rf"|[0-9]{{2,5}}\b)){_IN_REGISTRY}|(?<=creat(?:e|es|ed|ing)){_REGISTRY}?{_REGISTRY_NOUN})"
)
_OWN = phrase(_OWN_WORD)


def without_other_entries(text: str) -> str:
    """The text with blanks in place of other entries: "register the error code 4646"."""
    for pattern in (_OTHER_ENTRY, _OTHER_SUBJECT, _OTHER_IN_OTHER_REGISTRY):
        text = pattern.sub(_blanks, text)
    return text


def without_other_actions(text: str) -> str:
    """The text with blanks in place of what is done in other registries than that of ports."""
    return _IN_OTHER_REGISTRY.sub(_blanks, without_other_entries(text))


def _blanks(match: regex.Match[str]) -> str:
    """Blanks in place of an entry, and of the verb if nothing is done with ports after it."""
    is_last = _OWN.search(match.string, match.end()) is None
    return (" " * len(match["verb"]) if is_last else match["verb"]) + " " * len(match["entry"])
