"""Matches the statements that are left: blocks of port numbers that were cut, merged or redrawn."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from validator.diff.changes import Change, Changes, Kind
from validator.diff.pairs import Unpaired
from validator.model.entries import Statement
from validator.model.vocabulary import normal_space


def match_blocks(changes: Changes, unpaired: Unpaired[Statement]) -> None:
    """Add what became of statements: those of one wording that overlap are one change."""
    for olds, news in unpaired.groups(_wording):
        for before, now in _overlapping(olds, news):
            _add_blocks(changes, before, now)


def _wording(statement: Statement) -> Hashable:
    record = statement.record
    return (
        normal_space(record.transport_protocol or ""),
        normal_space(f"{record.description} {record.assignment_notes}"),
    )


def _overlapping(
    olds: Sequence[Statement], news: Sequence[Statement]
) -> Iterator[tuple[list[Statement], list[Statement]]]:
    """Yield the statements of both sides in groups that share port numbers."""
    spans: list[tuple[int, int, int, Statement]] = []
    for side, statements in enumerate((olds, news)):
        for statement in statements:
            if statement.ports is None:
                yield ([], [statement]) if side else ([statement], [])
            else:
                spans.append((statement.ports.low, statement.ports.high, side, statement))
    spans.sort(key=lambda span: span[:2])
    group: tuple[list[Statement], list[Statement]] = ([], [])
    reach = -1
    for low, high, side, statement in spans:
        if low > reach and any(group):
            yield group
            group = ([], [])
        group[side].append(statement)
        reach = max(reach, high)
    if any(group):
        yield group


def _add_blocks(changes: Changes, before: list[Statement], now: list[Statement]) -> None:
    olds = [statement.record for statement in before]
    news = [statement.record for statement in now]
    if olds and news:
        changes.all.append(Change(_kind(before, now), olds, news))
        return
    side = 1 if news else 0
    kinds: tuple[Kind, Kind] = ("statement-removed", "statement-added")
    if changes.is_part[1 - side]:
        changes.add_not_comparable(olds, news)
        return
    for record in olds or news:
        changes.add_one_sided(kinds[side], side, record)


def _kind(before: Sequence[Statement], now: Sequence[Statement]) -> Kind:
    if len(before) == 1 and _covers(before[0], now):
        return "statement-cut"
    if len(now) == 1 and _covers(now[0], before):
        return "statement-merged"
    return "statement-redrawn"


def _covers(whole: Statement, parts: Iterable[Statement]) -> bool:
    ports = whole.ports
    return ports is not None and all(
        part.ports is not None and ports.low <= part.ports.low and part.ports.high <= ports.high
        for part in parts
    )
