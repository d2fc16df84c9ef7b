"""Which column of a private list means what, and what is said of those that are missing."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

from validator.consumers.entry import UNREAD, ConsumerFile, LineFault, Word
from validator.consumers.range_columns import range_pairs
from validator.engine.rule import ERROR, NOTE, WARNING
from validator.errors import nearest
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

# The headings of each column, in lower case; of several in one table the first listed counts.
# `valid_until`, `valid-until` and `validUntil` are "valid until".
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "service", "service name", "name", "application", "app", "component", "exporter", "label",
        "bundle / service", "port description", "description",
    ),
    "port": (
        "port", "ports", "port number", "number", "portnumber", "default port", "ports / range",
        "port/range", "range",
    ),
    "transport": (
        "protocol", "transport", "transport protocol", "proto", "tcp/udp",
    ),
    "owner": (
        "owner", "team", "contact", "maintainer", "responsible", "assignee", "requested by",
    ),
    "expiry": ("expires", "expiry", "until", "valid until", "end date"),
    "group": ("group",),
    "status": ("status", "state"),
    "deprecated": ("deprecated",),
    "host": (),
}  # fmt: skip
# Those that may be misspelled: "Numbers", "Ranges" and "Default" say nothing of ports.
PORT_HEADINGS = ("port", "ports", "portnumber", "port number")
# A heading of ports where none of those above is there; a container's ports are not the host's.
_PORT_WORD = re.compile(
    r"(?<![a-z])(?:ports?|puertos?|portas?|poort|portti|c\u1ed5ng)(?![a-z])|^portnumber$|^range$"
    r"|\u043f\u043e\u0440\u0442|\u7aef\u53e3|\u6e2f\u53e3|\u30dd\u30fc\u30c8|\ud3ec\ud2b8"
)
# Words of headings and keys whose numbers count or measure something, or that only look like a
# word and "port": `viewPort`.  A `rate limit port` is a port, and MinIO is a service.
_MEASURE = re.compile(
    r"\b(?:max(?:imum)?|min(?:imum)?(?! io)|(?:air|ex|im|pass|re|sea|sup|trans|view) ports?"
    r"|ports? speed|speed of|(?:total|count|(?<!port )num(?:ber)? of|num (?=\w)|limits?|timeouts?"
    r"|interval|delay|ttl|retries|replicas|seconds|ms)\b(?!.* port(?: num(?:ber)?)?\Z))\b"
)
_WITHIN = ": its ports are within a container, or internal"
_INSIDE = re.compile(
    r"container|conten|target|guest|intern(?!et|ation)|inner|inside"
    r"|\u0432\u043d\u0443\u0442\u0440|\u043a\u043e\u043d\u0442\u0435\u0439\u043d"
    r"|\u5bb9\u5668|\u5185\u90e8|\u30b3\u30f3\u30c6\u30ca|\ub0b4\ubd80|\ucee8\ud14c\uc774\ub108"
)
# Ports that a service has no more.
_FORMER = re.compile(
    r"(?<![a-z])(?:old|original|previous|former|formerly|before|deprecated|antiguo|anterior|ancien)"
    r"(?![a-z])|\u65e7"
)
_ENTRY_CELL = re.compile(r"[0-9][0-9\s/,;:\u2013-]*")
# A configuration with more headings is nothing that anybody copies.
_MOST_PROPOSED = 12
LONGEST_HEADING = 40
_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]")
_PARTS = re.compile(r"[/|(),&]")
_LONGEST_WORDS = 200
# A misspelled heading is no shorter.
_SHORTEST_NEAR = 4
# How many headings of a table or row may be misspelled ones.
_MOST_HEADINGS = 32


class Layout:
    """What the columns under some headings mean.

    `words` are the headings as the usual ones are written; `columns` has the index of each role,
    `ports` those of all columns of ports; `is_listed` says whether they have a usual heading, or a
    configured one.  `repeated` and `unread` are the indexes of headings that are there a second
    time, and of further columns with the word port.
    """

    __slots__ = ("_places", "columns", "is_listed", "ports", "repeated", "unread", "words")

    def __init__(self, headings: Sequence[str], rules: PrivateRules) -> None:
        texts = [folded_heading(text) for text in headings]
        self.words = [heading_words(text) for text in headings]
        first = {text: index for index, text in reversed([*enumerate(texts)])}
        # A heading as it is written counts before one that only has the same words.
        self._places = {words: at for at, words in reversed([*enumerate(self.words)])} | first
        columns = self.columns = self._columns(rules)
        port = columns.get("port")
        self.is_listed = port is not None and (
            bool(rules.ports) or is_usual("port", headings[port])
        )
        self.ports = self._ports(rules)
        used = {texts[index] for index in columns.values()}
        later = {*range(len(texts))} - {*first.values()} - {*self.ports}
        self.repeated = [index for index in sorted(later) if texts[index] in used]
        further = [] if rules.ports else _with_port(self.words, {*self.ports, *columns.values()})
        # What is there twice is reported as that.
        self.unread = [index for index in further if first[texts[index]] == index]

    def _columns(self, rules: PrivateRules) -> dict[str, int]:
        places, columns = self._places, {}
        for role, known in _headings_of(rules):
            heading = next(filter(places.__contains__, known), None)
            if heading is not None:
                columns[role] = places[heading]
        if "name" not in rules.columns:
            self._add("name", self._names(columns.values()), columns)
        if not rules.ports:
            self._add("port", _ports_by_word(self.words, {*columns.values()}), columns)
        further: Sequence[str] = rules.required
        if "transport" not in columns:
            further = ("tcp", "udp", *further)
        for heading in further:
            if heading.lower() in places and heading not in columns:
                columns[heading] = places[heading.lower()]
        return columns

    @staticmethod
    def _add(role: str, indexes: Sequence[int], columns: dict[str, int]) -> None:
        """Add the first of some columns where none has the role."""
        if indexes:
            columns.setdefault(role, indexes[0])

    def _names(self, used: Iterable[int]) -> list[int]:
        """The heading that is a usual one of names in one of its parts: `Service / container`."""
        parts = [{part.strip() for part in _PARTS.split(words)} for words in self.words]
        others = {*used, *_with_port(self.words, ())}
        return [
            index
            for known in COLUMNS["name"]
            for index, part in enumerate(parts)
            if known in part and index not in others
        ]

    def _ports(self, rules: PrivateRules) -> list[int]:
        if rules.ports:
            known = dict.fromkeys(text.lower() for text in rules.ports)
            return [self._places[text] for text in known if text in self._places]
        others = {index for role, index in self.columns.items() if role != "port"}
        ports = _ports_by_word(self.words, others)
        if not self.is_listed:
            return ports
        # Beside a usual heading only the ends of ranges are ports of the same service.
        ends = {ports[i] for i in chain(*range_pairs(tuple([self.words[i] for i in ports])))}
        return sorted({self.columns["port"], *ends})


def layout_of(headings: Sequence[Word], rules: PrivateRules) -> Layout:
    """What the columns under `headings` mean."""
    return _layout(tuple([word.text for word in headings]), rules)


@lru_cache(maxsize=64)  # each row of a document has headings, and most have the same
def _layout(headings: tuple[str, ...], rules: PrivateRules) -> Layout:
    return Layout(headings, rules)


def has_listed_port(headings: Sequence[Word], rules: PrivateRules) -> bool:
    """Say whether a column of ports has a usual heading, or a configured one."""
    return layout_of(headings, rules).is_listed


def columns_of(headings: Sequence[Word], rules: PrivateRules) -> Mapping[str, int]:
    """The index of each column that is known, by its role: `name`, `port`, `transport` ..."""
    return layout_of(headings, rules).columns


def _headings_of(rules: PrivateRules) -> Iterator[tuple[str, list[str]]]:
    """Each role with its headings: those of the configuration, else the usual ones."""
    # A column that the configuration names has no other role.
    configured = [heading for headings in rules.columns.values() for heading in headings]
    named = {form(heading) for heading in configured for form in (folded_heading, heading_words)}
    for role, known in COLUMNS.items():
        if role in rules.columns:
            yield role, [heading.lower() for heading in rules.columns[role]]
        else:
            yield role, [heading for heading in known if heading not in named]


def is_usual(role: str, heading: str) -> bool:
    """Say whether a heading is a usual one of a role."""
    return not {folded_heading(heading), heading_words(heading)}.isdisjoint(COLUMNS[role])


def by_word(headings: Sequence[Word]) -> list[int]:
    """The indexes of the headings with the word port."""
    return _ports_by_word([heading_words(word.text) for word in headings], ())


def _ports_by_word(words: Sequence[str], used: Container[int]) -> list[int]:
    """As `_with_port`; those within a container and former ones only if there are no others."""
    found = _with_port(words, used)
    return [index for index in found if not _is_another(words[index])] or found


def _with_port(words: Sequence[str], used: Container[int]) -> list[int]:
    """The columns with the word port in their headings, without those that are `used`."""
    return [
        index
        for index, text in enumerate(words)
        if index not in used and _PORT_WORD.search(text) and not _MEASURE.search(text)
    ]


def is_measure(heading: str, numbers: Iterable[str] = ()) -> bool:
    """Say whether different numbers count or measure something because their heading says so.

    One that says port as well does so only of a single number.
    """
    words = heading_words(heading)
    is_port = _PORT_WORD.search(words) is not None and len({*numbers}) > 1
    return _MEASURE.search(words) is not None and not is_port


def is_port_heading(heading: str) -> bool:
    """Say whether a heading has the word port."""
    return _PORT_WORD.search(heading_words(heading)) is not None


def is_another_port(heading: str) -> bool:
    """Say whether a heading is of ports inside a container, or of former ones."""
    return _is_another(heading_words(heading))


def _is_another(words: str) -> bool:
    return _INSIDE.search(words) is not None or _FORMER.search(words) is not None


def folded_heading(text: str) -> str:
    """A heading as it is compared."""
    return " ".join(text.lower().replace("(s)", "").split())


@lru_cache(maxsize=1024)
def heading_words(text: str) -> str:
    """The words of a heading in lower case: `hostPort` and `host_port` have two."""
    return folded_heading(_BETWEEN_WORDS.sub(" ", text[:_LONGEST_WORDS]))


def repeated_headings(headings: Sequence[Word], rules: PrivateRules) -> Iterator[LineFault]:
    """Yield a fault for each heading of a known column that is there a second time."""
    for index in layout_of(headings, rules).repeated:
        word = headings[index]
        message = f"{quoted(word.text)} is repeated: only the first is read"
        yield LineFault(UNREAD, message, word.offset, "line", word.text)


def unread_column(heading: Word, why: str) -> LineFault:
    """Return the note that a column is not read; `why` goes on with the sentence."""
    message = f"{quoted(heading.text)} is not read{why}"
    return LineFault("CS404", message, heading.offset, "line", heading.text, severity=NOTE)


def unread_ports(
    headings: Sequence[Word],
    rules: PrivateRules,
    known: Iterable[int],
    looks_like_ports: Callable[[int], bool],
    reason: str,
) -> Iterator[tuple[int, LineFault]]:
    """Yield a note, and which column, for each one of ports that is not read.

    It has the word port, or `looks_like_ports`, which is the `reason`, and is none of the `known`
    ones.
    """
    layout = layout_of(headings, rules)
    for index in layout.unread:
        word, words = headings[index], layout.words[index]
        is_inside = _INSIDE.search(words) and not _FORMER.search(words)
        yield index, unread_column(word, _WITHIN if is_inside else "")
    used = {*known, *layout.unread, *layout.repeated}
    ends = {*chain(*range_pairs(tuple(layout.words)))}
    for index, word in enumerate(headings if layout.ports and not rules.ports else ()):
        if index not in used and word.text and looks_like_ports(index):
            fault = unread_column(word, f", and {reason}")
            # Without an end the ports of a range are not compared.
            fault.severity = ERROR if index in ends else NOTE
            yield index, fault


def further_ports_hint(read: Iterable[str], unread: Iterable[str], rules: PrivateRules) -> str:
    """The configuration for headings of ports that are read, and others that are not.

    Those of ports within a container and of former ones are in neither.
    """
    texts = [text for text in (*read, *unread) if not is_another_port(text)]
    return configuration_hint({"port": texts}, rules, is_needed=True)


def configuration_hint(
    columns: Mapping[str, Sequence[str]],
    rules: PrivateRules,
    what: str = "it",
    *,
    is_needed: bool = False,
    present: Container[str] | None = None,
) -> str:
    """How a message ends that says which headings a configuration has to name.

    `columns` has the headings by role, `what` is what they are of.  Where all headings of a role
    are usual ones, it need not be named, unless more than one is to be read.  What is configured
    stays, unless it is none of the headings that are `present`.
    """
    added = {
        role: texts
        for role, texts in columns.items()
        if is_needed or role in rules.columns or not all(is_usual(role, text) for text in texts)
    }
    roles = [role for role in COLUMNS if role in rules.columns or role in added]
    old = {role: _different(rules.columns.get(role, ())) for role in roles}
    new = {role: _different((*old[role], *added.get(role, ()))) for role in roles}
    if new == old:
        return ""
    if present is not None:
        new = {role: [t for t in new[role] if folded_heading(t) in present] for role in roles}
    parts = ", ".join([f"{role} = {_as_toml(texts)}" for role, texts in new.items() if texts])
    return f"; [audit.private] columns = {{{parts}}} reads {what}"


def _as_toml(headings: Sequence[str]) -> str:
    texts = ", ".join(map(quoted, headings[:_MOST_PROPOSED]))
    return f"[{texts}]" if len(headings) > 1 else texts


def _different(headings: Iterable[str]) -> list[str]:
    """Headings without those that are empty, or the same as an earlier one."""
    folded: dict[str, str] = {}
    for text in filter(None, headings):
        folded.setdefault(folded_heading(text), text)
    return [*folded.values()]


def all_words(headings: Iterable[Word]) -> frozenset[str]:
    """Headings as they are compared, and their words."""
    forms = (folded_heading, heading_words)
    return frozenset(form(word.text) for word in headings for form in forms)


def usual_hint(
    file: ConsumerFile, headings: Sequence[Word], rules: PrivateRules, ports: Sequence[str] = ()
) -> str:
    """The configuration with the usual headings of a list for configured ones that it lacks.

    `ports` are unusual headings of ports.
    """
    found, usual = columns_of(headings, rules), columns_of(headings, rules.without_columns())
    columns = {
        role: [headings[usual[role]].text]
        for role in rules.columns
        if role not in found and usual.get(role, -1) not in (-1, *found.values())
    }
    if ports:
        columns["port"] = [*ports]
    return configuration_hint(columns, rules, present=file.headings)


def require_ports(file: ConsumerFile, headings: Sequence[Word], rules: PrivateRules) -> None:
    """Report the configured columns of ports that no table has."""
    texts = {folded_heading(word.text) for word in headings}
    missing = [heading for heading in rules.ports if heading.lower() not in texts]
    if len(missing) == len(rules.ports):
        return  # reported as the column of ports
    for heading in missing:
        message = f"no column {quoted(heading)}{_similar(_near_heading([heading], headings, ()))}"
        file.add_fault("CS404", message, 0, "line", heading)


def require_columns(
    file: ConsumerFile,
    columns: Container[str],
    rules: PrivateRules,
    offset: int,
    headings: Sequence[Word],
    hint: str = "",
) -> None:
    """Report the columns that are missing: of ports, and those that the configuration names."""
    # Where there are no ports, no cell is read that could be required.
    required = rules.required if "port" in columns else ()
    for role in dict.fromkeys(("port", *rules.columns, *required)):
        if role not in columns:
            missing_column(file, role, offset, headings, rules, hint=hint)
    if rules.groups and "group" not in columns and "group" not in rules.columns:
        # Another list of the same configuration may have the groups.
        missing_column(file, "group", offset, headings, rules, WARNING)


def missing_column(
    file: ConsumerFile,
    role: str,
    offset: int,
    headings: Sequence[Word],
    rules: PrivateRules,
    severity: Severity | None = None,
    hint: str = "",
) -> None:
    """Report a column that a list lacks, with the headings that it has."""
    columns = rules.columns.get(role, (role,))
    texts = ", ".join([quoted(word.text) for word in headings[:12]])
    adjective = "required " if role in rules.required else ""
    message = f"no {adjective}column {' or '.join(map(quoted, columns))}"
    message += f": the headings are {texts}" if texts else ""
    near = heading_hint(role, headings, rules, only_one_letter=bool(hint))
    message += near or _missing_hint(file, role, headings, rules, hint)
    if near and hint and role not in rules.columns:
        message += f" Otherwise{hint.removeprefix(';')}"
    file.add_fault("CS404", message, offset, "line", columns[0], severity=severity)


def _missing_hint(
    file: ConsumerFile, role: str, headings: Sequence[Word], rules: PrivateRules, hint: str
) -> str:
    """What to do about a column that is missing: `hint`, unless something else is plain."""
    if role == "group" and role not in rules.columns:
        return "; the ranges of groups are not applied" + _group_hint(headings, rules)
    if role not in ("name", "port"):
        return usual_hint(file, headings, rules)
    if role not in rules.columns and any(_ENTRY_CELL.fullmatch(word.text) for word in headings):
        return "; the first row looks like an entry: a list needs headings, such as service,port"
    return hint or usual_hint(file, headings, rules)


def _group_hint(headings: Sequence[Word], rules: PrivateRules) -> str:
    """The configuration that takes the teams of a list for its groups, else its owners."""
    texts = {folded_heading(word.text): word.text for word in headings}
    party = next((texts[text] for text in ("team", *COLUMNS["owner"]) if text in texts), None)
    return "" if party is None else configuration_hint({"group": [party]}, rules)


def _near_heading(
    known: Sequence[str], headings: Sequence[Word], used: Iterable[int]
) -> tuple[str, str] | None:
    """The one of `known` that a heading is a misspelling of, and this heading."""
    for index, word in enumerate(headings[:_MOST_HEADINGS]):
        if index not in used and len(word.text) >= _SHORTEST_NEAR:
            if near := nearest(word.text, known):
                return near, word.text
    return None


def near_role(role: str, headings: Sequence[Word], rules: PrivateRules) -> tuple[str, str] | None:
    """The heading of a role that one of `headings` is a misspelling of, and this one."""
    columns = columns_of(headings, rules)
    if not _is_named(role, rules):
        known = COLUMNS[role] if role != "port" else PORT_HEADINGS
        return _near_heading(known, headings, {*columns.values()})
    # What the configuration names may have another role where it is spelled so.
    used = {index for other, index in columns.items() if _is_named(other, rules)}
    return _near_heading(rules.columns.get(role, (role,)), headings, used)


def _is_named(role: str, rules: PrivateRules) -> bool:
    """Say whether a heading of a role is in the configuration: in `columns`, or in `require`."""
    return role in rules.columns or role not in COLUMNS


def heading_hint(
    role: str, headings: Sequence[Word], rules: PrivateRules, *, only_one_letter: bool = False
) -> str:
    """Say which heading may be misspelled.

    With `only_one_letter` one that differs in more from a usual heading is a word of its own.
    """
    near = near_role(role, headings, rules)
    if _is_named(role, rules):
        return _similar(near)
    if near is not None and only_one_letter:
        from rapidfuzz.distance import OSA

        if OSA.distance(near[0], near[1].lower()) > 1:
            return ""
    return "" if near is None else f"; did you mean {quoted(near[0])} for {quoted(near[1])}?"


def _similar(near: tuple[str, str] | None) -> str:
    """What a list has instead of a configured heading: either may be misspelled."""
    return "" if near is None else f"; is {quoted(near[1])} meant?"
