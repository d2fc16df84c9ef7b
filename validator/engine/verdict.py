"""What a report says of one request: the verdict, the procedure, and free names and ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from validator.engine.finding import Finding, ReportPart

Procedure = Literal[
    "First Come First Served", "Expert Review", "IETF Review or IESG Approval", "Standards Action"
]


class SuggestedPort(ReportPart):
    """A free port number to ask for: it is unassigned on all transport protocols.

    `gap` is the block (low, high) of free ports around it; `why` says in a few words why it is
    suggested.
    """

    KEYS = ("port", "gap", "why")
    __slots__ = KEYS

    def __init__(self, port: int, gap: tuple[int, int], why: str) -> None:
        self.port = port
        self.gap = gap
        self.why = why

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() | {"gap": list(self.gap)}


class FieldUpdate(ReportPart):
    """What an update changes of an assignment: a field with its old and new text."""

    KEYS = ("field", "old", "new")
    __slots__ = KEYS

    def __init__(self, field: str, old: str, new: str) -> None:
        self.field = field
        self.old = old
        self.new = new


class Review:
    """The verdict on one request, the procedure that decides it, and free names and ports.

    `request` has the values that were read, by the keys of the schema of requests.  `findings` are
    those of the report that are about it; `subject` is as in `Finding`.  An update
    or release of an assignment (`kind`) has no verdict and no procedure; `changes` are the fields
    that an update changes.  A request for a port that is never assigned has no procedure, either;
    `why` says so.
    """

    def __init__(
        self, path: str, index: int, service_name: str | None, subject: dict[str, str | None]
    ) -> None:
        self.path = path
        self.index = index
        self.service_name = service_name
        self.subject = subject
        self.kind: Literal["request", "update", "release"] = "request"
        self.request: Mapping[str, Any] = {}
        # Why there is no verdict, where not everything was checked.
        self.doubt = ""
        self.changes: Sequence[FieldUpdate] = ()
        self.findings: Sequence[Finding] = ()
        self.procedure: Procedure | None = "Expert Review"
        self.why = ""
        self.service_names: Sequence[str] = ()
        self.port_numbers: Sequence[SuggestedPort] = ()

    @property
    def verdict(self) -> Literal["accept", "reject"] | None:
        """`reject` if a request has an open error.

        `None` for an update or release, and where not everything was checked.
        """
        if self.kind != "request":
            return None
        if any(finding.fails() for finding in self.findings):
            return "reject"
        return None if self.doubt else "accept"

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "index": self.index,
            "kind": self.kind,
            "request": dict(self.request),
            "service_name": self.service_name,
            "verdict": self.verdict,
            "procedure": self.procedure,
            "changes": [change.to_dict() for change in self.changes],
            "suggestions": {
                "service_names": list(self.service_names),
                "port_numbers": [port.to_dict() for port in self.port_numbers],
            },
        }
