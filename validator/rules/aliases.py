"""AL: aliases and historic names (RFC 6335, Sections 5 and 10.1).

Section 10.1 gave each malformed name of its table a well-formed one, and put two sentences into the
registry: the old name's notes say that it is an alias, the new name's description says which name
it replaces.  If an alias has several faults, only the first of these is reported: it is its own
target (AL006), it is part of a cycle (AL008), its target is missing (AL001), on another port
(AL002), an alias itself (AL007), or does not say what it replaces (AL003).
"""

from __future__ import annotations

from validator.engine.rule import (
    ERROR,
    MAX_RELATED,
    NOTE,
    WARNING,
    Violation,
    columns,
    related_to,
    rule,
)
from validator.model.aliases import Namesakes, namesakes_of
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
    listing,
    normal_space,
    place,
    quoted,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.engine.rule import Related
    from validator.model.entries import Alias, Assignment
    from validator.model.record import Record

_NOTES = "assignment_notes"
_NAMES_AND_NOTES = columns("service_name", "assignment_notes")
# Of thousands of records that replace one name, as many are compared with each old record.
_MOST_COMPARED = 10
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


def _targets(registry: Registry, alias: Alias) -> Namesakes:
    """The records of the target's name on the port and transport protocol of the alias."""
    return namesakes_of(registry, alias.target_key, alias.assignment)


def _has_target(registry: Registry, alias: Alias) -> bool:
    """Whether there is a record that the alias may mean, other than its own."""
    return len(_targets(registry, alias).entries) > _is_own_target(alias)


def _place(assignment: Assignment) -> str:
    return place(assignment.record.port_number, assignment.record.transport_protocol)


def _is_own_target(alias: Alias) -> bool:
    return alias.target_key == alias.assignment.key


@cached_index
def _cycles(registry: Registry) -> list[list[Alias]]:
    """The cycles of aliases, each once; an alias to itself is not one."""
    aliases = registry.alias_by_record
    following: dict[int, int] = {}
    for index, alias in aliases.items():
        target = None if _is_own_target(alias) else _targets(registry, alias).alias
        if target is not None:
            following[index] = target.record.index
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


def _related(
    message: str, entries: Sequence[Assignment], field: str = "service_name"
) -> tuple[Related, ...]:
    """The places of the first of `entries`, and how many more there are."""
    first = [entry.record for entry in entries[:MAX_RELATED]]
    return related_to(message, first, field, count=len(entries))


def _about_target(alias: Alias, message: str) -> Violation:
    """What is wrong with the name in the sentence of an alias, at this name."""
    return Violation(
        alias.assignment.record, _NOTES, message, value=alias.target, start=alias.start
    )


@rule("AL001", ERROR, "RFC 6335, Section 10.1", needs=("end", *_NAMES_AND_NOTES))
def alias_target_missing(registry: Registry) -> Iterator[Violation]:
    """An alias points to a service name that no record has.

    By Section 10.1, the notes of an old name say which new name it is an alias to.

    Why it matters: the old name is historic, and the name to use instead does not exist.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol></record>
    """
    for alias in registry.aliases:
        # AL009 reports a target that is malformed.
        if alias.target_key not in registry.by_name and SERVICE_NAME.fullmatch(alias.target):
            message = f"alias to {quoted(alias.target)}, but no record has this name"
            yield _about_target(alias, message)


@rule(
    "AL002",
    ERROR,
    "RFC 6335, Section 10.1",
    needs=columns("service_name", "port_number", "transport_protocol", "assignment_notes"),
)
def alias_target_elsewhere(registry: Registry) -> Iterator[Violation]:
    """The target of an alias exists, but on another port or transport protocol.

    By Section 10.1, the new record duplicates the old one except for the name.

    Why it matters: old and new name are the same service only on the same port.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><number>4622</number></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><number>4621</number>
          <note>This entry is an alias to "quay-log".</note></record>
        <record><name>quay-log</name><protocol>tcp</protocol><number>4621</number></record>
    """
    elsewhere: dict[str, str] = {}
    for alias in _proper_aliases(registry):
        entries = registry.by_name.get(alias.target_key)
        if entries and SERVICE_NAME.fullmatch(alias.target) and not _has_target(registry, alias):
            if alias.target_key not in elsewhere:
                places = list(dict.fromkeys(_place(entry) for entry in entries))
                elsewhere[alias.target_key] = listing(places, 3)
            target, here = quoted(alias.target), _place(alias.assignment)
            message = f"alias {here} to {target}, but that name is {elsewhere[alias.target_key]}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                start=alias.start,
                related=_related("the target", entries),
            )


@rule(
    "AL003",
    ERROR,
    "RFC 6335, Section 10.1",
    needs=("end", *columns("service_name", "description", "assignment_notes")),
)
def alias_not_acknowledged(registry: Registry) -> Iterator[Violation]:
    """The target of an alias does not say that it replaces this name.

    By Section 10.1, the description of the new record refers to the original assignment.

    Why it matters: readers of the new name do not learn that the old one exists.

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
    for alias in _proper_aliases(registry):
        targets = _targets(registry, alias)
        # A target that is an alias itself is reported by AL007.
        if not targets.entries or targets.alias is not None:
            continue
        if alias.assignment.key not in targets.replacing:
            target, name = quoted(targets.entries[0].name), quoted(alias.assignment.name)
            message = f"alias to {target}, which does not say that it replaces {name}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                start=alias.start,
                related=_related("the target", targets.entries, "description"),
            )


@rule(
    "AL004",
    ERROR,
    "RFC 6335, Section 10.1",
    needs=("end", *columns("service_name", "description", "assignment_notes")),
)
def replacement_without_alias(registry: Registry) -> Iterator[Violation]:
    """A name replaces another one that has no record or is not declared an alias.

    Section 10.1 keeps the original assignment and adds a note that it is an alias.

    Why it matters: software that uses the old name does not find it, or takes it for current.

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
    on_other_ports = {
        (alias.assignment.key, alias.target_key)
        for alias in registry.aliases
        if not _has_target(registry, alias)
    }
    for entry in registry.replacements:
        assignment = entry.assignment
        olds = namesakes_of(registry, entry.old_key, assignment)
        if olds.alias is not None:
            continue
        if (entry.old_key, assignment.key) in on_other_ports:
            continue  # the old name is an alias on another port: AL002
        if olds.entries:
            message = f"replaces {quoted(entry.old)}, whose notes do not declare it an alias"
        else:
            where = _place(assignment)
            message = f"replaces {quoted(entry.old)}, but no record has this name {where}"
        yield Violation(
            assignment.record,
            "description",
            message,
            value=entry.old,
            start=entry.start,
            related=_related("the old name", olds.entries, _NOTES),
        )


@rule("AL005", ERROR, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_not_historic(registry: Registry) -> Iterator[Violation]:
    """An alias does not say that it is historic.

    By Section 10.1, the note of an alias also says that the old name is historic: not usable for
    use with many common service discovery mechanisms.

    Why it matters: without this sentence both names look current, but only one can be discovered.

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
            message = f"alias to {quoted(alias.target)} lacks the sentence that it is historic"
            yield Violation(alias.assignment.record, _NOTES, message)


@rule("AL006", ERROR, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_to_itself(registry: Registry) -> Iterator[Violation]:
    """A name is an alias to itself.

    An alias leads from an old name to a new one.

    Why it matters: software that follows the alias never arrives at a name to use.

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
            yield Violation(
                alias.assignment.record, _NOTES, message, value=alias.target, start=alias.start
            )


@rule("AL007", ERROR, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_chain(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is itself an alias.

    By Section 10.1, an alias leads to the well-formed primary service name.

    Why it matters: software follows an alias one step and ends at another historic name.

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
        target = _targets(registry, alias).alias
        if target is not None:
            following = registry.alias_by_record[target.record.index]
            message = f"alias to {quoted(alias.target)}, which is itself an alias to"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                f"{message} {quoted(following.target)}",
                value=alias.target,
                start=alias.start,
                related=related_to("the next alias", [target.record], _NOTES),
            )


@rule("AL008", ERROR, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_cycle(registry: Registry) -> Iterator[Violation]:
    """Aliases form a cycle.

    An alias leads to a primary service name, which is not an alias.

    Why it matters: none of the names is the one to use, and software may follow them forever.

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
        more = [f"{len(names) - 4} more"] if len(names) > 4 else []
        path = " -> ".join([*names[:4], *more, names[0]])
        yield Violation(
            first.assignment.record,
            _NOTES,
            f"alias cycle: {path}",
            value=first.target,
            start=first.start,
            related=related_to("part of the cycle", [a.assignment.record for a in others], _NOTES),
        )


@rule("AL009", ERROR, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_target_malformed(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is not a well-formed service name.

    The purpose of aliases (Section 10.1) is a well-formed name in place of a malformed one.

    Why it matters: the name to use instead is as unusable as the old one.

    Flagged::

        <record><name>quay.log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay_log".</note></record>

    Accepted::

        <record><name>quay.log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
    """
    for alias in _proper_aliases(registry):
        if not SERVICE_NAME.fullmatch(alias.target):
            if _targets(registry, alias).alias is not None:
                continue  # AL007
            message = f"alias to {quoted(alias.target)}, which is not a well-formed service name"
            yield _about_target(alias, message)


@rule("AL010", WARNING, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_disagrees(registry: Registry) -> Iterator[Violation]:
    """An old name and its replacement differ in more than the name.

    The new record duplicates the information of the original assignment (Section 10.1): assignee,
    contact, dates, reference and description are the same.

    Why it matters: one of the two records was corrected and the other was not.

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
        # Only two records that name each other are regarded as one assignment.
        replacing = _targets(registry, alias).replacing.get(alias.assignment.key, ())
        for target in replacing[:_MOST_COMPARED]:
            new = _comparable(registry, target.record)
            differing = [field for field in old if old[field] != new[field]]
            if differing:
                differences = listing(differing)
                message = f"alias and its target {quoted(target.name)} differ in {differences}"
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


@rule("AL011", WARNING, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_sentence_near_miss(registry: Registry) -> Iterator[Violation]:
    """A note almost has one of the sentences about aliases.

    The registry always uses the same words: `This entry is an alias to "NEW". This entry is now
    historic, not usable for use with many common service discovery mechanisms.` and `IANA
    assigned this well-formed service name as a replacement for "OLD".`

    Why it matters: programs recognize aliases by these words and miss one with a typo.

    Flagged::

        <record><name>quay-book</name><protocol>tcp</protocol>
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
            yield Violation(record, "description", _expected(_REPLACEMENT))


_HISTORIC = (
    "This entry is now historic, not usable for use with many common service discovery mechanisms."
)
_REPLACEMENT = 'IANA assigned this well-formed service name as a replacement for "OLD".'
# Without the first letters, which may be capitals.
_REPLACING = ("eplace", "ell-formed")


def _expected(sentence: str) -> str:
    return f"expected the sentence `{sentence}`, found a similar one"


def _near_miss(notes: str, is_alias: bool) -> str | None:
    folded = fold(notes)
    if not is_alias and "entry" in folded and _ALIAS.search(notes):
        if _NEAR_ALIAS.is_near(notes):
            return _expected('This entry is an alias to "NEW".')
    if "histor" in folded or "discover" in folded:
        if not HISTORIC_SENTENCE.search(notes) and _NEAR_HISTORIC.is_near(notes):
            return _expected(_HISTORIC)
    return None


def _is_near_replacement(description: str) -> bool:
    if not any(word in description for word in _REPLACING):
        return False
    if REPLACEMENT_SENTENCE.search(description):
        return False
    return _NEAR_REPLACEMENT.is_near(description)


@rule("AL012", NOTE, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def alias_name_derivation(registry: Registry) -> Iterator[Violation]:
    """The target of an alias is not the old name with its illegal characters made hyphens.

    Section 10.1 derives new names this way. The one exception is whois++, which became whoispp.

    Why it matters: software that derives the new name by this rule gets a different one.

    Flagged::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-book".</note></record>

    Accepted::

        <record><name>quay_log</name><protocol>tcp</protocol><note>This entry is an alias to
          "quay-log".</note></record>
    """
    for alias in registry.aliases:
        derived = _derived_name(registry, alias)
        # AL009 reports a target that is malformed.
        is_name = SERVICE_NAME.fullmatch(alias.target)
        if derived and is_name and fold(derived) != alias.target_key:
            message = f"alias target of {quoted(alias.assignment.name)}: expected {quoted(derived)}"
            yield _about_target(alias, f"{message}, found {quoted(alias.target)}")


def _derived_name(registry: Registry, alias: Alias) -> str:
    """The new name that Section 10.1 makes of the malformed name of an alias, else nothing."""
    name = alias.assignment.name
    if name not in malformed_names(registry):
        return ""
    if name == "whois++":
        return "whoispp"
    return "".join(c if c in SERVICE_NAME_CHARACTERS else "-" for c in name)


@rule("AL013", WARNING, "RFC 6335, Section 10.1", needs=_NAMES_AND_NOTES)
def legacy_name_not_in_table(registry: Registry) -> Iterator[Violation]:
    """A malformed name is declared an alias, but Section 10.1 does not list it.

    The section lists 96 names and whois++ that stay in the registry as aliases.

    Why it matters: the note alone does not make a malformed name acceptable. The name is reported
    as malformed, too. A new name should be well-formed from the start.

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
            message = f"{quoted(name)} is not one of the legacy names that Section 10.1 lists"
            yield Violation(alias.assignment.record, "service_name", message)


@rule("AL014", NOTE, "RFC 6335, Section 5.1", needs=_NAMES_AND_NOTES)
def alias_target_spelling(registry: Registry) -> Iterator[Violation]:
    """An alias spells its target in another case than the target's own record.

    Names are compared without case (Section 5.1), but a quoted name should have its own spelling.

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
        targets = Namesakes() if _is_own_target(alias) else _targets(registry, alias)
        if targets.entries and alias.target not in targets.spellings:
            spelling = quoted(targets.entries[0].name)
            message = f"alias to {quoted(alias.target)}, which is spelled {spelling}"
            yield Violation(
                alias.assignment.record,
                _NOTES,
                message,
                value=alias.target,
                start=alias.start,
                related=_related("the target", targets.entries),
            )


@rule(
    "AL015",
    WARNING,
    "RFC 6335, Sections 5 and 10",
    needs=columns("service_name", "port_number", "assignment_notes"),
)
def synonym_without_note(registry: Registry) -> Iterator[Violation]:
    """www or www-http on port 80 has no note that it duplicates http.

    By Section 10, the notes of both names say that they are duplicate terms for the http service
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
                message = f'{quoted(entry.name)} has no note that it duplicates "http"'
                yield Violation(entry.record, _NOTES, message)
