"""The values of a registry: port ranges and dates."""

from __future__ import annotations

from validator.model.vocabulary import DATE, LAST_PORT, PORT_NUMBER, SYSTEM_PORTS, USER_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    RangeName = Literal["System", "User", "Dynamic"]

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class PortRange:
    """Port numbers from `low` to `high`, both included; a single port where they are equal.

    Only what RFC 6335, Section 6 allows: 0 <= low <= high <= 65535.
    """

    __slots__ = ("high", "low")

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    @property
    def name(self) -> RangeName | None:
        """System, User or Dynamic (Section 6); `None` for a range that crosses a boundary."""
        low, high = _range_name(self.low), _range_name(self.high)
        return low if low == high else None

    @property
    def is_single(self) -> bool:
        return self.low == self.high

    def __contains__(self, port: int) -> bool:
        return self.low <= port <= self.high

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PortRange) and self.low == other.low and self.high == other.high

    def __hash__(self) -> int:
        return self.low << 16 | self.high

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    def __repr__(self) -> str:
        return f"PortRange({self.low}, {self.high})"


def _range_name(port: int) -> RangeName:
    if port <= SYSTEM_PORTS[1]:
        return "System"
    return "User" if port <= USER_PORTS[1] else "Dynamic"


def port_range(text: str | None) -> PortRange | None:
    """Parse a Port Number field; `None` where it is empty or not a valid port or range."""
    if not text:
        return None
    if text.isdigit() and text.isascii() and (text[0] != "0" or text == "0"):
        # The usual case, without the cost of the pattern.
        port = int(text) if len(text) < 6 else LAST_PORT + 1
        return PortRange(port, port) if port <= LAST_PORT else None
    match = PORT_NUMBER.fullmatch(text)
    if match is None or len(text) > 11:
        return None
    low = int(match[1])
    high = int(match[2]) if match[2] else low
    return PortRange(low, high) if low <= high <= LAST_PORT else None


class Date:
    """A date of the registry: a day, or a month where `day` is `None`.

    `impossible` is true for a date that is not in the calendar.  Compare dates with `before`, which
    compares as exactly as both dates allow: 2006-04 is neither before nor after 2006-04-01.
    """

    __slots__ = ("day", "impossible", "month", "text", "year")

    def __init__(self, text: str, year: int, month: int, day: int | None) -> None:
        self.text = text
        self.year = year
        self.month = month
        self.day = day
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = 28 if month == 2 and not leap else _DAYS[month - 1] if 1 <= month <= 12 else 0
        self.impossible = not last or not year or (day is not None and not 1 <= day <= last)

    def before(self, other: Date) -> bool:
        mine, theirs = (self.year, self.month), (other.year, other.month)
        if mine != theirs or self.day is None or other.day is None:
            return mine < theirs
        return self.day < other.day

    def __repr__(self) -> str:
        return f"Date({self.text!r})"


def parse_date(text: str | None) -> Date | None:
    """Parse YYYY-MM-DD or YYYY-MM, `None` for another shape; the date may be impossible."""
    if not text:
        return None
    if len(text) == 10 and text[4] == "-" == text[7]:
        # The usual case, without the cost of the pattern.
        digits = text[:4] + text[5:7] + text[8:]
        if digits.isdigit() and digits.isascii():
            return Date(text, int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    match = DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()
    return Date(text, int(year), int(month), None if day is None else int(day))


def is_date(text: str, *, has_day: bool | None = None) -> bool:
    """Say whether `text` is a date that there is, YYYY-MM-DD or, without a day, YYYY-MM.

    Either will do where `has_day` is None.
    """
    date = parse_date(text)
    if date is None or date.impossible:
        return False
    return has_day is None or (date.day is not None) is has_day


def merge_ranges(ranges: Iterable[PortRange]) -> list[tuple[int, int]]:
    """Merge `ranges` into ascending pairs (low, high) with gaps between them."""
    merged: list[tuple[int, int]] = []
    start, end = -1, -2
    for low, high in sorted([(ports.low, ports.high) for ports in ranges]):
        if low > end + 1:
            if start >= 0:
                merged.append((start, end))
            start, end = low, high
        elif high > end:
            end = high
    if start >= 0:
        merged.append((start, end))
    return merged


def mark_ports(ranges: Iterable[PortRange], marks: bytearray | None = None) -> bytearray:
    """Return one byte for each port: 1 if one of `ranges` contains it or `marks` has it."""
    marked = bytearray(LAST_PORT + 1) if marks is None else bytearray(marks)
    for low, high in merge_ranges(ranges):
        marked[low : high + 1] = b"\x01" * (high - low + 1)
    return marked
