"""What a sentence says of others, and why: that is not requested."""

from __future__ import annotations

import regex

from validator.request.drafts.sections import THIS_DOCUMENT, TRANSPORTS, blanked
from validator.request.drafts.values import DENIED_TRANSPORTS

# Who asks for something, or is asked.
MAIN_CLAUSE = rf"(?:(?:the\s++)?IANA|{THIS_DOCUMENT}|please|we)\b"
# "... is requested to release it"
REFERS_BACK = (
    r"\s(?:it|its|their|them)\b|\b(?:allocate|assign|register|reserve)\s++one\b"
    r"|\b(?:that|these|this|those)\s++(?:assignment|entry|number|port)"
)
_REASON = (
    # "As port 5 is taken, IANA is requested ..."
    r"\A(?:As|Since|Because|While|Although|Though|Whereas|Given)\b[^;]{0,400}?,"
    rf"(?=\s++{MAIN_CLAUSE}(?!.{{0,400}}?(?:{REFERS_BACK})))"
    # "(TCP port 5 is taken)", but not "(5 is suggested)"
    r"|\((?=[^()]{0,300}?\b(?:already|are|assigned|has|have|is|listens?|registered|sends?|taken|used|uses?|was|were)\b)"
    rf"(?=[^()]{{0,300}}?\b(?:ports?\b|{TRANSPORTS}\s++[0-9]))"
    r"(?![^()]{0,300}?(?:\b(?:desir|prefer|propos|request|suggest)|\bTB[AD]))[^()]{0,300}\)"
    r"|\b(?:because|since|while|whereas|although)\b[^,;:]{0,300}(?:,\s++which\b[^,;:]{0,200})?"
)
_REASONS = regex.compile(_REASON, regex.IGNORECASE)
_ASIDE = regex.compile(
    rf"{_REASON}"
    r"|\A(?:As|Since|Because|While|Although|Though|Whereas|Like|Similar|Given|Besides|In\s++addition|Just|Unlike)\b"
    r"[^,;]{0,300},(?:\s++which\b[^,;]{0,300},)?+"
    rf"|{DENIED_TRANSPORTS}"
    # "the well-known port 5 is not used"
    r"|\b(?:(?:the|well-known)\s++)*+ports?\s++[0-9]{2,5}\s++(?:is|are)\s++(?:never|not)\s++(?:needed|required|used)\b"
    r"|\b(?:instead\s++of|rather\s++than|in\s++addition\s++to|unlike"
    r"|similar(?:ly)?\s++to|as\s++opposed\s++to|compared\s++(?:to|with)|alongside|(?:different|distinct)\s++from"
    r"|other\s++than|which\s++(?:is|are|was|were)\s++(?:already|currently|previously|used\s++with)|in\s++place\s++of"
    r"|not\s++to\s++be\s++confused|such\s++as)\b[^,;:]{0,300}(?:,\s++which\b[^,;:]{0,200})?",
    regex.IGNORECASE,
)


def without_asides(text: str) -> str:
    """The text of a sentence with blanks in place of what others have, and of reasons."""
    return blanked(_ASIDE, text)


def without_reasons(text: str) -> str:
    """The text of a sentence with blanks in place of its reasons and of remarks in brackets."""
    return blanked(_REASONS, text)
