"""How the fault of a rule is made: one small function a rule, in the file of its family.

    @breaks("ST007")
    def statement_without_port(draft):
        record = draft.reserved().record
        record.port_number = None
        return record, None

The function is given a `Draft` in which a few services stand.  It adds what it needs, breaks one
thing, and returns what is to be blamed and for which field.
"""

from __future__ import annotations

from hypothesis import strategies as st

from validator.model.record import Contact, Footnote, Ports, Record
from validator.strategies.draft import Draft, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from validator.model.record import Dump
    from validator.model.registry import Registry

    # Whose fault it is, `None` for the registry's as a whole, and in which field.
    Blame: TypeAlias = tuple[Record | Contact | Footnote | Ports | None, str | None]
    Break: TypeAlias = Callable[[Draft], Blame]


class BrokenRegistry:
    """A registry with one fault.

    `code` is that of the rule, `blamed` what the finding is to be about (a record, a contact, a
    footnote or some ports; the dump for the registry as a whole) and `field` what of it is wrong.
    """

    __slots__ = ("blamed", "code", "field", "registry")

    def __init__(
        self,
        code: str,
        registry: Registry,
        blamed: Record | Contact | Footnote | Ports | Dump,
        field: str | None,
    ) -> None:
        self.code = code
        self.registry = registry
        self.blamed = blamed
        self.field = field

    @property
    def subject(self) -> dict[str, str | None]:
        """What identifies `blamed`, as in `Finding.subject`."""
        return self.blamed.subject

    def __repr__(self) -> str:
        return f"<broken by {self.code}: {self.field} of {self.blamed!r}>"


class Breaking:
    """How registries are broken so that the rule `code` finds it.

    `along` has the rules that cannot but find something too, and why.
    """

    __slots__ = ("_break", "along", "code", "whole")

    def __init__(self, code: str, make: Break, whole: bool, along: Mapping[str, str]) -> None:
        self.code = code
        self._break = make
        self.whole = whole
        self.along = along

    def registries(self) -> st.SearchStrategy[BrokenRegistry]:
        return _broken(self)

    def broken(self, draft: Draft) -> BrokenRegistry:
        """Break a draft and read what comes of it."""
        blamed, field = self._break(draft)
        model = draft.finished().dump
        registry = read(draft)
        dump = registry.dump
        about: Record | Contact | Footnote | Ports | Dump
        if isinstance(blamed, Record):
            about = dump.records[_place(blamed, model.records)]
        elif isinstance(blamed, Contact):
            about = dump.contacts[_place(blamed, model.contacts)]
        elif isinstance(blamed, Footnote):
            about = dump.footnotes[_place(blamed, model.footnotes)]
        else:
            about = blamed or dump
        return BrokenRegistry(self.code, registry, about, field)


def _place(held: object, among: list[Record] | list[Contact] | list[Footnote]) -> int:
    return next(place for place, other in enumerate(among) if other is held)


@st.composite
def _broken(draw: Callable[..., int], breaking: Breaking) -> BrokenRegistry:
    draft = Draft(draw, breaking.whole)
    draft.some(0, 2)
    return breaking.broken(draft)


BREAKING: dict[str, Breaking] = {}


def breaks(
    code: str, *, whole: bool = False, along: Mapping[str, str] | None = None
) -> Callable[[Break], Break]:
    """Declare that the decorated function makes the fault of the rule `code`.

    `whole` asks for a whole registry, `along` is as in `Breaking`.
    """

    def declare(make: Break) -> Break:
        if code in BREAKING:
            raise ValueError(f"{code} is broken twice")
        BREAKING[code] = Breaking(code, make, whole, along or {})
        return make

    return declare
