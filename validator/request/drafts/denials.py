"""What sentences of a draft deny or state of others, and what they ask for all the same."""

from __future__ import annotations

from validator.request.drafts.sections import THIS_DOCUMENT
from validator.request.phrase import phrase

# What this document no longer asks for, or never did.
EARLIER_VERSION = (
    r"\A(?:In )?(?:(?:all|an?|some|the) )?(?:earlier|previous|prior) (?:draft|revision"
    rf"|version)s?\b(?![^.;]*\b(?:IANA is|{THIS_DOCUMENT} requests)\b)"
)
CONSIDERED = r"\b(?:considered|debated|discussed) (?:asking|registering|requesting|whether)\b"
# What others ask for, or would, and what is so already.
_DENIES = phrase(
    rf"{EARLIER_VERSION}|\bno\b|\bnot\b|\bnone\b|\bnothing\b|\bneither\b|\bnor\b|\bcurrently\b"
    r"|\balready\b|\bpreviously\b|\bhistorically\b|\bbriefly\b|\bas (?:recorded|registered|listed"
    r"|assigned|allocated) (?:by|in|with)\b|, registered as\b|\bwould be (?:assign|allocat|regist"
    r"|the respons)|\bmay be (?:assign|allocat|regist)|\b(?:is|are) left to\b(?! (?:the )?IANA\b)"
    r"|\bresponsibility of\b|\b(?:registrations?|assignments?) of\b.{0,80}\b(?:must|shall"
    r"|should) be requested by\b|\bpre-?assigned\b|\bin the future\b|\b(?:future"
    r"|later) (?:documents?|drafts?|extensions?|revisions?|specifications?|versions?|work)\b"
    r"|\bregistration polic(?:y|ies)\b"
    # What others have to do.
    r"|\b(?:authors|designers|developers|implementers|implementors|operators|users"
    r"|vendors) (?:\w++ ){0,2}?(?:may|must|need|shall|should|can)\s[^.;]{0,40}?\bregister\b"
    r"|\bregister their\b|\ball (?:\w++ )?ports (?:are|shall|will|must)\b"
    r"|\bautomatically reserved\b"
    # The policy of another registry.
    r"|\b(?:assigned|allocated|registered|made) (?:by|via|through|under"
    r"|on) (?:(?:an?|the|\")\s*+)*+(?:IETF|IESG|expert|standards|specification|first come|RFC)\b"
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
    r"|are)) (?:requested|needed|required)\b|\bservice name becomes\b|\bgets? (?:an? "
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
