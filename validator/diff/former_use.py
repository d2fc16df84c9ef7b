"""What the new dump says of a port number or service name that was in use before."""

from __future__ import annotations

from validator.model.entries import Assignment, Statement
from validator.model.pattern import pattern
from validator.model.vocabulary import fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Record
    from validator.model.registry import Registry
    from validator.model.values import PortRange

# The words by which the registry says that an assignment has ended or became another.
_FORMER_USE = pattern(
    r"\b(?:de-?\s?assigned|unassigned|released?|removed|returned|revoked|retasked|retired|"
    r"re-?assigned|previously|formerly|renamed|replaced|replaces|changed|was|used\s++to)\b",
    "ai",
    limited=True,
)
_REPLACEMENT = pattern(r"\breplacement\b", "ai")
_BARE_STATE = pattern(r"(?:unassigned|reserved)[\s.]*+", "ai")
_WORD = pattern(r"[\w-]++")
# Names with other characters are looked for at each place of a text; longer ones nobody mentions.
_LONGEST_NAME = 255
# The most records whose words are remembered.
_MOST_TEXTS = 64
# The most records on a port that are read for what became of it.
_MOST_RECORDS = 20


def entries_on(
    registry: Registry, ports: PortRange | None, transport: str | None
) -> list[Assignment | Statement]:
    """The records about these port numbers; of every transport protocol where it is `None`."""
    if ports is None:
        return []
    entries: dict[int, Assignment | Statement] = {}
    for spans in (registry.assigned_spans, registry.stated_spans):
        for word in spans if transport is None else (transport,):
            for entry in spans[word].overlapping(ports, _MOST_RECORDS):
                entries[id(entry)] = entry
    return list(entries.values())


class Mentions:
    """Which records mention a service name.  Each text is read once, however many names there are.

    A name is mentioned where it is a word of its own, in any case.  With `as_former`, descriptions
    count only where they speak of a former use: most names are words of a description.
    """

    __slots__ = ("_as_former", "_words")

    def __init__(self, *, as_former: bool = False) -> None:
        self._as_former = as_former
        self._words: dict[int, tuple[str, frozenset[str]]] = {}

    def has(self, record: Record, name: str) -> bool:
        """Say whether the texts of a record have `name` as a word."""
        word = fold(normal_space(name))
        if not word:
            return False
        text, words = self._read(record)
        if word in words:
            return True
        if _WORD.fullmatch(word) is not None or len(word) > _LONGEST_NAME:
            return False
        return _is_word_of(text, word)

    def _read(self, record: Record) -> tuple[str, frozenset[str]]:
        """The texts of a record in one case, and their words."""
        entry = self._words.get(id(record))
        if entry is None:
            if len(self._words) >= _MOST_TEXTS:
                self._words.clear()
            description = record.description or ""
            if self._as_former and not _describes_former_use(description):
                description = ""
            text = fold(f"{description}\n{record.assignment_notes or ''}")
            entry = self._words[id(record)] = text, frozenset(_WORD.findall(text))
        return entry


def _is_word_of(text: str, name: str) -> bool:
    """Say whether a name that is more than one word, such as "914c/g", is in a text on its own."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if _WORD.search(around) is None:
            return True
        at = text.find(name, at + 1)
    return False


def _describes_former_use(description: str) -> bool:
    return any(words.search(description) for words in (_FORMER_USE, _REPLACEMENT))


def notes_former_use(record: Record) -> bool:
    """Say whether the notes of a record have a word such as "released" or "previously"."""
    notes = record.assignment_notes
    return notes is not None and _FORMER_USE.search(notes) is not None


def has_comment(entry: Assignment | Statement, ports: PortRange) -> bool:
    """Say whether a record on a port that was released comments on its former use.

    Of a statement any words but the bare state are a comment.  A block of many other numbers too
    is about none of them in particular.
    """
    record = entry.record
    if isinstance(entry, Assignment):
        return notes_former_use(record)
    if entry.ports is not None and len(entry.ports) > max(len(ports), 2):
        return False
    if (record.assignment_notes or "").strip():
        return True
    return _BARE_STATE.fullmatch((record.description or "").strip()) is None
