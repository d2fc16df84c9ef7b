"""What a sentence denies, states of others or does in other registries: that is not requested."""

from __future__ import annotations

import regex

from validator.request.drafts.sections import THIS_DOCUMENT, TRANSPORTS, blanked
from validator.request.drafts.values import DENIED_TRANSPORTS
from validator.request.phrase import phrase

# What this document no longer asks for, or never did.
EARLIER_VERSION = (
    r"\A(?:In )?(?:(?:all|an?|some|the) )?(?:earlier|previous|prior) (?:draft|revision"
    rf"|version)s?\b(?![^.;]*\b(?:IANA is|{THIS_DOCUMENT} requests)\b)"
)
CONSIDERED = r"\b(?:considered|debated|discussed) (?:asking|registering|requesting|whether)\b"
# What others ask for, or would, and what is so already.
_DENIES = phrase(
    rf"{EARLIER_VERSION}|, registered as\b|\b(?:(?:no|not|none|nothing|neither|nor|currently"
    r"|already|previously|historically|briefly|as (?:recorded|registered|listed|assigned"
    r"|allocated) (?:by|in|with)|responsibility of|pre-?assigned|in the future"
    r"|(?:future|later) (?:documents?|drafts?|extensions?|revisions?|specifications?|versions?"
    r"|work)|registration polic(?:y|ies)"
    # What others have to do.
    r"|register their|all (?:\w++ )?ports (?:are|shall|will|must)|automatically reserved)\b"
    r"|(?:authors|designers|developers|implementers|implementors|operators|users"
    r"|vendors) (?:\w++ ){0,2}?(?:may|must|need|shall|should|can)\s[^.;]{0,40}?\bregister\b"
    r"|(?:registrations?|assignments?) of\b.{0,80}\b(?:must|shall|should) be requested by\b"
    r"|would be (?:assign|allocat|regist|the respons)|may be (?:assign|allocat|regist)"
    r"|(?:is|are) left to\b(?! (?:the )?IANA\b)"
    # The policy of another registry.
    r"|(?:assigned|allocated|registered|made) (?:by|via|through|under"
    r"|on) (?:(?:an?|the|\")\s*+)*+(?:IETF|IESG|expert|standards|specification|first come|RFC)\b)"
)
# What is asked for whatever else the sentence denies.
_DEMANDS = phrase(
    r"\b(?:may|can|should|shall|must|will) be (?:re-?assign|releas|reclaim|renam|return)"
    r"|\A(?-i:to)\s|\bis (?:(?!not\b)\w++ )?(?:asked|requested|invited) "
    r"(?:not )?to\b(?! (?:note|ensure)\b)|\bIANA (?:should|shall|must|needs to)\b(?! (?:not"
    rf"|note)\b)|\bplease\b(?! (?:do not|don't|note|refer|see)\b)|\b{THIS_DOCUMENT} "
    r"(?:also )?(?:requests|registers|asks)\b(?! no\b)|\b(?:is|are)(?<!\b(?:no|none|neither"
    r"|nor)\b[^.;,]{0,60}\b(?:is|are)) to be (?:assign|allocat|regist|reserv|add|giv|enter|list"
    r"|renam|remov|releas)|\b(?:is|are)(?<!\b(?:no|none|neither|nor|any)\b[^.;,]{0,60}\b(?:is"
    r"|are)) (?:requested|needed|required)\b|\bservice name becomes\b"
    r"|\b(?:is|are) (?:not (?:needed|required|used|wanted) any"
    r"|no longer (?:needed|required|wanted))\b"
    r"|\bgets? (?:an? "
    r"|the following )?(?:new )?(?:entry|entries)\b"
)
EXAMPLE = r"\A(?:(?:For|In) (?:(?:an?|our|the|this) )?example|Examples?(?::| of)|\{[\w-]{1,40}\}\s)"
_AS_EXAMPLE = phrase(
    r"\b(?:as|is|are) (?:only |just )?(?:an? )?examples?\b|\bfor (?:illustration"
    r"|illustrative purposes)\b"
)
_EXAMPLE = phrase(EXAMPLE)
_OTHER_THAN = phrase(r"\bno\b(?=[^.;]{0,60}\b(?:other than|except|besides|beyond)\b)")
# A document that asks for nothing at all.
_ACTIONS = (
    r"(?:direct |new |IANA )*+(?:actions?|requests?|considerations?)(?: (?:from|of|to|for|by"
    r"|on) (?:the )?IANA)?"
)
_NO_ACTION = phrase(
    r"\A(?:This (?:document|memo|draft|specification|RFC) (?:(?:has|makes|requests?|requires"
    rf"|contains|includes|needs) no {_ACTIONS}|(?:does not|doesn't) (?:have|make|request|require"
    rf"|contain|include|need) any {_ACTIONS})|There (?:are|is) no {_ACTIONS}"
    rf"|No {_ACTIONS} (?:is|are) (?:required|requested|needed))(?: (?:by|for|in) this \w++)?\.?\Z"
    r"|\A(?:None|No (?:IANA )?actions?)\.?\Z"
)


def asks_nothing(sentence: str) -> bool:
    """Whether a sentence says that the document asks IANA for nothing at all."""
    return _NO_ACTION.match(sentence) is not None


def demands(claim: str) -> bool:
    """Whether a sentence asks for something, whatever else it denies."""
    return _DEMANDS.search(claim) is not None


def mentions_example(claim: str) -> bool:
    """Whether a sentence has an example of something, and asks for nothing."""
    return _AS_EXAMPLE.search(claim) is not None and not demands(claim)


def is_example(claim: str) -> bool:
    """Whether a sentence only gives an example."""
    return _EXAMPLE.search(claim) is not None


def is_denied(claim: str) -> bool:
    """Whether a sentence says that nothing is asked, or what others ask for."""
    if is_example(claim) or mentions_example(claim):
        return True
    return _DENIES.search(_OTHER_THAN.sub(" ", claim)) is not None and not demands(claim)


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
    return blanked(text, _ASIDE)


def without_reasons(text: str) -> str:
    """The text of a sentence with blanks in place of its reasons and of remarks in brackets."""
    return blanked(text, _REASONS)


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
    r"|(?:header|message|option) (?:fields?|types?)|(?:types?|codes?) [0-9]{1,5}"
    r"|attributes?|flags?|options?|parameters?"
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
