"""Templates in one line: `Service name: "tides", Protocol: "tcp"; Service name: "ebb", ...`"""

from __future__ import annotations

from validator.request.drafts.labels import inline_fields
from validator.request.drafts.recognize import FieldText, template_requests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.request.documents.parsed import ParsedRequest, RequestKind
    from validator.request.drafts.labels import LabeledValue
    from validator.request.drafts.sections import Passage


def inline_requests(paragraph: Passage, kind: RequestKind, is_literal: bool) -> list[ParsedRequest]:
    """What a paragraph whose fields are in one line requests or changes, nothing for a sentence."""
    fields = inline_fields(paragraph)
    if not any(f.label.is_distinctive for f in fields) or _has_sentence(paragraph, fields):
        return []
    return [
        request
        for group in _groups(fields)
        for request in template_requests(
            [FieldText(f.label.path, [f.value], is_literal, f.misspelled) for f in group], kind
        )
    ]


def _has_sentence(paragraph: Passage, fields: list[LabeledValue]) -> bool:
    """Whether a paragraph with fields is a sentence that mentions them: it has words before.

    Those of several services are after few words: "ports 5 (service name: a) and 6 (...)".
    """
    first = fields[0].value.marks[0][1] - paragraph.marks[0][1]
    before = paragraph.text[: max(first, 0)]
    is_in_brackets = len(list(_groups(fields))) > 1 and "(" in before
    return is_in_brackets or len(before.split()) > 6


def _groups(fields: Iterable[LabeledValue]) -> Iterator[list[LabeledValue]]:
    """The fields of each service in a line: a label that is repeated begins the next one."""
    group: list[LabeledValue] = []
    for labeled in fields:
        if any(other.label.path == labeled.label.path for other in group):
            yield group
            group = []
        group.append(labeled)
    yield group
