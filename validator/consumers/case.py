"""What the rules of family CS are asked about: a file, beside what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from validator.consumers.answers import Answers, PortOwners
from validator.consumers.claims import Claims, Former
from validator.consumers.entry import ConsumerFile, Entry
from validator.consumers.fates import FileComparison
from validator.model.values import port_range
from validator.model.vocabulary import SERVICE_NAME


class PrivateRules:
    """What a company asks of its own list of ports.

    `columns` maps a role to its headings: all of `port` are read, the first found of others.
    `ranges` maps a group, or `default`, to the ports it may use as (low, high); `required` are
    columns that must not be empty; `ephemeral` is the range that the system hands out by itself;
    `names_by_rfc6335` asks for well-formed names; `loose_transports` takes any word for tcp.
    """

    __slots__ = ("columns", "ephemeral", "loose_transports", "names_by_rfc6335", "ranges",
                 "required")  # fmt: skip

    def __init__(
        self,
        *,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        ranges: Mapping[str, tuple[int, int]] | None = None,
        required: Sequence[str] = (),
        loose_transports: bool = False,
        names_by_rfc6335: bool = False,
        ephemeral: tuple[int, int] | None = None,
    ) -> None:
        self.columns = {
            role: (headings,) if isinstance(headings, str) else tuple(headings)
            for role, headings in (columns or {}).items()
        }
        self.ranges = dict(ranges or {})
        self.required = tuple(required)
        self.loose_transports = loose_transports
        self.names_by_rfc6335 = names_by_rfc6335
        self.ephemeral = ephemeral

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> PrivateRules:
        """Return what the table `[audit.private]` of a configuration asks."""
        ephemeral = port_range(table.get("ephemeral"))
        ranges = {name: port_range(text) for name, text in table.get("ranges", {}).items()}
        return cls(
            columns=table.get("columns"),
            ranges={name: (ports.low, ports.high) for name, ports in ranges.items() if ports},
            required=table.get("require", ()),
            loose_transports=table.get("transports") == "loose",
            names_by_rfc6335=table.get("names") == "rfc6335",
            ephemeral=None if ephemeral is None else (ephemeral.low, ephemeral.high),
        )

    @property
    def ports(self) -> tuple[str, ...]:
        """The configured headings of columns of ports."""
        return self.columns.get("port", ())

    @property
    def groups(self) -> list[str]:
        """The groups that have a range of their own."""
        return [name for name in self.ranges if name != "default"]

    def without_columns(self) -> PrivateRules:
        """What is asked of a list under the usual headings."""
        return PrivateRules(required=self.required)


class AuditCase:
    """A file with its registry, its earlier version and what is expected of it.

    `claims` is None where no registry was named, `previous` where there is no earlier version.
    `expected` are words that must be answered: (word, transport, port or None).
    """

    def __init__(
        self,
        file: ConsumerFile,
        claims: Claims | None = None,
        former: Former | None = None,
        *,
        previous: ConsumerFile | None = None,
        is_full: bool | None = None,
        expected: Sequence[tuple[str, str, int | None]] = (),
        max_age: int | None = None,
        private: PrivateRules | None = None,
    ) -> None:
        self.file = file
        self.claims = claims
        self.former = former
        self.previous = previous
        self.expected = expected
        self.max_age = max_age
        self.private = private or PrivateRules()
        # Of a private list, as its rules find them (`rules.private`).
        self.private_fates: list[str] | None = None
        self.comparison: FileComparison | None = None
        if claims is not None and file.kind != "private":
            self.comparison = FileComparison(file, claims, former, is_full)

    @property
    def compared(self) -> FileComparison:
        """The comparison with the registry; rules that need one run only where there is one."""
        assert self.comparison is not None
        return self.comparison

    @property
    def carries(self) -> set[str]:
        """What the case has for rules to look at (see `Rule.needs`)."""
        carried = {"private" if self.file.kind == "private" else "lines"}
        if self.claims is not None:
            carried.add("registry")
        if self.comparison is not None and self.comparison.is_full:
            carried.add("full")
        if self.private.names_by_rfc6335:
            carried.add("rfc6335-names")
        if self.previous is not None:
            carried.add("previous")
        return carried

    @cached_property
    def answers(self) -> Answers:
        return Answers(self.file.entries)

    @cached_property
    def lines(self) -> list[Entry]:
        """The first entry of each line: what is said of a name is said once."""
        lines: list[Entry] = []
        number = 0
        for entry in self.file.entries:
            if entry.line_number != number:
                number = entry.line_number
                lines.append(entry)
        return lines

    @cached_property
    def odd_names(self) -> frozenset[str]:
        """The names that are not service names (RFC 6335, Section 5.1)."""
        names = {entry.name for entry in self.file.entries}
        return frozenset(name for name in names if not SERVICE_NAME.fullmatch(name))

    @cached_property
    def port_shadows(self) -> list[tuple[Entry, Entry, int]]:
        """Entries of a port that an earlier entry has under another name, that entry, the port."""
        entries = self.file.entries
        shadows: list[tuple[Entry, Entry, int]] = []
        if any(entry.low != entry.high for entry in entries):
            owners = PortOwners()
            for entry in entries:
                for earlier, port in owners.others(entry):
                    if earlier.name != entry.name:
                        shadows.append((entry, earlier, port))
                owners.first(entry)
            return shadows
        first: dict[tuple[int, str], Entry] = {}
        for entry in entries:
            earlier = first.setdefault((entry.low, entry.transport), entry)
            if earlier is not entry and earlier.name != entry.name:
                shadows.append((entry, earlier, entry.low))
        return shadows

    def by_fate(self, fate: str) -> Sequence[Entry]:
        """The entries of a fate."""
        return self._by_fate.get(fate, ())

    @cached_property
    def _by_fate(self) -> dict[str, list[Entry]]:
        groups: dict[str, list[Entry]] = {}
        for entry, fate in zip(self.file.entries, self.compared.entry_fates, strict=True):
            if fate != "kept":
                groups.setdefault(fate, []).append(entry)
        return groups

    def is_claim(self, word: str, transport: str, port: int) -> bool:
        """Say whether the registry has the name on the port, or an earlier one had."""
        if self.claims is None:
            return False
        if self.claims.has(word, transport, port, port):
            return True
        return self.compared.former_until(word, port, transport) is not None
