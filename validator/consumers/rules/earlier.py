"""CS3: what users of the earlier version lose, and what a file must answer."""

from __future__ import annotations

from validator.consumers.answers import Answers
from validator.consumers.entry import ENTRY_TRANSPORTS, ConsumerFile, Entry, Line
from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.consumers.case import AuditCase

_SERVICES = "services(5)"
_NEEDS = ("lines", "previous")


class _Change(Line):
    """A word or port of the earlier version: its finding is on line 1 of the file."""

    def __init__(self, entry: Entry, transport: str) -> None:
        super().__init__(0, {**entry.subject, "transport_protocol": transport})


def _previous(case: AuditCase) -> tuple[ConsumerFile, Answers]:
    assert case.previous is not None
    return case.previous, Answers(case.previous.entries)


def _was(previous: ConsumerFile, entry: Entry, item: object = None) -> Related:
    return Related("in the earlier version", entry, "service_name", item, previous)  # type: ignore[arg-type]


@rule("CS301", WARNING, _SERVICES, needs=_NEEDS)
def word_withdrawn(case: AuditCase) -> Iterator[Violation]:
    """A name or alias that the earlier version answered for a transport is gone.

    Why it matters: of all changes this is the one that users complain of: programs that ask for the
    word fail.

    Flagged::

        # services
        http 80/tcp

        # earlier version
        http 80/tcp www

    Accepted::

        # services
        http 80/tcp www

        # earlier version
        http 80/tcp www
    """
    previous, before = _previous(case)
    for (word, transport), entry in before.by_word.items():
        if case.answers.port_of(word, transport) is not None:
            continue
        still = [t for t in ENTRY_TRANSPORTS if case.answers.port_of(word, t) is not None]
        rest = f"; it is still answered for {' and '.join(still)}" if still else ""
        message = f"{quoted(word)}/{transport} is not answered any more (was {entry.low}){rest}"
        yield Violation(
            _Change(entry, transport), "service_name", message, value=word,
            related=[_was(previous, entry, before.places[word, transport])],
        )  # fmt: skip


@rule("CS302", WARNING, _SERVICES, needs=_NEEDS)
def word_moved(case: AuditCase) -> Iterator[Violation]:
    """A name or alias means another port than in the earlier version.

    Why it matters: programs go on working, with the wrong port.

    Flagged::

        # services
        tide 8142/tcp

        # earlier version
        tide 8042/tcp

    Accepted::

        # services
        tide 8042/tcp

        # earlier version
        tide 8042/tcp
    """
    previous, before = _previous(case)
    for (word, transport), entry in before.by_word.items():
        port = case.answers.port_of(word, transport)
        if port is not None and port != entry.low:
            message = f"{quoted(word)}/{transport} is now port {port} (was {entry.low})"
            yield Violation(
                _Change(entry, transport), "service_name", message, value=word,
                related=[_was(previous, entry, before.places[word, transport])],
            )  # fmt: skip


@rule("CS303", NOTE, _SERVICES, needs=_NEEDS)
def answer_changed(case: AuditCase) -> Iterator[Violation]:
    """A port and transport answer another name than in the earlier version.

    Why it matters: logs and tools that show names of ports change.

    Flagged::

        # services
        www 80/tcp http

        # earlier version
        http 80/tcp www

    Accepted::

        # services
        http 80/tcp

        # earlier version
        http 80/tcp
    """
    previous, before = _previous(case)
    seen: set[tuple[int, str]] = set()
    for entry in previous.entries:
        transport = entry.transport
        key = (entry.low, transport)
        if key in seen or before.by_port.at(entry.low, transport) is not entry:
            continue
        seen.add(key)
        now = case.answers.by_port.at(entry.low, transport)
        if now is not None and now.name != entry.name:
            message = (
                f"{entry.low}/{transport} answers {quoted(now.name)} (was {quoted(entry.name)})"
            )
            subject = {
                "service_name": None, "port": entry.port_text, "transport_protocol": transport
            }  # fmt: skip
            yield Violation(
                Line(0, subject), "port_number", message, value=entry.name,
                related=[_was(previous, entry)],
            )  # fmt: skip


@rule("CS304", ERROR, "Configuration of the run", needs=("lines",))
def expected_word_missing(case: AuditCase) -> Iterator[Violation]:
    """A word of `expect` in the configuration is not answered, or with another port.

    Why it matters: the project said that its users depend on the word.

    Flagged::

        # services, expect harbour/tcp
        tide 8042/tcp

    Accepted::

        # services, expect tide/tcp=8042
        tide 8042/tcp
    """
    for word, transport, port in case.expected:
        answer = case.answers.port_of(word, transport)
        if answer is not None and port in (None, answer):
            continue
        expected = "" if port is None else f" with port {port}"
        state = "not answered" if answer is None else f"answered with port {answer}"
        message = f"{quoted(word)}/{transport} is expected{expected}, and {state}"
        subject = {
            "service_name": word,
            "port": None if port is None else str(port),
            "transport_protocol": transport,
        }
        yield Violation(Line(0, subject), "service_name", message, value=word)
