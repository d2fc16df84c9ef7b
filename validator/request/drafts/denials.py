"""What sentences of a draft deny or state of others, and what they ask for all the same."""

from __future__ import annotations

import regex

from validator.request.drafts.sections import THIS_DOCUMENT

# What this document no longer asks for, or never did.
EARLIER_VERSION = (
    r"\A(?:In\s++)?(?:(?:all|an?|some|the)\s++)?(?:earlier|previous|prior)\s++(?:draft|revision|version)s?\b"
    rf"(?![^.;]*\b(?:IANA\s++is|{THIS_DOCUMENT}\s++requests)\b)"
)
CONSIDERED = r"\b(?:considered|debated|discussed)\s++(?:asking|registering|requesting|whether)\b"
# What others ask for, or would, and what is so already.
_DENIES = regex.compile(
    rf"{EARLIER_VERSION}"
    r"|\bno\b|\bnot\b|\bnone\b|\bnothing\b|\bneither\b|\bnor\b|\bcurrently\b|\balready\b|\bpreviously\b"
    r"|\bhistorically\b|\bbriefly\b"
    r"|\bas\s++(?:recorded|registered|listed|assigned|allocated)\s++(?:by|in|with)\b"
    r"|,\s++registered\s++as\b|\bwould\s++be\s++(?:assign|allocat|regist|the\s++respons)|\bmay\s++be\s++(?:assign|allocat|regist)"
    r"|\b(?:is|are)\s++left\s++to\b(?!\s++(?:the\s++)?IANA\b)|\bresponsibility\s++of\b"
    r"|\b(?:registrations?|assignments?)\s++of\b.{0,80}\b(?:must|shall|should)\s++be\s++requested\s++by\b"
    r"|\bpre-?assigned\b|\bin\s++the\s++future\b"
    r"|\b(?:future|later)\s++(?:documents?|drafts?|extensions?|revisions?|specifications?|versions?|work)\b"
    r"|\bregistration\s++polic(?:y|ies)\b"
    # What others have to do.
    r"|\b(?:authors|designers|developers|implementers|implementors|operators|users|vendors)\s++(?:\w++\s++){0,2}?"
    r"(?:may|must|need|shall|should|can)\s[^.;]{0,40}?\bregister\b|\bregister\s++their\b"
    r"|\ball\s++(?:\w++\s++)?ports\s++(?:are|shall|will|must)\b|\bautomatically\s++reserved\b"
    # The policy of another registry.
    r"|\b(?:assigned|allocated|registered|made)\s++(?:by|via|through|under|on)\s++(?:(?:an?|the|\")\s*+)*+"
    r"(?:IETF|IESG|expert|standards|specification|first\s++come|RFC)\b",
    regex.IGNORECASE,
)
# What is asked for whatever else the sentence denies.
_DEMANDS = regex.compile(
    r"\b(?:may|can|should|shall|must|will)\s++be\s++(?:re-?assign|releas|reclaim|renam|return)|"
    r"\A(?-i:to)\s|\bis\s++(?:(?!not\b)\w++\s++)?(?:asked|requested|invited)\s++(?:not\s++)?to\b(?!\s++(?:note|ensure)\b)"
    r"|\bIANA\s++(?:should|shall|must|needs\s++to)\b(?!\s++(?:not|note)\b)"
    r"|\bplease\b(?!\s++(?:do\s++not|don't|note|refer|see)\b)"
    rf"|\b{THIS_DOCUMENT}\s++(?:also\s++)?(?:requests|registers|asks)\b(?!\s++no\b)"
    r"|\b(?:is|are)(?<!\b(?:no|none|neither|nor)\b[^.;,]{0,60}\b(?:is|are))\s++to\s++be\s++(?:assign|allocat|regist|reserv|add|giv|enter|list|renam|remov|releas)"
    r"|\b(?:is|are)(?<!\b(?:no|none|neither|nor|any)\b[^.;,]{0,60}\b(?:is|are))\s++(?:requested|needed|required)\b"
    r"|\bservice\s++name\s++becomes\b"
    r"|\bgets?\s++(?:an?\s++|the\s++following\s++)?(?:new\s++)?(?:entry|entries)\b",
    regex.IGNORECASE,
)
EXAMPLE = (
    r"\A(?:(?:For|In)\s++(?:(?:an?|our|the|this)\s++)?example|Examples?(?::|\s++of)"
    r"|\{[\w-]{1,40}\}\s)"
)
_AS_EXAMPLE = regex.compile(
    r"\b(?:as|is|are)\s++(?:only\s++|just\s++)?(?:an?\s++)?examples?\b"
    r"|\bfor\s++(?:illustration|illustrative\s++purposes)\b",
    regex.IGNORECASE,
)
_EXAMPLE = regex.compile(EXAMPLE, regex.IGNORECASE)
_OTHER_THAN = regex.compile(
    r"\bno\b(?=[^.;]{0,60}\b(?:other\s++than|except|besides|beyond)\b)", regex.IGNORECASE
)
# A document that asks for nothing at all.
_ACTIONS = (
    r"(?:direct\s++|new\s++|IANA\s++)*+(?:actions?|requests?|considerations?)"
    r"(?:\s++(?:from|of|to|for|by|on)\s++(?:the\s++)?IANA)?"
)
_NO_ACTION = regex.compile(
    r"\A(?:This\s++(?:document|memo|draft|specification|RFC)\s++"
    rf"(?:(?:has|makes|requests?|requires|contains|includes|needs)\s++no\s++{_ACTIONS}"
    rf"|(?:does\s++not|doesn't)\s++(?:have|make|request|require|contain|include|need)\s++any\s++{_ACTIONS})"
    rf"|There\s++(?:are|is)\s++no\s++{_ACTIONS}"
    rf"|No\s++{_ACTIONS}\s++(?:is|are)\s++(?:required|requested|needed))"
    r"(?:\s++(?:by|for|in)\s++this\s++\w++)?\.?\Z"
    r"|\A(?:None|No\s++(?:IANA\s++)?actions?)\.?\Z",
    regex.IGNORECASE,
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
