"""What the new dump says of a port number or service name that was in use before."""

from __future__ import annotations

from validator.model.entries import Assignment, Statement
from validator.model.pattern import pattern
from validator.model.vocabulary import fold, normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validator.model.entries import Entry, Spans
    from validator.model.record import Record
    from validator.model.registry import Registry
    from validator.model.values import PortRange

# The words by which the registry says that an assignment has ended or became another.
_FORMER_USE_WORDS = (
    r"\b(?:de-?\s?assigned|unassigned|released?|removed|returned|revoked|retasked|retired|"
    r"re-?assigned|previously|formerly|renamed|replaced|replaces|changed|was|used\s++to"
)
_FORMER_USE = pattern(rf"{_FORMER_USE_WORDS})\b", "ai", limited=True)
_DESCRIBED_FORMER_USE = pattern(rf"{_FORMER_USE_WORDS}|replacement)\b", "ai", limited=True)
_BARE_STATE = pattern(r"(?:unassigned|reserved)[\s.]*+", "ai")
_WORD = pattern(r"[\w-]++")
# Names with other characters are looked for at each place of a text; longer ones nobody mentions.
_LONGEST_NAME = 255
# Texts that are searched for each name, which takes less than to list their words.
_SHORT_TEXT = 200
# The most records whose words are remembered.
_MOST_TEXTS = 64
# The most records on a port that are read for what became of it.
_MOST_RECORDS = 20
_NO_WORDS: tuple[str, frozenset[str]] = ("", frozenset())


def entries_on(registry: Registry, ports: PortRange | None, transport: str | None) -> list[Entry]:
    """The records about these port numbers; of every transport protocol where it is `None`."""
    assigned = _overlapping(registry.assigned_spans, ports, transport)
    return [*assigned, *statements_on(registry, ports, transport)]


def statements_on(
    registry: Registry, ports: PortRange | None, transport: str | None
) -> list[Statement]:
    """Those of them that have no service name."""
    entries = _overlapping(registry.stated_spans, ports, transport)
    return [entry for entry in entries if isinstance(entry, Statement)]


def _overlapping(
    spans: Mapping[str, Spans], ports: PortRange | None, transport: str | None
) -> list[Entry]:
    if ports is None:
        return []
    if transport is not None:
        return spans[transport].overlapping(ports, _MOST_RECORDS)
    entries: dict[int, Entry] = {}
    for each in spans.values():
        entries.update((id(entry), entry) for entry in each.overlapping(ports, _MOST_RECORDS))
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

    def are_in(self, records: Iterable[Record], name: str) -> bool:
        """Say whether the texts of any of `records` have `name` as a word."""
        word = fold(normal_space(name))
        if not word:
            return False
        is_one_word = len(word) > _LONGEST_NAME or _WORD.fullmatch(word) is not None
        for record in records:
            text, words = self._read(record)
            if word in words:
                return True
            looks = len(text) <= _SHORT_TEXT or not is_one_word
            if looks and text and _is_word_of(text, word):
                return True
        return False

    def _read(self, record: Record) -> tuple[str, frozenset[str]]:
        """The texts of a record in one case, and their words."""
        entry = self._words.get(id(record))
        if entry is None:
            texts = [record.description or "", record.assignment_notes or ""]
            if self._as_former and not _DESCRIBED_FORMER_USE.search(texts[0]):
                del texts[0]
            if not any(texts):
                return _NO_WORDS
            if len(self._words) >= _MOST_TEXTS:
                self._words.clear()
            text = fold("\n".join(texts))
            words = () if len(text) <= _SHORT_TEXT else _WORD.findall(text)
            entry = self._words[id(record)] = text, frozenset(words)
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


def notes_former_use(record: Record) -> bool:
    """Say whether the notes of a record have a word such as "released" or "previously"."""
    notes = record.assignment_notes
    return notes is not None and _FORMER_USE.search(notes) is not None


def has_comment(entry: Entry, ports: PortRange) -> bool:
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
