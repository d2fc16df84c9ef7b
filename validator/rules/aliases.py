"""AL: aliases and historic names (RFC 6335, Sections 5 and 10.1).

Section 10.1 gave each malformed name of its table a well-formed one, and put two sentences into the
registry: the old name's notes say that it is an alias, the new name's description says which name
it replaces.  If an alias has several faults, only the first of these is reported: it is its own
target (AL006), it is part of a cycle (AL008), its target is missing (AL001), on another port
(AL002), an alias itself (AL007), or does not say what it replaces (AL003).
"""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, related_to, rule
from validator.model.names import malformed_names
from validator.model.pattern import pattern
from validator.model.registry import Registry, cached_index
from validator.model.vocabulary import (
    HISTORIC_SENTENCE,
    LEGACY_NAMES,
    REPLACEMENT_SENTENCE,
    SERVICE_NAME,
    SERVICE_NAME_CHARACTERS,
    fold,
    normal_space,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.model.record import Record
    from validator.model.registry import Alias, Assignment
    from validator.model.values import PortRange

_NOTES = "assignment_notes"
_WORD = pattern(r"[a-z-]++", "a", limited=True)


class _Sentence:
    """A sentence of Section 10.1 as its words, to recognize it in a text despite a slip."""

    __slots__ = ("least", "words")

    def __init__(self, sentence: str, missing: int) -> None:
        self.words = sentence.lower().split()
        self.least = len(self.words) - missing

    def is_near(self, text: str) -> bool:
        """Whether the sentence, but for the words that may be missing, occurs in any order.

        A window as long as the sentence moves over the words of the text, in one pass.
        """
        missing: dict[str, int] = {}
        for word in self.words:
            missing[word] = missing.get(word, 0) + 1
        size = len(self.words)
        words = _WORD.findall(fold(text))
        matching = 0
        for position, word in enumerate(words):
            if word in missing:
                matching += missing[word] > 0
                missing[word] -= 1
            if position >= size and (first := words[position - size]) in missing:
                missing[first] += 1
                matching -= missing[first] > 0
            if matching >= self.least:
                return True
        return False


_NEAR_ALIAS = _Sentence("this entry is an alias to", 2)
_NEAR_HISTORIC = _Sentence(
    "this entry is now historic not usable for use with many common service discovery mechanisms", 5
)
_NEAR_REPLACEMENT = _Sentence("iana assigned this well-formed service name as a replacement for", 3)
# "alias" and its misspellings.
_ALIAS = pattern(r"\ba(?:l+i+a+s|lais|ilas|lia|las|lies)(?:e?s|ed)?\b", "i", limited=True)


@cached_index
def _assignments(
    registry: Registry,
) -> dict[tuple[str, PortRange | None, str | None], list[Assignment]]:
    """The assignments of the names that aliases and replacements name, by name and place."""
    keys = {alias.target_key for alias in registry.aliases}
    keys.update(replacement.old_key for replacement in registry.replacements)
    assignments: dict[tuple[str, PortRange | None, str | None], list[Assignment]] = {}
    for key in keys:
        for entry in registry.by_name.get(key, ()):
            assignments.setdefault((key, entry.ports, entry.transport), []).append(entry)
    return assignments


def _with_name(registry: Registry, key: str, assignment: Assignment) -> list[Assignment]:
    """The records of the name `key` on the port and transport protocol of `assignment`."""
    return _assignments(registry).get((key, assignment.ports, assignment.transport), [])


def _targets(registry: Registry, alias: Alias) -> list[Assignment]:
    """The records of the target's name on the port and transport protocol of the alias."""
    entries = _with_name(registry, alias.target_key, alias.assignment)
    return [entry for entry in entries if entry is not alias.assignment]


def _place(assignment: Assignment) -> str:
    record = assignment.record
    port = f"port {record.port_number}" if record.port_number else "no port"
    transport = record.transport_protocol or "no transport protocol"
    return f"{port} and {transport}"


def _is_own_target(alias: Alias) -> bool:
    return alias.target_key == alias.assignment.key


@cached_index
def _cycles(registry: Registry) -> list[list[Alias]]:
    """The cycles of aliases, each once; an alias to itself is not one."""
    aliases = registry.alias_by_record
    following: dict[int, int] = {}
    for index, alias in aliases.items():
        for target in [] if _is_own_target(alias) else _targets(registry, alias):
            if target.record.index in aliases:
                following[index] = target.record.index
                break
    cycles: list[list[Alias]] = []
    visited: set[int] = set()
    for start in following:
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in visited and at not in path:
            path[at] = None
            at = following.get(at)
        if at is not None and at in path:
            steps = list(path)
            cycles.append([aliases[index] for index in steps[steps.index(at) :]])
        visited.update(path)
    return cycles


@cached_index
def _cyclic_records(registry: Registry) -> frozenset[int]:
    """The indexes of the records that are part of a cycle."""
    return frozenset(alias.assignment.record.index for c in _cycles(registry) for alias in c)


def _proper_aliases(registry: Registry) -> list[Alias]:
    """The aliases that lead to another name and not back to where they began."""
    cyclic = _cyclic_records(registry)
    return [
        alias
        for alias in registry.aliases
        if not _is_own_target(alias) and alias.assignment.record.index not in cyclic
    ]


@cached_index
def _replaced(registry: Registry) -> set[tuple[int, str]]:
    """What says that it replaces a name, as pairs: index of the record and key of the old name."""
    return {(entry.assignment.record.index, entry.old_key) for entry in registry.replacements}


@rule("AL001", ERROR, "RFC 6335, Section 10.1")
def alias_target_missing(registry: Registry) -> Iterator[Violation]:
    """An alias names a service that no record carries.

    Section 10.1 has the notes of an old name say which new name it is an alias to.

    Why it matters: the old name is historic, and the one to use instead does not exist.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol></record>
    """
    for alias in registry.aliases:
        # A name that cannot be one is AL009's.
        if alias.target_key not in registry.by_name and SERVICE_NAME.fullmatch(alias.target):
            message = f"alias to {quoted(alias.target)}, which no record carries"
            yield Violation(alias.assignment.record, _NOTES, message, value=alias.target)


@rule("AL002", ERROR, "RFC 6335, Section 10.1")
def alias_target_elsewhere(registry: Registry) -> Iterator[Violation]:
    """The target of an alias exists, but on another port or transport protocol.

    Section 10.1 makes the new entry a duplicate of the old one but for its name.

    Why it matters: old and new name are one service only on the same port.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><number>4622</number></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><number>4621</number></record>
    """
    for alias in _proper_aliases(registry):
        entries = registry.by_name.get(alias.target_key)
        if entries and SERVICE_NAME.fullmatch(alias.target) and not _targets(registry, alias):
            places = list(dict.fromkeys(_place(entry) for entry in entries))
            others = "; ".join(places[:3]) + (" and others" if len(places) > 3 else "")
            here = _place(alias.assignment)
            message = f"alias to {quoted(alias.target)} with {here}, but that stands with {others}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                related=related_to("the target", [e.record for e in entries], "service_name"),
            )


@rule("AL003", ERROR, "RFC 6335, Section 10.1")
def alias_not_acknowledged(registry: Registry) -> Iterator[Violation]:
    """The target of an alias does not say that it replaces this name.

    Section 10.1 has the description of the new entry refer to the original assignment.

    Why it matters: who reads the new name never learns of the old one.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><number>4621</number></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay log
          IANA assigned this well-formed service name as a replacement for "quay_log".
          </description><number>4621</number></record>
    """
    aliases, replaced = registry.alias_by_record, _replaced(registry)
    for alias in _proper_aliases(registry):
        targets = _targets(registry, alias)
        # A target that is an alias itself is reported by AL007.
        if not targets or any(entry.record.index in aliases for entry in targets):
            continue
        key = alias.assignment.key
        if not any((entry.record.index, key) in replaced for entry in targets):
            name = quoted(alias.assignment.name)
            message = f"{quoted(targets[0].name)} does not say that it replaces {name}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                related=related_to("the target", [e.record for e in targets], "description"),
            )


@rule("AL004", ERROR, "RFC 6335, Section 10.1")
def replacement_without_alias(registry: Registry) -> Iterator[Violation]:
    """A name is said to replace another that has no record here, or is not noted as an alias.

    Section 10.1 keeps the original assignment and adds the note that it is an alias.

    Why it matters: software that knows the old name no longer finds it, or finds it as current.

    Flagged::

        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay log
          IANA assigned this well-formed service name as a replacement for "quay_log".
          </description><number>4621</number></record>

    Accepted::

        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay log
          IANA assigned this well-formed service name as a replacement for "quay_log".
          </description><number>4621</number></record>
        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
    """
    on_other_ports = {
        (alias.assignment.key, alias.target_key)
        for alias in registry.aliases
        if not _targets(registry, alias)
    }
    for entry in registry.replacements:
        assignment = entry.assignment
        olds = _with_name(registry, entry.old_key, assignment)
        if any(old.record.index in registry.alias_by_record for old in olds):
            continue
        if (entry.old_key, assignment.key) in on_other_ports:
            continue  # the old name is an alias on another port: AL002
        if olds:
            message = f"said to replace {quoted(entry.old)}, which does not say that it is an alias"
        else:
            message = f"said to replace {quoted(entry.old)}, which has no record here"
        yield Violation(
            assignment.record,
            "description",
            message,
            value=entry.old,
            related=related_to("the old name", [old.record for old in olds], _NOTES),
        )


@rule("AL005", ERROR, "RFC 6335, Section 10.1")
def alias_not_historic(registry: Registry) -> Iterator[Violation]:
    """An alias does not say that it is historic.

    Section 10.1 has the note of an alias go on to say that the old name is historic, not usable
    for use with many common service discovery mechanisms.

    Why it matters: without it both names look current, and only one can be discovered.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log". This entry is now historic, not usable for
            use with many common service discovery mechanisms.</note></record>
    """
    for alias in registry.aliases:
        if not alias.historic:
            notes = alias.assignment.record.assignment_notes or ""
            if _NEAR_HISTORIC.is_near(notes):
                continue  # the sentence is there, with a slip: AL011
            message = (
                f"the alias to {quoted(alias.target)} does not say that this entry is historic"
            )
            yield Violation(alias.assignment.record, _NOTES, message)


@rule("AL006", ERROR, "RFC 6335, Section 10.1")
def alias_to_itself(registry: Registry) -> Iterator[Violation]:
    """A name is an alias to itself.

    An alias leads from an old name to a new one.

    Why it matters: who follows the alias goes round in a circle.

    Flagged::

        <record><name>quay-log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
    """
    for alias in registry.aliases:
        if _is_own_target(alias):
            message = f"{quoted(alias.assignment.name)} is an alias to itself"
            yield Violation(alias.assignment.record, _NOTES, message, value=alias.target)


@rule("AL007", ERROR, "RFC 6335, Section 10.1")
def alias_chain(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is an alias itself.

    Section 10.1 leads from the old name to the well-formed primary service name.

    Why it matters: readers follow an alias one step, and arrive at a name that is historic too.

    Flagged::

        <record><name>quay_a</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_b".</note></record>
        <record><name>quay_b</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-b".</note></record>

    Accepted::

        <record><name>quay_a</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-b".</note></record>
        <record><name>quay_b</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-b".</note></record>
        <record><name>quay-b</name><protocol>tcp</protocol></record>
    """
    for alias in _proper_aliases(registry):
        for target in _targets(registry, alias):
            following = registry.alias_by_record.get(target.record.index)
            if following is not None:
                message = f"alias to {quoted(alias.target)}, which is an alias to"
                yield Violation(
                    alias.assignment.record,
                    _NOTES,
                    f"{message} {quoted(following.target)}",
                    value=alias.target,
                    related=related_to("the next alias", [target.record], _NOTES),
                )
                break


@rule("AL008", ERROR, "RFC 6335, Section 10.1")
def alias_cycle(registry: Registry) -> Iterator[Violation]:
    """Aliases lead back to where they began.

    An alias leads to a primary service name, which is no alias.

    Why it matters: no name of the circle is the one to use, and careless readers never return.

    Flagged::

        <record><name>quay_a</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_b".</note></record>
        <record><name>quay_b</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_a".</note></record>

    Accepted::

        <record><name>quay_a</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_b".</note></record>
        <record><name>quay_b</name><protocol>tcp</protocol></record>
    """
    for cycle in _cycles(registry):
        # The same record is reported in whatever order the file has them.
        at = min(range(len(cycle)), key=lambda i: (cycle[i].assignment.key, cycle[i].target_key))
        first, *others = cycle[at:] + cycle[:at]
        names = [quoted(alias.assignment.name) for alias in (first, *others)]
        way = " to ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        yield Violation(
            first.assignment.record,
            _NOTES,
            f"aliases go round: {way} and back to {names[0]}",
            value=first.target,
            related=related_to("on the way", [a.assignment.record for a in others], _NOTES),
        )


@rule("AL009", ERROR, "RFC 6335, Section 10.1")
def alias_target_malformed(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is no well-formed service name.

    Section 10.1 made aliases to have a well-formed name in place of a malformed one.

    Why it matters: the alias was made for nothing.

    Flagged::

        <record><name>quay.log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_log".</note></record>

    Accepted::

        <record><name>quay.log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
    """
    aliases = registry.alias_by_record
    for alias in _proper_aliases(registry):
        if not SERVICE_NAME.fullmatch(alias.target):
            if any(target.record.index in aliases for target in _targets(registry, alias)):
                continue  # AL007
            message = f"alias to {quoted(alias.target)}, which is no well-formed service name"
            yield Violation(alias.assignment.record, _NOTES, message, value=alias.target)


@rule("AL010", WARNING, "RFC 6335, Section 10.1")
def alias_disagrees(registry: Registry) -> Iterator[Violation]:
    """An old name and the one that replaces it differ in more than the name.

    The new entry otherwise duplicates the original assignment information (Section 10.1): the
    same assignee, contact, dates, reference and description.

    Why it matters: a correction reached one of the two records and not the other.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><description>Quay log</description>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay book IANA assigned
          this well-formed service name as a replacement for "quay_log".</description></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><description>Quay log</description>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay log IANA assigned
          this well-formed service name as a replacement for "quay_log".</description></record>
    """
    for alias in registry.aliases:
        if _is_own_target(alias):
            continue
        old = _comparable(registry, alias.assignment.record)
        for target in _targets(registry, alias):
            # Only two records that name each other are regarded as one assignment.
            if (target.record.index, alias.assignment.key) not in _replaced(registry):
                continue
            new = _comparable(registry, target.record)
            differing = [field for field in old if old[field] != new[field]]
            if differing:
                message = f"differs from {quoted(target.name)} in {' and '.join(differing)}"
                yield Violation(
                    alias.assignment.record,
                    differing[0].replace(" ", "_"),
                    message,
                    related=related_to("the target", [target.record], "service_name"),
                )
            break


def _comparable(registry: Registry, record: Record) -> dict[str, object]:
    """What an old name and its replacement have in common, by the words for it."""
    return {
        "description": _description(record),
        "assignee": {citation.data for citation in registry.assignees(record)},
        "contact": {citation.data for citation in record.contact},
        "registration date": record.registration_date or "",
        "modification date": record.modification_date or "",
        "reference": {citation.display for citation in record.reference},
    }


def _description(record: Record) -> str:
    words = record.description or ""
    if "replacement" in words:
        words = REPLACEMENT_SENTENCE.sub("", words)
    return normal_space(words)


@rule("AL011", WARNING, "RFC 6335, Section 10.1")
def alias_sentence_near_miss(registry: Registry) -> Iterator[Violation]:
    """Words are almost, but not quite, one of the two sentences about aliases.

    The registry writes them alike everywhere: `This entry is an alias to "NEW". This entry is now
    historic, not usable for use with many common service discovery mechanisms.` and `IANA
    assigned this well-formed service name as a replacement for "OLD".`

    Why it matters: programs find aliases by these words, and overlook one with a slip in it.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol>
          <note>This entry is an alias of 'quay-log'.</note></record>

    Accepted::

        <record><name>quay-log</name><protocol>tcp</protocol>
          <note>Defined TXT keys: cgi-alias</note></record>
    """
    notes = registry.column(_NOTES).texts_with("entry", "histor", "discover")
    for record, text in registry.records_with(_NOTES, notes):
        if record.service_name:
            message = _near_miss(text, record.index in registry.alias_by_record)
            if message is not None:
                yield Violation(record, _NOTES, message)
    descriptions = registry.column("description").texts_with(*_REPLACING)
    near = [text for text in descriptions if _is_near_replacement(text)]
    for record, _description in registry.records_with("description", near):
        if record.service_name:
            message = "almost the sentence that IANA assigned this name as a replacement"
            yield Violation(record, "description", message)


# Without the first letters, which may be capitals.
_REPLACING = ("eplace", "ell-formed")


def _near_miss(notes: str, is_alias: bool) -> str | None:
    folded = fold(notes)
    if not is_alias and "entry" in folded and _ALIAS.search(notes):
        if _NEAR_ALIAS.is_near(notes):
            return 'almost the sentence `This entry is an alias to "NEW".`'
    if "histor" in folded or "discover" in folded:
        if not HISTORIC_SENTENCE.search(notes) and _NEAR_HISTORIC.is_near(notes):
            return "almost the sentence that this entry is now historic"
    return None


def _is_near_replacement(description: str) -> bool:
    if not any(word in description for word in _REPLACING):
        return False
    if REPLACEMENT_SENTENCE.search(description):
        return False
    return _NEAR_REPLACEMENT.is_near(description)


@rule("AL012", NOTE, "RFC 6335, Section 10.1")
def alias_name_derivation(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is not the old name with hyphens for its illegal characters.

    Section 10.1 derives the new name so; whois++, which became whoispp, is the one exception.

    Why it matters: whoever derives the new name as the section says arrives at another.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-book".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
    """
    for alias in registry.aliases:
        name = alias.assignment.name
        if name not in malformed_names(registry):
            continue
        if name == "whois++" and alias.target_key == "whoispp":
            continue
        derived = "".join(c if c in SERVICE_NAME_CHARACTERS else "-" for c in name)
        if fold(derived) != alias.target_key and SERVICE_NAME.fullmatch(alias.target):
            message = f"the alias is to {quoted(alias.target)}; {quoted(derived)} would follow"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                f"{message} from {quoted(name)}",
                value=alias.target,
            )


@rule("AL013", WARNING, "RFC 6335, Section 10.1")
def legacy_name_not_in_table(registry: Registry) -> Iterator[Violation]:
    """A malformed name is declared an alias, but is none of the names that Section 10.1 lists.

    The section lists 96 names and whois++; no others were to be kept.

    Why it matters: the note alone does not make a malformed name acceptable (it is reported as
    malformed too); a new name should be well-formed from the start.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>

    Accepted::

        <record><name>msl_lmd</name><protocol>tcp</protocol><note>This entry is an alias to
          "msl-lmd".</note></record>
    """
    for alias in registry.aliases:
        name = alias.assignment.name
        if name in malformed_names(registry) and name not in LEGACY_NAMES:
            message = f"{quoted(name)} is none of the names that Section 10.1 keeps as aliases"
            yield Violation(alias.assignment.record, "service_name", message)


@rule("AL014", NOTE, "RFC 6335, Section 5.1")
def alias_target_spelling(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is found, but spelt in another case.

    Case does not count when names are compared (Section 5.1), but a name that is quoted should be
    quoted as it is spelt.

    Why it matters: programs that compare byte by byte do not find the target.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "Quay-Log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol></record>
    """
    for alias in registry.aliases:
        targets = [] if _is_own_target(alias) else _targets(registry, alias)
        if targets and all(target.name != alias.target for target in targets):
            message = f"alias to {quoted(alias.target)}, which is spelt {quoted(targets[0].name)}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                related=related_to("the target", [t.record for t in targets], "service_name"),
            )


@rule("AL015", WARNING, "RFC 6335, Sections 5 and 10")
def synonym_without_note(registry: Registry) -> Iterator[Violation]:
    """www or www-http on port 80 does not say that it duplicates http.

    Section 10 has the notes of both names say that they are duplicate terms for the http service
    and should not be used for discovery.

    Why it matters: a server that advertises "www" is not found by clients that look for "http".

    Flagged::

        <record><name>www</name><protocol>tcp</protocol><number>80</number></record>

    Accepted::

        <record><name>www</name><protocol>tcp</protocol><number>80</number><note>This is a
          duplicate of the "http" service.</note></record>
    """
    for name in ("www", "www-http"):
        for entry in registry.by_name.get(name, []):
            if entry.ports is None or entry.ports.low != 80 or not entry.ports.is_single:
                continue
            notes = fold(entry.record.assignment_notes or "")
            if not ("http" in notes and any(word in notes for word in ("duplicate", "alias"))):
                message = f'{quoted(entry.name)} does not say that it duplicates "http"'
                yield Violation(entry.record, _NOTES, message)
