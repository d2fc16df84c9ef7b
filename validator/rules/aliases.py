"""AL: aliases and historic names (RFC 6335, Sections 5 and 10.1).

Section 10.1 gave each malformed name of its table a well-formed one, and put two sentences into the
registry: the old name's notes say that it is an alias, the new name's description says which name
it replaces.  Of several faults of one alias the first of these is reported: it is its own target
(AL006), it lies on a cycle (AL008), its target is missing (AL001), elsewhere (AL002), an alias
itself (AL007), or does not say what it replaces (AL003).
"""

from __future__ import annotations

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, related_to, rule
from validator.model.pattern import pattern
from validator.model.registry import Registry
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
    from validator.model.registry import Alias, Assignment, PortRange

_NOTES = "assignment_notes"
_WORD = pattern(r"[a-z-]++", "a", limited=True)


class _Sentence:
    """A sentence of Section 10.1 as its words, to find where most of them stand together."""

    __slots__ = ("least", "words")

    def __init__(self, sentence: str, missing: int) -> None:
        self.words = sentence.lower().split()
        self.least = len(self.words) - missing

    def is_near(self, text: str) -> bool:
        """Say whether as many words in a row hold all of the sentence but those that may miss.

        One pass over the words, whatever they are.
        """
        wanted: dict[str, int] = {}
        for word in self.words:
            wanted[word] = wanted.get(word, 0) + 1
        size = len(self.words)
        read = _WORD.findall(fold(text))
        held = 0
        for place, word in enumerate(read):
            if word in wanted:
                held += wanted[word] > 0
                wanted[word] -= 1
            if place >= size and (gone := read[place - size]) in wanted:
                wanted[gone] += 1
                held -= wanted[gone] > 0
            if held >= self.least:
                return True
        return False


_NEAR_ALIAS = _Sentence("this entry is an alias to", 2)
_NEAR_HISTORIC = _Sentence(
    "this entry is now historic not usable for use with many common service discovery mechanisms", 5
)
_NEAR_REPLACEMENT = _Sentence("iana assigned this well-formed service name as a replacement for", 3)
# "alias" with a slip in it.
_ALIAS = pattern(r"\ba(?:l+i+a+s|lais|ilas|lia|las|lies)(?:e?s|ed)?\b", "i", limited=True)


def _place(assignment: Assignment) -> tuple[PortRange | None, str | None]:
    return assignment.ports, assignment.transport


def _where(assignment: Assignment) -> str:
    record = assignment.record
    port = f"port {record.port_number}" if record.port_number else "no port"
    transport = record.transport_protocol or "no transport protocol"
    return f"{port} and {transport}"


def _targets(registry: Registry, alias: Alias) -> list[Assignment]:
    """The records of the target's name on the port and transport protocol of the alias."""
    place = _place(alias.assignment)
    held = registry.at(alias.target_key, *place)
    return [entry for entry in held if entry is not alias.assignment]


def _is_own_target(alias: Alias) -> bool:
    return alias.target_key == alias.assignment.key


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
    for alias in registry.aliases:
        if _is_own_target(alias) or alias.assignment.record.index in registry.cyclic_aliases:
            continue
        elsewhere = registry.by_name.get(alias.target_key)
        if not SERVICE_NAME.fullmatch(alias.target):
            continue
        if elsewhere and not _targets(registry, alias):
            places = list(dict.fromkeys(_where(entry) for entry in elsewhere))
            shown = "; ".join(places[:3]) + (" and others" if len(places) > 3 else "")
            here = _where(alias.assignment)
            message = f"alias to {quoted(alias.target)} with {here}, but that stands with {shown}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                related=related_to("the target", [e.record for e in elsewhere], "service_name"),
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
    replaced = {(entry.assignment.record.index, entry.old_key) for entry in registry.replacements}
    for alias in registry.aliases:
        record = alias.assignment.record
        if _is_own_target(alias) or record.index in registry.cyclic_aliases:
            continue
        targets = _targets(registry, alias)
        # A target that is an alias itself is AL007's.
        if not targets or any(entry.record.index in registry.alias_records for entry in targets):
            continue
        key = alias.assignment.key
        if not any((entry.record.index, key) in replaced for entry in targets):
            name = quoted(alias.assignment.name)
            message = f"{quoted(targets[0].name)} does not say that it replaces {name}"
            yield Violation(
                record,
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
          IANA assigned this well-formed service name as a replacement for "quay_log".</description>
          <number>4621</number></record>

    Accepted::

        <record><name>quay-log</name><protocol>tcp</protocol><description>Quay log
          IANA assigned this well-formed service name as a replacement for "quay_log".
          </description><number>4621</number></record>
        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
    """
    astray = {
        (alias.assignment.key, alias.target_key)
        for alias in registry.aliases
        if not _targets(registry, alias)
    }
    for entry in registry.replacements:
        assignment = entry.assignment
        held = registry.at(entry.old_key, *_place(assignment))
        if any(other.record.index in registry.alias_records for other in held):
            continue
        if (entry.old_key, assignment.key) in astray:
            continue  # the old name says so on another port: AL002
        if held:
            message = f"said to replace {quoted(entry.old)}, which does not say that it is an alias"
        else:
            message = f"said to replace {quoted(entry.old)}, which has no record here"
        yield Violation(
            assignment.record,
            "description",
            message,
            value=entry.old,
            related=related_to("the old name", [other.record for other in held], _NOTES),
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
                continue  # the sentence stands there, with a slip: AL011
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
    for alias in registry.aliases:
        record = alias.assignment.record
        if _is_own_target(alias) or record.index in registry.cyclic_aliases:
            continue
        for target in _targets(registry, alias):
            following = registry.alias_records.get(target.record.index)
            if following is not None:
                message = f"alias to {quoted(alias.target)}, which is an alias to"
                yield Violation(
                    record,
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
    for cycle in registry.alias_cycles:
        # Blame the same record in whatever order the file has them.
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
    for alias in registry.aliases:
        if not SERVICE_NAME.fullmatch(alias.target) and not _is_own_target(alias):
            # A chain or a circle is reported as such.
            if alias.assignment.record.index in registry.cyclic_aliases:
                continue
            if any(t.record.index in registry.alias_records for t in _targets(registry, alias)):
                continue
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
    replaced = {(entry.assignment.record.index, entry.old_key) for entry in registry.replacements}
    for alias in registry.aliases:
        if _is_own_target(alias):
            continue
        for target in _targets(registry, alias):
            # Only a pair that acknowledges each other is held to be one assignment.
            if (target.record.index, alias.assignment.key) not in replaced:
                continue
            differing = _differences(registry, alias.assignment.record, target.record)
            if differing:
                message = f"differs from {quoted(target.name)} in {' and '.join(differing)}"
                yield Violation(
                    alias.assignment.record,
                    differing[0].replace(" ", "_"),
                    message,
                    related=related_to("the target", [target.record], "service_name"),
                )
            break


def _differences(registry: Registry, old: Record, new: Record) -> list[str]:
    found = []
    if _description(old) != _description(new):
        found.append("description")
    if {c.data for c in registry.assignees(old)} != {c.data for c in registry.assignees(new)}:
        found.append("assignee")
    if {c.data for c in old.contact} != {c.data for c in new.contact}:
        found.append("contact")
    if (old.registration_date or "") != (new.registration_date or ""):
        found.append("registration date")
    if (old.modification_date or "") != (new.modification_date or ""):
        found.append("modification date")
    if {c.display for c in old.reference} != {c.display for c in new.reference}:
        found.append("reference")
    return found


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

        <record><name>quay-book</name><protocol>tcp</protocol>
          <note>This entry is an alias of 'quay-log'.</note></record>

    Accepted::

        <record><name>quay-log</name><protocol>tcp</protocol>
          <note>Defined TXT keys: cgi-alias</note></record>
    """
    for record, notes in registry.having(
        _NOTES, registry.holding(_NOTES, "entry", "histor", "discover")
    ):
        if record.service_name:
            near = _near_miss_in_notes(notes, record.index in registry.alias_records)
            if near is not None:
                yield Violation(record, _NOTES, near)
    near_ones = filter(_replacement_is_near, registry.holding("description", *_REPLACING))
    for record, _description in registry.having("description", near_ones):
        if record.service_name:
            message = "almost the sentence that IANA assigned this name as a replacement"
            yield Violation(record, "description", message)


_REPLACING = ("eplace", "ell-formed")


def _near_miss_in_notes(notes: str, declared: bool) -> str | None:
    folded = fold(notes)
    if not declared and "entry" in folded and _ALIAS.search(notes):
        if _NEAR_ALIAS.is_near(notes):
            return 'almost the sentence `This entry is an alias to "NEW".`'
    if "histor" in folded or "discover" in folded:
        if not HISTORIC_SENTENCE.search(notes) and _NEAR_HISTORIC.is_near(notes):
            return "almost the sentence that this entry is now historic"
    return None


def _replacement_is_near(description: str) -> bool:
    # Capitals begin words.
    if not any(words in description for words in _REPLACING):
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
        if alias.assignment.name not in registry.malformed_names:
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
        if name in registry.malformed_names and name not in LEGACY_NAMES:
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
