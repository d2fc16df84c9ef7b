"""What a paragraph says of the template, table, list or text after it."""

from __future__ import annotations

from validator.request.drafts.asides import without_asides
from validator.request.drafts.kinds import sentence_kind
from validator.request.drafts.mentions import ports
from validator.request.drafts.prose import sentences
from validator.request.drafts.values import SYSTEM_RANGE, USER_RANGE
from validator.request.phrase import exact_phrase, phrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.request.drafts.sections import Passage

# An item such as "Attribute name: ..." is a field of another registry.
_OTHER_FIELD = phrase(
    r"\S{1,3} [^:]{0,40}\b(?:attribute|charset|field|media|option|parameter)s?\b[^:]{0,20}:"
)
# "IANA is requested to:", before a list of what it has to do
_ASKS_TO = phrase(
    r"\b(?:IANA|RFC Editor)\b[^.;]{0,60}\b(?:requested|asked|invited) "
    r"to(?: (?:do|perform|take|make|carry out)\b[^.:;]{0,60})?\s*+:\s*+\Z"
)
# "The following entries are not to be changed:"
_EXCLUDES = phrase(
    r"\b(?:not|no) (?:\w++ ){0,3}(?:chang|updat|request|releas|affect|assign|regist)\w*+"
    r"|\bunchanged\b|\bremains? as\b|\b(?:for|an?|only|as) examples?\b"
    r"|\bfor (?:\w++ )?(?:convenience|illustration|information)\b|\binformative\b"
    r"|\bregistry currently (?:contains|has|lists|shows)\b"
)
_OPEN_END = exact_phrase(r":\s*+\Z|\b(?:following|below|as follows)\b")
_DENIES = phrase(r"\b(?:no|not|none|without|rather than|instead of)\b")
# "The Description should be as follows:"
_BEFORE_DESCRIPTION = phrase(
    r"\bdescription\b[^.:;]{0,40}\b(?:as follows|following|below)\s*+:?\s*+\Z"
    r"|\bdescription (?:is|(?:should|shall|will|must) be)\s*+:\s*+\Z"
)


def is_of_other_registry(item: str) -> bool:
    """Whether an item of a list is a field of another registry."""
    return _OTHER_FIELD.match(item) is not None


def is_open(paragraph: str) -> bool:
    """Whether a paragraph announces what is after it."""
    return _OPEN_END.search(paragraph) is not None


def excludes(paragraph: str) -> bool:
    """Whether a paragraph says that nothing is asked of the list, table or template after it."""
    return is_open(paragraph) and _EXCLUDES.search(paragraph) is not None


def asks_to_act(paragraph: str) -> bool:
    """Whether a paragraph says that IANA has to do what the list after it says."""
    return _ASKS_TO.search(paragraph) is not None


def is_before_description(paragraph: str) -> bool:
    """Whether the next paragraph is the description of what was requested."""
    return _BEFORE_DESCRIPTION.search(paragraph) is not None


def port_range(paragraph: Passage) -> tuple[str, Passage] | None:
    """The range, "user" or "system", that a paragraph requests ports from, and its words for it."""
    for sentence in sentences(paragraph):
        text = without_asides(sentence.text)
        if sentence_kind(sentence.text) != "request" or _DENIES.search(text):
            continue
        if any(isinstance(port.value, int) for port in ports(sentence, text)):
            continue
        for value, pattern in (("system", SYSTEM_RANGE), ("user", USER_RANGE)):
            if (match := pattern.search(text)) is not None:
                return value, sentence.part(*match.span())
    return None
