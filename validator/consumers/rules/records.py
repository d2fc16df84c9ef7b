"""CS2: what became of a record of the registry in a file that means to have them all."""

from __future__ import annotations

from validator.consumers.entry import Line
from validator.engine.rule import NOTE, WARNING, Related, Violation, rule
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.consumers.case import AuditCase
    from validator.engine.rule import Severity
    from validator.model.entries import Assignment

_REGISTRY = "IANA port registry"
_NEEDS = ("lines", "registry", "full")


def _by_fate(case: AuditCase, fate: str) -> list[Assignment]:
    return case.compared.records_by_fate.get(fate, [])


def _related(case: AuditCase, record: Assignment) -> list[Related]:
    dump = case.compared.claims.registry.dump
    return [Related("the registry's record", record.record, "service_name", dump=dump)]


def _place(record: Assignment) -> str:
    return f"{record.ports}/{record.record.transport_protocol}"


@rule("CS201", WARNING, _REGISTRY, needs=_NEEDS)
def record_lost(case: AuditCase) -> Iterator[Violation]:
    """A record of the registry is not in the file, though the file is not older than it.

    Why it matters: a generator dropped it, and users of the file do not know the service.

    Flagged::

        # services, full
        harbour-pilot 8040/tcp
        harbour_pilot 8040/tcp
        lamp 8046/tcp
        lamp-2 8046/tcp
        tide-gauge 8050/tcp
        gale 8060/udp

    Accepted::

        # services
        tide 8042/tcp
    """
    for record in _by_fate(case, "lost"):
        message = f"{quoted(record.name)} {_place(record)} of the registry is missing"
        yield Violation(record.record, "service_name", message, related=_related(case, record))


@rule("CS202", WARNING, _REGISTRY, needs=_NEEDS)
def record_merged(case: AuditCase) -> Iterator[Violation]:
    """A port has several registered names, and the file has another of them only.

    Why it matters: whoever asks for the missing name finds nothing; as an alias it would be found.

    Flagged::

        # services, full
        harbour-pilot 8040/tcp
        lamp 8046/tcp

    Accepted::

        # services, full
        lamp 8046/tcp lamp-2
    """
    for record in _by_fate(case, "merged"):
        assert record.ports is not None
        present = case.compared.present_names(
            record.ports.low, record.record.transport_protocol or "", by_spelling=False
        )
        others = " and ".join(quoted(name) for name in present if name != record.name)
        message = f"{quoted(record.name)} {_place(record)} is missing; the file has {others} there"
        yield Violation(record.record, "service_name", message, related=_related(case, record))


@rule("CS203", NOTE, _REGISTRY, needs=_NEEDS)
def range_shrunk(case: AuditCase) -> Iterator[Violation]:
    """The file has some ports of a range and not the others.

    Why it matters: services(5) has no ranges; a list that needs the others has a line for each.

    Flagged::

        # services, full
        tide-gauge 8050/tcp

    Accepted::

        # wireshark, full
        tide-gauge 8050-8053/tcp
    """
    for record in _by_fate(case, "range-shrunk"):
        message = f"{quoted(record.name)} {_place(record)}: only some of these ports are here"
        yield Violation(record.record, "port_number", message, related=_related(case, record))


@rule("CS204", NOTE, _REGISTRY, needs=_NEEDS)
def transport_dropped(case: AuditCase) -> Iterator[Violation]:
    """The file has no line at all of a transport that the registry assigns.

    One finding speaks of all records of the transport.

    Why it matters: whoever needs SCTP or DCCP finds nothing.

    Flagged::

        # services, full
        tide 8042/tcp

    Accepted::

        # services, full
        tide 8042/tcp
        gale 8060/udp
    """
    counts: dict[str, int] = {}
    for record in _by_fate(case, "transport-dropped"):
        transport = record.transport or ""
        counts[transport] = counts.get(transport, 0) + 1
    for transport, count in counts.items():
        records = "record" if count == 1 else "records"
        message = f"no line of {transport}: {count:,} {records} of the registry missing"
        subject = {"service_name": None, "port": None, "transport_protocol": transport}
        yield Violation(Line(0, subject), "transport_protocol", message, value=transport)


@rule("CS205", NOTE, _REGISTRY, needs=_NEEDS)
def file_older_than_registry(case: AuditCase) -> Iterator[Violation]:
    """The registry has records that are newer than the file.

    One finding tells the month up to which the file has what was registered. With `--max-age` it is
    a warning where the newest registration of the file is older than the dump by more days.

    Why it matters: it says when the file was made, and what an update would bring.

    Flagged::

        # services, full
        harbour-pilot 8040/tcp
        harbour_pilot 8040/tcp
        tide 8042/tcp
        lamp 8046/tcp
        lamp-2 8046/tcp

    Accepted::

        # services
        tide 8042/tcp
    """
    age = case.compared.age
    if not age.newer:
        return
    records = "record" if age.newer == 1 else "records"
    newest = f"; the newest registration here is of {age.newest}" if age.newest else ""
    message = f"{age.newer:,} {records} registered after {age.cut} missing{newest}"
    is_old = case.max_age is not None and _is_older(case, age.newest, case.max_age)
    severity: Severity | None = WARNING if is_old else None
    yield Violation(Line(0), "line", message, value=age.cut, severity=severity)


def _is_older(case: AuditCase, newest: str | None, days: int) -> bool:
    """Say whether a date (YYYY-MM or YYYY-MM-DD) is older than the registry by more days."""
    from datetime import date

    updated = case.compared.claims.registry.updated
    if newest is None:
        return True
    try:
        start = date.fromisoformat(newest if len(newest) == 10 else f"{newest}-01")
        end = date.fromisoformat(updated or "")
    except ValueError:
        return False
    return (end - start).days > days


@rule("CS206", NOTE, _REGISTRY, needs=_NEEDS)
def record_without_transport(case: AuditCase) -> Iterator[Violation]:
    """The registry has records with a port and no transport, which the file does not have.

    Why it matters: services(5) has no way to write them; one finding tells how many there are.

    Flagged::

        # services, full
        tide 8042/tcp
        gale 8060/udp

    Accepted::

        # services, full
        tide 8042/tcp
        sextant 8070/tcp
    """
    count = len(_by_fate(case, "no-transport"))
    if count:
        records = "record" if count == 1 else "records"
        message = f"{count:,} {records} without a transport missing: the form cannot have them"
        yield Violation(Line(0), "line", message)
