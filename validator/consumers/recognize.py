"""Says of a file that is no dump whether `ianalint audit` reads it.

This is loaded only where a dump could not be read.
"""

from __future__ import annotations

import re
import shlex

from validator.consumers.audit import form_phrase
from validator.consumers.entry import ConsumerFile
from validator.consumers.reading import list_suffix, parse_consumer
from validator.errors import Unusable
from validator.limits import LIMITS, Limits
from validator.readers.source import display_path, read_bytes

_HEAD = 1 << 16
# A table with this column is a dump whose other columns are missing.
_REGISTRY_HEADING = re.compile(rb"registration[ _]date", re.IGNORECASE)
# How many entries and rows are looked at.
_MOST = 200
# A larger list of which nothing may be cut off is not looked at.
_LARGEST = 1 << 20


def audit_hint(path: str) -> str:
    """Return a sentence that names `ianalint audit` for a file that was made from the registry.

    It is empty for every other file, and for one that cannot be read.
    """
    try:
        return audit_hint_of(path, read_bytes(path, LIMITS)[0])
    except Unusable:
        return ""


def audit_hint_of(path: str, data: bytes) -> str:
    """As `audit_hint`, for the bytes of the file at `path`."""
    try:
        file = _consumer_file(path, data)
    except Unusable:
        return ""
    # Lines of which most are no entries are something else, such as a hosts file.
    if file is None or len(file.entries) <= len(file.faults):
        return ""
    name = shlex.quote(display_path(path))
    return f'It looks like {form_phrase(file.kind)}, which "ianalint audit {name}" checks'


def _consumer_file(path: str, data: bytes) -> ConsumerFile | None:
    if data.lstrip()[:1] in (b"<", b"") or _REGISTRY_HEADING.search(data[:_HEAD]):
        return None
    if len(data) > _LARGEST and list_suffix(path):
        return None
    if len(data) > _HEAD and not list_suffix(path):
        # A line that is cut off would be no entry.
        data = data[:_HEAD].rpartition(b"\n")[0] or data[:_HEAD]
    return parse_consumer(data, path=path, limits=Limits(records=_MOST))
