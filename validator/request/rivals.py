"""The other requests of a run for the same service name, a part of it, or the same port.

A question about one request takes about the same time however many others there are: those that
agree in what decides are looked up together, and only some of those that are found are returned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from itertools import chain, islice
from typing import Any

import regex

from validator.engine.rule import MAX_RELATED
from validator.model.vocabulary import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from validator.request.content import RequestContent as Request

    # The requests that agree in the key of the index, by what decides between them.
    Index = defaultdict[Hashable, defaultdict[Any, list[Request]]]


# A version at the end of a name: RQ014 reports it.
VERSION_PART = regex.compile(r"v?[0-9]++")


class Rivals:
    """The requests of a run, by what they ask for.

    Of the requests that an answer is about, those returned are at most `MAX_RELATED`.
    `insecure_services` returns the services that a request is the secure variant of.
    """

    def __init__(
        self, cases: Sequence[Request], insecure_services: Callable[[Any], Sequence[str]]
    ) -> None:
        self.cases = cases
        self.insecure_services = insecure_services
        self.positions = {id(case): position for position, case in enumerate(cases)}
        self.names = Counter(case.key for case in cases if case.key)
        self.ports = Counter(case.port for case in cases)
        self.by_party, self.by_port, self.by_transports, self.by_name = (_index() for _ in range(4))
        for case in cases:
            key, email, port = _asked(case)
            self.by_party[key][email].append(case)
            self.by_port[key, email][port].append(case)
            self.by_transports[key, email, port][frozenset(case.transports)].append(case)
            self.by_name[case.port][key].append(case)

    def same_name(self, case: Request) -> tuple[int, list[Request]]:
        """How many others are for the name of `case` and not for the same service, and some.

        Two count as one service if assignee and port are the same and the transport protocols are
        different.  Those for a second port do not count either.
        """
        if not case.key:
            return 0, []
        key, email, port = _asked(case)
        transports = frozenset(case.transports)
        parties, ports = self.by_party[key], self.by_port[key, email]
        alike = self.by_transports[key, email, port]
        count = self.names[key] - bool(transports)
        count -= sum(len(cases) for words, cases in alike.items() if not words & transports)
        has_party_and_port = bool(email) and port is not None
        if has_party_and_port:
            count -= len(parties[email]) - len(ports.get(None, ())) - len(ports[port])

        def found() -> Iterator[list[Request]]:
            yield from _without(parties, email)
            yield from (cases for words, cases in alike.items() if words & transports)
            if has_party_and_port:
                yield ports.get(None, [])
            else:
                yield from _without(ports, port)

        return count, self._some(case, found())

    def same_port(self, case: Request) -> tuple[int, list[Request]]:
        """How many others are for the port of `case` under another name, and some of them."""
        if case.port is None:
            return 0, []
        names = self.by_name[case.port]
        count = self.ports[case.port] - len(names[case.key])
        return count, self._some(case, _without(names, case.key))

    def second_port(self, case: Request) -> list[Request]:
        """Some of the others that are for another port for the service of `case`.

        They are of the same assignee, and one name is the other one or continues it.
        """
        key, email, port = _asked(case)
        if not email or port is None:
            return []

        def found() -> Iterator[list[Request]]:
            if key:
                yield from _without(self.by_port[key, email], port, None)
            if self.insecure_services(case):
                return
            shorter, longer = self._parts
            related = [shorter[name, email] for name in _shorter_names(case)]
            for ports in (*related, longer[key, email]):
                yield from ports.values() if case.port is None else _without(ports, port)

        return self._some(case, found())

    def _some(self, case: Request, groups: Iterable[list[Request]]) -> list[Request]:
        others = (other for other in chain.from_iterable(groups) if other is not case)
        return sorted(islice(others, MAX_RELATED), key=lambda other: self.positions[id(other)])

    @cached_property
    def _parts(self) -> tuple[Index, Index]:
        """The requests for ports by their name, and by each name that theirs continues.

        Secure variants of another service are not among them.
        """
        by_name, by_shorter_name = _index(), _index()
        for case in self.cases:
            key, email, port = _asked(case)
            if email and port is not None and not self.insecure_services(case):
                by_name[key, email][port].append(case)
                for name in _shorter_names(case):
                    by_shorter_name[name, email][port].append(case)
        return by_name, by_shorter_name


def _index() -> Index:
    return defaultdict(lambda: defaultdict(list))


def _asked(case: Request) -> tuple[str, str, Any]:
    """The name, the address of the assignee and the port of a request, for comparison."""
    return case.key, fold(case.assignee.email), _hashable(case.values.get("port_number"))


def _hashable(value: Any) -> Hashable:
    """A value that stands for one of JSON or TOML and is equal where those are."""
    if isinstance(value, list):
        return list, tuple(map(_hashable, value))
    if isinstance(value, dict):
        return dict, frozenset((key, _hashable(item)) for key, item in value.items())
    return value  # type: ignore[no-any-return]


def _without(groups: dict[Any, list[Request]], *keys: object) -> Iterator[list[Request]]:
    return (cases for key, cases in groups.items() if key not in keys)


def _shorter_names(case: Request) -> list[str]:
    """The names that a well-formed name continues, without those that it is a version of."""
    parts = case.key.split("-") if case.is_well_formed else []
    return [
        "-".join(parts[:count])
        for count in range(1, len(parts))
        if not VERSION_PART.fullmatch("-".join(parts[count:]))
    ]
