"""Reads a file made from the registry: which form it has, and what it says."""

from __future__ import annotations

import os
import re

from validator.consumers.case import PrivateRules
from validator.consumers.entry import ENTRY_TRANSPORTS, KINDS, ConsumerFile
from validator.consumers.lines import FREQUENCY, decoded, read_lines
from validator.consumers.list_columns import has_listed_port
from validator.consumers.list_tables import read_private_tables
from validator.consumers.tables import markdown_headings, read_csv
from validator.errors import Unusable, listed, require_type, wrong_value
from validator.limits import LIMITS, Limits
from validator.readers.source import display_path, read_bytes, require_no_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.consumers.entry import Kind

# The suffixes of private lists, and their forms.
_SUFFIXES = {
    "csv": "csv", "tsv": "csv", "md": "md", "markdown": "md", "json": "json", "yaml": "yaml",
    "yml": "yaml", "toml": "toml",
}  # fmt: skip
_STRUCTURED = ("json", "yaml", "toml")
_REMARKS = rb"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+"
_TOML_TABLE = re.compile(rb"\[\[?[A-Za-z][^\]\n]*+\]\]?[ \t]*+(?:#|\r?\n)")
_TOML_VALUE = re.compile(_REMARKS + rb"(?:[\w.-]++[ \t]*+=|\[)")
_YAML_MEMBER = re.compile(_REMARKS + rb"(?:---|- |[^\s#,;|=:]++:(?:[ \t\r\n]|\Z))")
_MARKDOWN_RULER = re.compile(rb"^[ \t]*+\|?[ \t]*+:?-+:?[ \t]*+\|[-:| \t]*+\r?$", re.MULTILINE)
# Markdown, too, may begin with a comment.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|registry)\b", re.IGNORECASE)
# A list of ports has no such key.
_REQUEST_KEY = re.compile(rb"\btransport_protocols\b")
# A document with the usual key of a list; no line of a services file is so.
_DOCUMENT = re.compile(
    rb"^(?:(?:services|ports):[ \t]*+(?:#[^\n]*+)?\r?$|\[\[?(?:services|ports)\b)", re.MULTILINE
)
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
    require_type("path", path, str | os.PathLike, "a path")
    if kind is not None and kind not in KINDS:
        raise wrong_value("kind", listed(KINDS), kind)
    require_type("limits", limits, Limits, "Limits")
    text = os.fspath(path)
    return read_named(text, "<stdin>" if text == "-" else text, kind, private, limits)


def read_named(
    path: str, name: str, kind: Kind | None, private: PrivateRules | None, limits: Limits
) -> ConsumerFile:
    """Read the file at `path` as `read_consumer` does; `name` is what reports call it."""
    data, breaks_off = read_bytes(path, limits, name)
    label = display_path(name)
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
    if not data:
        raise Unusable(f"{path} is empty")
    require_no_pointer(path, data)
    if b"\0" in data:
        raise Unusable(f"{path} is not text: it has a NUL byte")
    if kind is None:
        _require_consumer(path, data)
    rules = private or PrivateRules()
    # C libraries take a byte order mark for the beginning of a name.
    text = data.removeprefix(b"\xef\xbb\xbf")
    if kind == "private" or (kind is None and is_private(path, text, rules)):
        form = _list_form(path, text)
        if form in _STRUCTURED:
            from validator.consumers.structured import read_structured

            return read_structured(path, text, form, rules, limits)
        return read_private_tables(path, text, form, rules, limits.records)
    return read_lines(path, data, kind or kind_of_lines(data), limits.records)


def _require_consumer(path: str, data: bytes) -> None:
    """Raise `Unusable` for what another command reads: a dump of the registry, a request."""
    from validator.readers.appearance import is_registry, request_appearance

    found = ""
    if not list_suffix(path) and _MARKUP.match(data):
        found = "XML or HTML"
    elif is_registry(data):
        found = "a dump of the registry"
    elif _REQUEST_KEY.search(data[:_HEAD]) and request_appearance(data):
        found = "a request"
    if found:
        command = "request" if found == "a request" else "check"
        what = "it" if command == "request" else "a registry"
        raise Unusable(
            f"{path}: expected services(5), nmap-services, Wireshark's services or a private list,"
            f' found {found} ("ianalint {command}" checks {what})'
        )


def is_private(path: str, data: bytes, rules: PrivateRules) -> bool:
    """Say whether a file is a private list: by its name, a first line with a port column, or a key.

    The keys are `services` and `ports` of YAML and TOML.
    """
    if list_suffix(path) or _DOCUMENT.search(data[:_HEAD]):
        return True
    head = data[:_HEAD].partition(b"\n")[0]
    # A comment of a services file may well speak of names and ports.
    if head.lstrip().startswith(b"#") or not any(mark in head for mark in b",;\t|"):
        return False
    lines = [markdown_headings(head)]
    table = read_csv(head, 1, lambda cells: has_listed_port(cells, rules))
    if table is not None:
        lines.append(table.headings)
    return any(has_listed_port(headings, rules) for headings in lines)


def list_suffix(path: str) -> str:
    """The suffix of a path that says it is a private list, as one of the forms; else nothing."""
    name = path.lower()
    for packed in (".gz", ".xz"):
        name = name.removesuffix(packed)
    return _SUFFIXES.get(name.rpartition(".")[2], "") if "." in name else ""


def _list_form(path: str, data: bytes) -> str:
    """The form of a private list: by the suffix of its path, else by how it begins."""
    form = list_suffix(path)
    if form:
        return form
    head = data[:_HEAD]
    if head.lstrip()[:1] in (b"{", b"["):
        return "toml" if _TOML_TABLE.match(head.lstrip()) else "json"
    if _MARKDOWN_RULER.search(head):
        return "md"
    if _YAML_MEMBER.match(head):
        return "yaml"
    return "toml" if _TOML_VALUE.match(head) else "csv"


def kind_of_lines(data: bytes) -> Kind:
    """The form of a file of one entry a line: by the lines that are entries.

    It is nmap's where at least nine in ten have a frequency in the third place, Wireshark's where
    at least one in ten, and two, have several transports or a range, else services(5): one may be a
    mistake.
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
    return "wireshark" if merged >= 2 and merged * 10 >= total else "services"
