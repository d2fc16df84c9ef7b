"""Reads a file made from the registry: which form it has, and what it says."""

from __future__ import annotations

import os
import re

from validator.consumers.case import PrivateRules
from validator.consumers.entry import ENTRY_TRANSPORTS, ConsumerFile
from validator.consumers.lines import FREQUENCY, decoded, read_lines
from validator.consumers.private import columns_of, read_private_tables
from validator.consumers.tables import read_csv
from validator.limits import LIMITS, Limits
from validator.readers.source import Unusable, display_path, read_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.consumers.entry import Kind

_TABLES = (".csv", ".tsv", ".md")
_STRUCTURED = (".json", ".yaml", ".yml", ".toml")
_HEAD = 1 << 16
_TRANSPORTS = "|".join(ENTRY_TRANSPORTS).encode()
# A line that is an entry in one of the forms: its second port, transports and third word.
_ENTRY = re.compile(
    rb"[ \t\v\f\r]*[^ \t\v\f\r#]++[ \t\v\f\r]++(?:0|[1-9][0-9]{0,4})(-[1-9][0-9]{0,4})?/"
    rb"((?:" + _TRANSPORTS + rb")(?:/(?:" + _TRANSPORTS + rb"))*+)"
    rb"(?:[ \t\v\f\r]++([^ \t\v\f\r#]++)|[ \t\v\f\r#]|\Z)"
)


def read_consumer(
    path: str | os.PathLike[str],
    *,
    kind: Kind | None = None,
    private: PrivateRules | None = None,
    limits: Limits = LIMITS,
) -> ConsumerFile:
    """Read the file at `path` (`-` for standard input; `.gz` and `.xz` are unpacked).

    `kind` is services, nmap, wireshark or private, by default what the file shows.  `private` says
    which columns of a private list mean what.  Raises `Unusable` where the file cannot be read, is
    empty, or is no text.
    """
    name = os.fspath(path)
    label = "<stdin>" if name == "-" else display_path(name)
    data, breaks_off = read_bytes(name, limits)
    if breaks_off is not None:
        raise Unusable(f"{label}: the packed file breaks off: {breaks_off}")
    return parse_consumer(data, path=label, kind=kind, private=private, limits=limits)


def parse_consumer(
    data: bytes,
    *,
    path: str = "<bytes>",
    kind: Kind | None = None,
    private: PrivateRules | None = None,
    limits: Limits = LIMITS,
) -> ConsumerFile:
    """Read a file from memory; otherwise as `read_consumer`.  `path` names it in the report."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data:
        raise Unusable(f"{path} is empty")
    if b"\0" in data:
        raise Unusable(f"{path} is not text: it has a NUL byte")
    rules = private or PrivateRules()
    if kind == "private" or (kind is None and is_private(path, data, rules)):
        if path.lower().endswith(_STRUCTURED):
            from validator.consumers.structured import read_structured

            return read_structured(path, data, rules, limits)
        return read_private_tables(path, data, rules, limits.records)
    if kind is not None:
        return read_lines(path, data, kind, limits.records)
    return read_lines(path, data, kind_of_lines(data), limits.records)


def is_private(path: str, data: bytes, rules: PrivateRules) -> bool:
    """Say whether a file is a private list: by its name, or a first line with a port column."""
    if path.lower().endswith((*_TABLES, *_STRUCTURED)):
        return True
    head = data[:_HEAD].split(b"\n", 1)[0]
    if not any(mark in head for mark in b",;\t|"):
        return False
    table = read_csv(head, 1)
    return table is not None and "port" in columns_of(table.headings, rules)


def kind_of_lines(data: bytes) -> Kind:
    """The form of a file of one entry a line: by the lines that are entries.

    It is nmap's where at least nine in ten have a frequency in the third place, Wireshark's where
    at least one in ten has several transports or a range, else services(5).
    """
    total = frequencies = merged = 0
    for line in data.split(b"\n"):
        match = _ENTRY.match(line)
        if match is None:
            continue
        total += 1
        merged += match[1] is not None or b"/" in match[2]
        frequencies += match[3] is not None and FREQUENCY.fullmatch(decoded(match[3])) is not None
    if total and frequencies * 10 >= total * 9:
        return "nmap"
    return "wireshark" if total and merged * 10 >= total else "services"
