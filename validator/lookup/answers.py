"""What a registry answers to a word: a port, a service name, or one of them with a transport."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from validator import __version__
from validator.consumers.claims import Claims
from validator.consumers.intervals import PortSets
from validator.errors import listed, suggestion
from validator.lookup.intended import intended_word
from validator.model.entries import Assignment
from validator.model.record import Citation, Record
from validator.model.registry import Registry
from validator.model.values import PortRange, port_range
from validator.model.vocabulary import (
    ALIAS_SENTENCE,
    DYNAMIC_PORTS,
    LAST_PORT,
    REPLACEMENT_SENTENCE,
    SERVICE_NAME,
    SERVICE_NAME_CHARACTERS,
    SERVICE_NAME_LENGTH,
    TRANSPORT_PROTOCOLS,
    character_name,
    fold,
    listing,
    name_key,
    normal_space,
)
from validator.readers.source import places

ASSIGNED, RESERVED, UNASSIGNED, NOT_LISTED = "Assigned", "Reserved", "Unassigned", "not listed"
_MOST_NEAR = 5
_MOST_RECORDS = 200


class LookupWord:
    """A word to look up: `ports`, or a `name`, each with a transport or without.

    A name may be followed by a port, as in a report (`x11/6010/tcp`): `name_on` is that port, and
    `place` both.  Raises ValueError, which says what was meant, for a word that is neither.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        place, slash, transport = text.rpartition("/")
        self.transport: str | None = None
        if slash and fold(transport) in TRANSPORT_PROTOCOLS:
            self.transport = fold(transport)
        else:
            place = text
        self.place = place
        self.name: str | None = None
        self.name_on: PortRange | None = None
        self.ports: PortRange | None = port_range(place)
        if self.ports is None:
            name, slash, port = place.rpartition("/")
            self.name_on = port_range(port) if name and slash else None
            self.name = place if self.name_on is None else name
            self._require_word()

    def _require_word(self) -> None:
        """Raise ValueError where the word is no port and no name, or its parts are misplaced."""
        name, place = self.name or "", self.place
        if not place:
            raise ValueError(f'expected a port or a service name, found "{self.text}"')
        is_transport = self.name_on is not None and fold(name) in TRANSPORT_PROTOCOLS
        hint = ""
        if is_transport or not SERVICE_NAME.fullmatch(name):
            hint = suggestion(intended_word(self.text))
        if place.isascii() and place.isdigit():
            raise ValueError(f'"{self.text}": expected a port from 0 to {LAST_PORT}{hint}')
        port, _, word = self.text.partition("/")
        if port_range(port) is not None and hint == suggestion(f"{word}/{port}"):
            # Either of two things was meant.
            raise ValueError(
                f'"{self.text}": expected {listed(TRANSPORT_PROTOCOLS)} after a port, found'
                f' "{word}" (a name is written before its port: {word}/{port})'
            )
        if hint:
            raise ValueError(
                f'expected NAME/PORT/TRANSPORT or a part of it, found "{self.text}"{hint}'
            )


class Lookup:
    """A registry with the indexes that its answers need.

    `is_complete` says whether all of it was read.  What it does not list may be assigned all the
    same, unless it is complete and a whole registry: then it `is_conclusive`.
    """

    def __init__(self, registry: Registry, *, is_complete: bool) -> None:
        self.registry = registry
        self.is_complete = is_complete
        self.claims = Claims(registry)
        self.is_conclusive = is_complete and registry.is_whole
        self._lines: dict[int, int] = {}

    def answer(self, word: LookupWord) -> LookupAnswer:
        """Return who has a port or name, and what is around it."""
        if word.name_on is not None and name_key(word.place) in self.registry.by_name:
            # A few names have a slash and a number ("cl/1").
            word.name, word.name_on = word.place, None
        return LookupAnswer(self, word)

    @cached_property
    def blocked(self) -> PortSets:
        """The ports that are assigned or Reserved on any transport, under the key "blocked".

        Under "assigned" those that are assigned.
        """
        sets = PortSets()
        for assignment in self.registry.assignments:
            if assignment.ports is not None:
                for key in ("blocked", "assigned"):
                    sets.add(key, assignment.ports.low, assignment.ports.high)
        for statement in self.registry.statements:
            if statement.ports is not None and statement.state != UNASSIGNED:
                sets.add("blocked", statement.ports.low, statement.ports.high)
        return sets

    def line_of(self, record: Record) -> int:
        """The line of the dump on which a record begins."""
        if record.index not in self._lines:
            ((line, _),) = places(self.registry.dump.data, [record.offset])
            self._lines[record.index] = line
        return self._lines[record.index]

    def near_names(self, name: str) -> list[str]:
        """Registered names that are much like `name`, the most alike first."""
        from rapidfuzz import fuzz, process

        names = {key: group[0].name for key, group in self.registry.by_name.items()}
        found = process.extract(
            name_key(name), names.keys(), scorer=fuzz.ratio, limit=_MOST_NEAR, score_cutoff=75
        )
        return [names[key] for key, _, _ in found if key != name_key(name)]


class LookupAnswer:
    """What the registry says of a word.

    `records` are the assignments it names, `is_assigned` says whether there is one.
    """

    def __init__(self, lookup: Lookup, word: LookupWord) -> None:
        self.lookup = lookup
        self.word = word
        self.records: Sequence[Assignment]
        if word.ports is not None:
            self.records = self._of_ports(word.ports)
        else:
            self.records = self._of_name(word.name or "")

    @property
    def is_assigned(self) -> bool:
        return bool(self.records)

    @property
    def verdict(self) -> str:
        """Whether the word is assigned, for a person."""
        if self.is_assigned:
            return "assigned"
        if not self.lookup.is_complete:
            return "not in what was read of the registry"
        is_whole = self.lookup.registry.is_whole
        return "not assigned" if is_whole else "not assigned in this part of the registry"

    @property
    def transports(self) -> tuple[str, ...]:
        return TRANSPORT_PROTOCOLS if self.word.transport is None else (self.word.transport,)

    def _of_ports(self, ports: PortRange) -> list[Assignment]:
        if ports.is_single:
            return self._at(ports.low, self.transports)
        return [
            assignment
            for assignment in self.lookup.registry.assignments
            if assignment.ports is not None
            and assignment.ports.low <= ports.high
            and assignment.ports.high >= ports.low
            and not set(assignment.speaks_for).isdisjoint(self.transports)
        ]

    def _at(self, port: int, transports: Sequence[str]) -> list[Assignment]:
        """The assignments of a port on one of `transports`, in the order of the registry."""
        found: dict[int, Assignment] = {}
        for transport in transports:
            for assignment in self.lookup.claims.at(port, transport):
                found[assignment.record.index] = assignment
        return [found[index] for index in sorted(found)]

    def _of_name(self, name: str) -> list[Assignment]:
        same = self.lookup.registry.by_name.get(name_key(name), [])
        wanted, port = self.word.transport, self.word.name_on
        same = [a for a in same if wanted is None or a.transport in (wanted, None)]
        if port is None:
            return same
        return [a for a in same if a.ports is not None and a.ports.low <= port.low <= a.ports.high]

    # -- a port ---------------------------------------------------------------------------------

    def state(self, transport: str) -> tuple[str, list[str], str | None]:
        """State, service names and, without one, the description of a port on a transport."""
        assert self.word.ports is not None
        port = self.word.ports.low
        claims = self.lookup.claims
        assigned = claims.at(port, transport)
        if assigned:
            return ASSIGNED, list(dict.fromkeys(a.name for a in assigned)), None
        statements = claims.statements_at(port, transport)
        if not statements:
            return NOT_LISTED, [], None
        statement = next((s for s in statements if s.state == RESERVED), statements[0])
        text = normal_space(statement.record.description or "")
        note = normal_space(statement.record.assignment_notes or "")
        return statement.state or NOT_LISTED, [], f"{text} ({note})" if note else text

    @property
    def free_block(self) -> tuple[int, int] | None:
        """The block of ports around a port that nobody has on any transport; None where it is
        assigned or Reserved, or a Dynamic Port."""
        assert self.word.ports is not None
        port = self.word.ports.low
        if port >= DYNAMIC_PORTS[0]:
            return None
        below, above = self.lookup.blocked.neighbors("blocked", port)
        if port in (below, above):
            return None
        low = 0 if below is None else below + 1
        return low, min(DYNAMIC_PORTS[0], LAST_PORT if above is None else above) - 1

    @property
    def neighbors(self) -> tuple[list[Assignment], list[Assignment]]:
        """The assignments of the nearest assigned port below and above."""
        assert self.word.ports is not None
        covering = [record.ports for record in self.records if record.ports is not None]
        low = min(ports.low for ports in (self.word.ports, *covering))
        high = max(ports.high for ports in (self.word.ports, *covering))
        blocked = self.lookup.blocked
        below = blocked.neighbors("assigned", low - 1)[0]
        above = blocked.neighbors("assigned", high + 1)[1]
        return self._anywhere(below), self._anywhere(above)

    def _anywhere(self, port: int | None) -> list[Assignment]:
        return [] if port is None else self._at(port, TRANSPORT_PROTOCOLS)

    # -- a name ---------------------------------------------------------------------------------

    @cached_property
    def name_faults(self) -> list[str]:
        """Why a name is not a service name (RFC 6335, Section 5.1), in words."""
        name = self.word.name or ""
        if SERVICE_NAME.fullmatch(name):
            return []
        faults = []
        if len(name) > SERVICE_NAME_LENGTH:
            faults.append(f"{len(name)} characters; at most {SERVICE_NAME_LENGTH} are allowed")
        odd = sorted(set(name) - SERVICE_NAME_CHARACTERS)
        if odd:
            characters = listing(list(map(character_name, odd)), 5)
            faults.append(f"characters other than letters, digits and hyphen: {characters}")
        if not any(character.isascii() and character.isalpha() for character in name):
            faults.append("no letter")
        if name.startswith("-") or name.endswith("-"):
            faults.append("a hyphen at an end")
        if "--" in name:
            faults.append("two hyphens side by side")
        return faults

    @cached_property
    def near_names(self) -> list[str]:
        return self.lookup.near_names(self.word.name or "")

    # -- both -----------------------------------------------------------------------------------

    def unauthorized_uses(self) -> list[str]:
        """What records of the port or name say of known unauthorized uses."""
        records = [assignment.record for assignment in self.records]
        if self.word.ports is not None:
            for transport in self.transports:
                statements = self.lookup.claims.statements_at(self.word.ports.low, transport)
                records += [s.record for s in statements]
        found = {record.index: record for record in records}
        uses = (record.known_unauthorized_uses for record in found.values())
        return [normal_space(use) for use in uses if use]

    @property
    def is_free(self) -> bool | None:
        """Whether a name is well-formed and nobody's; None where nobody can say."""
        name = name_key(self.word.name or "")
        if self.name_faults or self.word.transport or name in self.lookup.registry.by_name:
            return False
        return True if self.lookup.is_conclusive else None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as `schemas/lookup.schema.json` describes it."""
        answer: dict[str, Any] = {
            "word": self.word.text,
            "kind": "name" if self.word.ports is None else "port",
            "assigned": self.is_assigned,
            "transport_protocol": self.word.transport,
        }
        if self.word.ports is not None:
            below, above = self.neighbors
            block = self.free_block if self.lookup.is_conclusive else None
            answer |= {
                "port": str(self.word.ports),
                "range": self.word.ports.name,
                "states": [self._state_dict(transport) for transport in self.transports],
                "free_block": None if block is None else list(block),
                "neighbours": {"below": _places(below), "above": _places(above)},
            }
        else:
            answer |= {
                "service_name": self.word.name,
                "well_formed": not self.name_faults,
                "faults": self.name_faults,
                "free": self.is_free,
                "near_names": self.near_names,
            }  # fmt: skip
        answer["record_count"] = len(self.records)
        answer["records"] = [self._record_dict(record) for record in self.records[:_MOST_RECORDS]]
        answer["unauthorized_uses"] = self.unauthorized_uses()
        return answer

    def _state_dict(self, transport: str) -> dict[str, Any]:
        state, names, statement = self.state(transport)
        return {
            "transport_protocol": transport,
            "state": state,
            "service_names": names,
            "statement": statement,
        }

    def _record_dict(self, assignment: Assignment) -> dict[str, Any]:
        record = assignment.record
        registry = self.lookup.registry
        return {
            "service_name": assignment.name,
            "port": record.port_number or None,
            "transport_protocol": record.transport_protocol or None,
            "description": normal_space(record.description or "") or None,
            "assignee": _cited(registry.assignees(record)),
            "contact": _cited(record.contact),
            "registration_date": record.registration_date or None,
            "modification_date": record.modification_date or None,
            "reference": _cited(record.reference),
            "service_code": record.service_code or None,
            "assignment_notes": normal_space(record.assignment_notes or "") or None,
            "historic": record.index in self.lookup.claims.historic,
            "alias_of": _first(ALIAS_SENTENCE, record.assignment_notes),
            "replaces": _first(REPLACEMENT_SENTENCE, record.description),
            "line": self.lookup.line_of(record),
        }


def alias_of(assignment: Assignment) -> str | None:
    """The name that replaced a historic one."""
    return _first(ALIAS_SENTENCE, assignment.record.assignment_notes)


def replaces(assignment: Assignment) -> str | None:
    """The historic name that a name replaced."""
    return _first(REPLACEMENT_SENTENCE, assignment.record.description)


def _first(sentence: Any, text: str | None) -> str | None:
    match = sentence.search(text) if text else None
    return None if match is None else str(match[1])


def _cited(citations: Iterable[Citation]) -> list[str]:
    return [normal_space(citation.display) for citation in citations]


def _places(assignments: Sequence[Assignment]) -> list[dict[str, str | None]]:
    return [
        {
            "service_name": assignment.name,
            "port": assignment.record.port_number,
            "transport_protocol": assignment.record.transport_protocol or None,
        }
        for assignment in assignments[:20]
    ]


def document(
    answers: Sequence[LookupAnswer], registry: Registry, remarks: Mapping[str, str]
) -> dict[str, Any]:
    """Return answers as `schemas/lookup.schema.json` describes them, with `remarks` on the dump."""
    dump: dict[str, str | bool | None] = {
        "path": registry.dump.path,
        "updated": registry.updated,
        "whole": registry.is_whole,
    }
    return {
        "format_version": 1,
        "tool": {"name": "ianalint", "version": __version__},
        "registry": {**dump, **remarks},
        "answers": [answer.to_dict() for answer in answers],
    }
