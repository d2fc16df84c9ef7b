"""A file of requests as the document that findings lie in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validator.request.reading import RequestForm


class RequestDocument:
    """Bytes with requests in them, and the path they are named by in reports."""

    def __init__(self, path: str, data: bytes, form: RequestForm) -> None:
        self.path = path
        self.data = data
        self.form = form
        self.parts: Sequence[tuple[int, str]] = ()
        self.locate: Callable[[object, str | None, object], int] = _place


def _place(subject: object, _field: str | None, _item: object) -> int:
    """The byte of a `Part`, which carries it."""
    return int(getattr(subject, "offset", 0))
