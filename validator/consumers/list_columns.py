"""Which column of a private list means what, and what is said of those that are missing."""

from __future__ import annotations

import re
from functools import lru_cache

from validator.consumers.entry import UNREAD, ConsumerFile, LineFault, Word
from validator.consumers.port_cells import is_port_cell
from validator.consumers.tables import Row
from validator.engine.rule import NOTE, WARNING
from validator.errors import nearest
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from validator.consumers.case import PrivateRules
    from validator.engine.rule import Severity

# The headings of each column, in lower case; of several in one table the first listed counts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "service", "service name", "service_name", "name", "application", "app", "component",
        "exporter", "label", "bundle / service", "port description", "description",
    ),
    "port": (
        "port", "ports", "port number", "port_number", "number", "portnumber", "default port",
        "ports / range", "port/range", "range",
    ),
    "transport": (
        "protocol", "transport", "transport protocol", "transport_protocol", "proto", "tcp/udp",
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
# A heading of ports where none of those above is there; a container's ports are not the host's.
_PORT_WORD = re.compile(r"(?<![a-z])ports?(?![a-z])|^portnumber$|^range$")
_INSIDE = re.compile(r"container|target|guest")
_LETTERS = re.compile(r"[^\W\d_]{2}")
LONGEST_HEADING = 40
# A misspelled heading is no shorter.
_SHORTEST_NEAR = 4
# How many headings of a table or row may be misspelled ones.
_MOST_HEADINGS = 32


class Sample:
    """What shows which heading may be meant: the first rows, and headings of other tables."""

    __slots__ = ("other_headings", "rows")

    def __init__(self, rows: Sequence[Row], other_headings: Sequence[str] = ()) -> None:
        self.rows = rows
        self.other_headings = other_headings


class Layout:
    """What the columns under some headings mean.

    `texts` are the headings as they are compared; `columns` has the index of each role, `ports`
    those of all columns of ports; `is_listed` says whether they have a usual heading, or a
    configured one.  `repeated` and `unread` are the indexes of headings that are there a second
    time, and of further columns with the word port.
    """

    __slots__ = ("columns", "is_listed", "ports", "repeated", "texts", "unread")

    def __init__(self, headings: Sequence[str], rules: PrivateRules) -> None:
        texts = self.texts = [folded_heading(text) for text in headings]
        columns = self.columns = _columns_of(texts, rules)
        port = columns.get("port")
        self.is_listed = port is not None and (bool(rules.ports) or texts[port] in COLUMNS["port"])
        others = [index for role, index in columns.items() if role != "port"]
        if rules.ports:
            self.ports = [texts.index(t.lower()) for t in rules.ports if t.lower() in texts]
        elif self.is_listed:
            self.ports = [columns["port"]]
        else:
            self.ports = _ports_by_word(texts, others)
        used = {texts[index] for index in columns.values()}
        first = {text: index for index, text in reversed([*enumerate(texts)])}
        self.repeated = [i for i, text in enumerate(texts) if text in used and first[text] != i]
        # What is there twice is reported as that.
        further = [] if rules.ports else _ports_by_word(texts, [*self.ports, *columns.values()])
        self.unread = [index for index in further if first[texts[index]] == index]


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


def _columns_of(texts: Sequence[str], rules: PrivateRules) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    for role, known in _headings_of(rules):
        heading = next(filter(texts.__contains__, known), None)
        if heading is not None:
            columns[role] = texts.index(heading)
    if "port" not in columns and not rules.ports:
        columns.update(("port", index) for index in _ports_by_word(texts, columns.values())[:1])
    further: Sequence[str] = rules.required
    if "transport" not in columns:
        further = ("tcp", "udp", *further)
    for heading in further:
        if heading.lower() in texts and heading not in columns:
            columns[heading] = texts.index(heading.lower())
    return columns


def _headings_of(rules: PrivateRules) -> Iterator[tuple[str, list[str]]]:
    """Each role with its headings: those of the configuration, else the usual ones."""
    # A column that the configuration names has no other role.
    named = {heading.lower() for headings in rules.columns.values() for heading in headings}
    for role, known in COLUMNS.items():
        if role in rules.columns:
            yield role, [heading.lower() for heading in rules.columns[role]]
        else:
            yield role, [heading for heading in known if heading not in named]


def _ports_by_word(texts: Sequence[str], used: Iterable[int]) -> list[int]:
    """The columns with the word port in their headings, without those that have another role."""
    others = {*used}
    found = [i for i, text in enumerate(texts) if _PORT_WORD.search(text) and i not in others]
    return [index for index in found if not _INSIDE.search(texts[index])] or found


def by_word(headings: Sequence[Word]) -> list[int]:
    """The indexes of the headings with the word port."""
    return _ports_by_word([folded_heading(word.text) for word in headings], ())


def folded_heading(text: str) -> str:
    """A heading as it is compared."""
    return " ".join(text.lower().replace("(s)", "").split())


def repeated_headings(headings: Sequence[Word], rules: PrivateRules) -> Iterator[LineFault]:
    """Yield a fault for each heading of a known column that is there a second time."""
    for index in layout_of(headings, rules).repeated:
        word = headings[index]
        message = f"{quoted(word.text)} is repeated: only the first is read"
        yield LineFault(UNREAD, message, word.offset, "line", word.text)


def unread_ports(headings: Sequence[Word], rules: PrivateRules) -> Iterator[LineFault]:
    """Yield a note for each column with the word port in its heading that is not read."""
    layout = layout_of(headings, rules)
    for index in layout.unread:
        word = headings[index]
        read = [headings[index].text for index in layout.ports]
        message = f"{quoted(word.text)} is not read"
        message += _configuration_hint("port", [*read, word.text])
        yield LineFault("CS404", message, word.offset, "line", word.text, severity=NOTE)


def _configuration_hint(role: str, headings: Sequence[str]) -> str:
    texts = ", ".join(map(quoted, headings))
    value = f"[{texts}]" if len(headings) > 1 else texts
    return f"; [audit.private] columns = {{{role} = {value}}} reads it"


def require_ports(file: ConsumerFile, headings: Sequence[Word], rules: PrivateRules) -> None:
    """Report the configured columns of ports that no table has."""
    texts = {folded_heading(word.text) for word in headings}
    missing = [heading for heading in rules.ports if heading.lower() not in texts]
    if len(missing) == len(rules.ports):
        return  # reported as the column of ports
    for heading in missing:
        message = f"no column {quoted(heading)}{_similar(_near_heading([heading], headings, ()))}"
        file.faults.append(LineFault("CS404", message, 0, "line", heading))


def require_columns(
    file: ConsumerFile,
    columns: Container[str],
    rules: PrivateRules,
    offset: int,
    headings: Sequence[Word],
    sample: Sample | None = None,
) -> None:
    """Report the columns that are missing: of ports, and those that the configuration names."""
    # Where there are no ports, no cell is read that could be required.
    required = rules.required if "port" in columns else ()
    for role in dict.fromkeys(("port", *rules.columns, *required)):
        if role not in columns:
            missing_column(file, role, offset, headings, rules, sample=sample)
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
    sample: Sample | None = None,
) -> None:
    """Report a column that a list lacks, with the headings that it has."""
    columns = rules.columns.get(role, (role,))
    texts = ", ".join([quoted(word.text) for word in headings[:12]])
    adjective = "required " if role in rules.required else ""
    message = f"no {adjective}column {' or '.join(map(quoted, columns))}"
    message += f": the headings are {texts}" if texts else ""
    message += heading_hint(role, headings, rules) or _missing_hint(
        role, headings, rules, sample or Sample([])
    )
    file.faults.append(LineFault("CS404", message, offset, "line", columns[0], severity=severity))


def _missing_hint(role: str, headings: Sequence[Word], rules: PrivateRules, sample: Sample) -> str:
    """What to do about a column that is missing under each usual heading."""
    if role == "group" and role not in rules.columns:
        return "; the ranges of groups are not applied"
    if role in rules.columns or role not in ("name", "port"):
        return ""
    if any(is_port_cell(word.text) for word in headings):
        return "; the first row looks like an entry: a list needs headings, such as service,port"
    likely = _likely(role, headings, rules, sample.rows)
    return _configuration_hint(role, [*sample.other_headings, likely]) if likely else ""


def _likely(role: str, headings: Sequence[Word], rules: PrivateRules, rows: Sequence[Row]) -> str:
    """The heading that may be meant: with the word port, or above cells that fit; else nothing."""
    columns = columns_of(headings, rules)
    if role in columns and len(headings[columns[role]].text) <= LONGEST_HEADING:
        return headings[columns[role]].text
    fits = is_port_cell if role == "port" else _LETTERS.search
    for index, word in enumerate(headings):
        cells = [row.cells[index].text for row in rows if index < len(row.cells)]
        fitting = sum(bool(fits(text)) for text in cells)
        if index not in columns.values() and fitting * 2 > len(cells):
            return word.text
    return ""


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
    if role not in rules.columns:
        return _near_heading(COLUMNS.get(role, (role,)), headings, {*columns.values()})
    # What the configuration names may have another role where it is spelled so.
    used = {index for other, index in columns.items() if other in rules.columns}
    return _near_heading(rules.columns[role], headings, used)


def heading_hint(role: str, headings: Sequence[Word], rules: PrivateRules) -> str:
    near = near_role(role, headings, rules)
    if role in rules.columns:
        return _similar(near)
    return "" if near is None else f"; did you mean {quoted(near[0])} for {quoted(near[1])}?"


def _similar(near: tuple[str, str] | None) -> str:
    """What a list has instead of a configured heading: either may be misspelled."""
    return "" if near is None else f"; is {quoted(near[1])} meant?"
