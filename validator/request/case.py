"""A request with what the registry has under its name and on its port: what RQ rules look at."""

from __future__ import annotations

from functools import cached_property, wraps
from itertools import chain

from validator.engine.rule import Related, rule
from validator.model.values import port_range
from validator.model.vocabulary import LAST_PORT
from validator.request.collisions import NameStatus, PortStatus, name_status, port_status
from validator.request.content import RequestContent, is_out_of_range
from validator.request.parties import assignee_name
from validator.request.rivals import Rivals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from validator.engine.rule import Severity, Violation
    from validator.model.entries import Assignment

    FindInCase = Callable[["Case"], Iterator[Violation]]


class Case(RequestContent):
    """One request; `rivals` knows what all requests of the run ask for."""

    rivals: Rivals

    @cached_property
    def name_status(self) -> NameStatus:
        return name_status(self)

    @cached_property
    def port_status(self) -> PortStatus:
        return port_status(self, self.name_status)

    def assignee_name(self, entry: Assignment) -> str:
        return assignee_name(self.registry, entry.record)

    @cached_property
    def never_assigned(self) -> str:
        """Why no procedure assigns the port, empty for one that can be assigned (Section 6)."""
        value = self.values.get("port_number")
        ports = port_range(value) if isinstance(value, str) else None
        if self.range_name == "Dynamic" or (ports is not None and ports.name == "Dynamic"):
            return "a Dynamic Port is never assigned (8.1.2)"
        if self.port_status.experiment is not None:
            return f"port {self.port} is for experiments alone (6.1)"
        if self.port == 0:
            return "port 0 is Reserved and no port to listen on (6)"
        return f"port numbers are 0 to {LAST_PORT} (6)" if is_out_of_range(value) else ""


def related_rivals(rivals: Sequence[RequestContent], key: str) -> list[Related]:
    """The values of `key` in other requests as related places."""
    return [Related("requested here", rival.at(key), dump=rival.document) for rival in rivals]


def case_rule(
    code: str, severity: Severity, cites: str, *, needs: tuple[str, ...] = ()
) -> Callable[[FindInCase], FindInCase]:
    """Declare the decorated function, which looks at one request, a rule for all of a file."""

    def declare(find: FindInCase) -> FindInCase:
        @wraps(find)
        def find_in_all(cases: Iterable[Case]) -> Iterator[Violation]:
            return chain.from_iterable(map(find, cases))

        rule(code, severity, cites, needs=needs)(find_in_all)
        return find

    return declare
