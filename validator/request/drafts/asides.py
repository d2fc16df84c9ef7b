"""What a sentence says of others, and why: that is not requested."""

from __future__ import annotations

from validator.request.drafts.sections import THIS_DOCUMENT, TRANSPORTS, blanked
from validator.request.drafts.values import DENIED_TRANSPORTS
from validator.request.phrase import phrase

# Who asks for something, or is asked.
MAIN_CLAUSE = rf"(?:(?:the )?IANA|{THIS_DOCUMENT}|please|we)\b"
# "... is requested to release it"
REFERS_BACK = (
    r"\s(?:it|its|their|them)\b|\b(?:allocate|assign|register|reserve) one\b"
    r"|\b(?:that|these|this|those) (?:assignment|entry|number|port)"
)
_REASON = (
    # "As port 5 is taken, IANA is requested ..."
    r"\A(?:As|Since|Because|While|Although|Though|Whereas|Given)\b[^;]{0,400}?,"
    rf"(?= {MAIN_CLAUSE}(?!.{{0,400}}?(?:{REFERS_BACK})))"
    # "(TCP port 5 is taken)", but not "(5 is suggested)"
    r"|\((?=[^()]{0,300}?\b(?:already|are|assigned|has|have|is|listens?|registered|sends?|taken"
    rf"|used|uses?|was|were)\b)(?=[^()]{{0,300}}?\b(?:ports?\b|{TRANSPORTS} [0-9]))"
    r"(?![^()]{0,300}?(?:\b(?:desir|prefer|propos|request|suggest)|\bTB[AD]))[^()]{0,300}\)"
    r"|\b(?:because|since|while|whereas|although)\b[^,;:]{0,300}(?:, which\b[^,;:]{0,200})?"
)
_REASONS = phrase(_REASON)
_ASIDE = phrase(
    rf"{_REASON}|\A(?:As|Since|Because|While|Although|Though|Whereas|Like|Similar|Given|Besides"
    rf"|In addition|Just|Unlike)\b[^,;]{{0,300}},(?: which\b[^,;]{{0,300}},)?+|{DENIED_TRANSPORTS}"
    # "the well-known port 5 is not used"
    r"|\b(?:(?:the|well-known) )*+ports? [0-9]{2,5} (?:is|are) (?:never|not) (?:needed|required"
    r"|used)\b|\b(?:instead of|rather than|in addition to|unlike|similar(?:ly)? to|as opposed to"
    r"|compared (?:to|with)|alongside|(?:different|distinct) from|other than"
    r"|which (?:is|are|was|were) (?:already|currently|previously|used with)|in place of"
    r"|not to be confused|such as)\b[^,;:]{0,300}(?:, which\b[^,;:]{0,200})?"
)


def without_asides(text: str) -> str:
    """The text of a sentence with blanks in place of what others have, and of reasons."""
    return blanked(_ASIDE, text)


def without_reasons(text: str) -> str:
    """The text of a sentence with blanks in place of its reasons and of remarks in brackets."""
    return blanked(_REASONS, text)
