"""Whether a request claims to extend another service on its port (RFC 6335, Section 5).

Two services may share a port if one extends the other, and peers find out in-band whether the
extension is present.  Both have to be said in so many words: a mention of the service is no claim.
"""

from __future__ import annotations

import regex

from validator.request.content import RequestContent
from validator.request.phrase import phrase, undenied

# The keys whose text may claim it.
_KEYS = (
    "assignment_notes",
    "description",
    "why_not_existing_port",
    "why_not_dynamic",
    "versioning",
    "security",
)
_EXTENSION = (
    r"\b(?:extension|superset)s? (?:of|to|for) (?:\w++ ){{0,4}}[\"'`]?{0}(?![A-Za-z0-9-])"
    r"|\bextend(?:s|ed|ing)?\b[^.;]{{0,40}}(?<![A-Za-z0-9-]){0}(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9-]){0}[\"'`]? (?:protocol |service )?extension\b"
)
_IN_BAND = phrase(
    r"\b(?:in-?\s?band|alpn|starttls|handshake|upgrade|greeting|banner|magic|capabilit(?:y|ies))\b"
    r"|\b(?:negotiat|de-?multiplex|multiplex|distinguish|detect|recogni[sz]|signal"
    r"|discriminat)\w*+|\b(?:first|initial|opening) (?:byte|octet|bit|message|packet|line|datagram"
    r"|frame)s?\b|\b(?:version|type|feature|extension|protocol) (?:field|flag|header|bit|byte"
    r"|identifier)s?\b",
    regex.ASCII,
)
_NOT = phrase(
    r"\b(?:no|not|never|nor|neither|without|cannot|nothing|unrelated|instead)\b|n't\b", regex.ASCII
)
# A sentence, or a part of one, in the text of a field.
SENTENCE = regex.compile(r"[^.;\n]++")


def claims_extension(request: RequestContent, name: str) -> bool:
    """Whether the request says that it extends the service `name`, and how peers notice in-band."""
    extension = phrase(_EXTENSION.format(regex.escape(name)), regex.ASCII)
    sentences = [sentence for key in _KEYS for sentence in SENTENCE.findall(request.text(key))]
    return _says(extension, sentences) and _says(_IN_BAND, sentences)


def mentions(request: RequestContent, name: str) -> bool:
    """Whether the notes of the request name the service `name`."""
    word = rf"(?<![A-Za-z0-9-]){regex.escape(name)}(?![A-Za-z0-9-])"
    return regex.search(word, request.text("assignment_notes"), regex.IGNORECASE) is not None


def _says(words: regex.Pattern[str], sentences: list[str]) -> bool:
    return any(undenied(words, sentence, _NOT) for sentence in sentences)
