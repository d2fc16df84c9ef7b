"""What a request says, and the registry to compare it with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from validator.engine.rule import Related, Violation, related_to
from validator.model.record import Dump, Record
from validator.model.registry import Registry
from validator.model.values import PortRange
from validator.model.vocabulary import LAST_PORT, SERVICE_NAME, TRANSPORT_PROTOCOLS, fold, name_key
from validator.request.documents.parsed import MAX_DIGITS
from validator.request.fields import CHOSEN, LEFT_TO_REVIEW, labels_of
from validator.request.structure import schema_problems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from validator.model.entries import Assignment
    from validator.model.values import RangeName
    from validator.request.documents.parsed import KeyPath, ParsedRequest, Problem


def is_out_of_range(port: object) -> bool:
    """Whether the value of `port_number` is a number that no port has."""
    if isinstance(port, int) and not isinstance(port, bool):
        return not 0 <= port <= LAST_PORT
    # With more digits than readers convert, a number is text.
    if not isinstance(port, str) or len(port) <= MAX_DIGITS:
        return False
    return port.isascii() and port.isdigit() and port[0] != "0"


def _offset(subject: object, _field: str | None, _item: object) -> int:
    return int(getattr(subject, "offset", 0))


class RequestDocument:
    """A file with requests, as the document that findings are in.

    `identity` is the number or name that a draft has ("rfc9250").
    """

    def __init__(self, path: str, data: bytes, identity: str = "") -> None:
        self.path = path
        self.identity = identity
        self.data = data
        self.parts: Sequence[tuple[int, str]] = ()
        self.locate: Callable[[object, str | None, object], int] = _offset


@dataclass(slots=True)
class RequestPart:
    """A value of a request, or the request: what a finding is about, and its byte."""

    subject: dict[str, str | None]
    offset: int


class RequestParty:
    """The assignee or contact of a request; `""` for what it does not say."""

    __slots__ = ("email", "name")

    def __init__(self, value: object) -> None:
        parts = value if isinstance(value, dict) else {}
        name, email = parts.get("name"), parts.get("email")
        self.name = name.strip() if isinstance(name, str) else ""
        self.email = email.strip() if isinstance(email, str) else ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>".lstrip() if self.email else self.name


@cache
def _empty_registry() -> Registry:
    return Registry(Dump("", "xml", b"", frozenset()))


class RequestContent:
    """One request.

    `name` is the service name as it is written, `key` the same for comparison, both `""` without
    one.  `transports` are the known transport protocols that it lists, each once.  `port` is the
    number that it asks for, `None` without a number from 0 to 65535; `any_port_of` is "user" or
    "system" if IANA chooses.  `registry` is empty if there is none to compare with, as
    `is_compared` says.
    """

    def __init__(
        self, parsed: ParsedRequest, document: RequestDocument, registry: Registry | None
    ) -> None:
        self.parsed = parsed
        self.values = values = parsed.values
        self.document = document
        self.is_compared = registry is not None
        self.registry = registry or _empty_registry()
        self.name = self.text("service_name")
        self.key = name_key(self.name)
        listed = values.get("transport_protocols")
        self.listed: list[Any] = listed if isinstance(listed, list) else []
        folded = [fold(word) for word in self.listed if isinstance(word, str)]
        self.transports = [word for word in dict.fromkeys(folded) if word in TRANSPORT_PROTOCOLS]
        number = values.get("port_number")
        self.port: int | None = None
        self.any_port_of: str | None = None
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LAST_PORT:
            self.port = number
        elif number in CHOSEN:
            self.any_port_of = str(number)
        self.assignee = RequestParty(values.get("assignee"))
        self.contact = RequestParty(values.get("contact"))

    # -- what the request says ------------------------------------------------------------------

    def text(self, key: str) -> str:
        """The text of a key; `""` if it is absent, blank or not a text."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value.strip() else ""

    def lacks_text(self, key: str) -> bool:
        """Whether a key has no text, and nothing else has been reported about its value."""
        return not self.text(key) and not self.is_refused(key)

    @property
    def asks_for_port(self) -> bool:
        return self.values.get("port_number") is not None

    @property
    def range_name(self) -> RangeName | None:
        """The range of the port, System, User or Dynamic; `None` without a port."""
        if self.port is not None:
            return PortRange(self.port, self.port).name
        if self.any_port_of is not None:
            return "System" if self.any_port_of == "system" else "User"
        return None

    @property
    def is_ietf(self) -> bool:
        return self.values.get("ietf_stream") is True

    @property
    def is_proprietary(self) -> bool:
        text = self.text("proprietary").strip(" .").casefold()
        return self.values.get("proprietary") is True or text not in ("", "no", "none", "false")

    @property
    def service_codes(self) -> list[tuple[KeyPath, Any]]:
        """The values given as service codes, each with its path."""
        value = self.values.get("service_code")
        if value is None:
            return []
        if isinstance(value, list):
            return [(("service_code", index), code) for index, code in enumerate(value)]
        return [(("service_code",), value)]

    @cached_property
    def is_well_formed(self) -> bool:
        return SERVICE_NAME.fullmatch(self.name) is not None

    @cached_property
    def problems(self) -> list[Problem]:
        """What could not be read, or does not have the structure of a request."""
        return [*self.parsed.problems, *schema_problems(self.parsed)]

    def is_left_to_review(self, key: str) -> bool:
        """Whether a draft of the IETF stream does not state `key`, which IETF Review asks for.

        RQ080 reports these; published RFCs hardly ever state them in their template.
        """
        return self.is_ietf and key in LEFT_TO_REVIEW and key in self.parsed.unstated

    def is_refused(self, *path: str | int) -> bool:
        """Whether a value, or one around it, could not be read or has the wrong type."""
        return any(
            problem.path == path[: len(problem.path)]
            for problem in self.problems
            if problem.code in ("RQ002", "RQ007")
        )

    # -- findings -------------------------------------------------------------------------------

    @cached_property
    def subject(self) -> dict[str, str | None]:
        number = self.values.get("port_number")
        return {
            "service_name": self.name[:100] or None,
            "port": None if number is None else str(number)[:20],
            "transport_protocol": ",".join(self.transports) or None,
        }

    def at(self, *path: str | int) -> RequestPart:
        """The value at `path` as what a finding is about."""
        return RequestPart(self.subject, self.parsed.visible_place(path))

    def related(
        self, records: Iterable[Record], message: str = "assigned here", field: str | None = None
    ) -> Sequence[Related]:
        """Records of the registry as related places."""
        return related_to(message, list(records), field, self.registry.dump)

    def unstated(self, key: str, requirement: str, statement: str) -> Iterator[Violation]:
        """Yield a violation where there is no text at `key`, and the review does not ask for it.

        A draft without the field "does not" do what `statement` says.
        """
        if self.is_left_to_review(key) or not self.lacks_text(key):
            return
        message = f"{key} {self.parsed.absence(key)}; {requirement}"
        if self.parsed.is_unstated(key):
            message = f"the draft does not {statement} ({labels_of(key)})"
        yield self.violation(message, key)

    def violation(
        self,
        message: str,
        *path: str | int,
        value: str | None = None,
        related: Sequence[Related] = (),
        entries: Iterable[Assignment] = (),
    ) -> Violation:
        """A violation by the value at `path`, which begins with a key; it has `value` as text.

        `entries` are assignments that are related places.
        """
        related = related or self.related(entry.record for entry in entries)
        if value is None:
            value = _text(self.parsed.value(path)) or self.parsed.placeholders.get(path)
        return Violation(self.at(*path), str(path[0]), message, value=value, related=related)


def _text(value: object) -> str | None:
    """A value as text, `None` for one that is blank or has parts."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None
