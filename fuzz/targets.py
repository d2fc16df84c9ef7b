"""The targets of the fuzzer: each takes bytes, and raises `Wrong` where a promise is broken.

A reader, its rules and its report are one target, because a fault of one often shows in another.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from validator import (
    Limits,
    Registry,
    Report,
    Unusable,
    check,
    check_request,
    parse_registry,
    read_registry,
)
from validator.api import run_context
from validator.consumers.audit import audit
from validator.consumers.entry import KINDS
from validator.consumers.fate_rows import as_csv, as_jsonl, fate_rows
from validator.consumers.reading import parse_consumer
from validator.diff.compare import compare
from validator.errors import CallError
from validator.model.portmap import port_map
from validator.readers import FORMS
from validator.reporters import FORMATS, Style, render
from validator.settings import load
from validator.settings.reading import read_baseline
from validator.writers import TARGETS, write

TODAY = "2026-11-24"
LIST_SUFFIXES = ("csv", "md", "yaml", "json", "toml")
# The forms that can be written and read again.
READABLE = [target for target in TARGETS if target in FORMS]
# Characters that no report may contain, because a terminal acts on them.
CONTROLS = frozenset(map(chr, [*range(10), *range(11, 32), *range(127, 160)])) | frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


class Wrong(Exception):  # noqa: N818
    """A broken promise."""


def registry_of(data: bytes, form: str | None = None) -> Registry | None:
    try:
        return parse_registry(data, form=form, path="fuzz")  # type: ignore[arg-type]
    except Unusable as error:
        require("\n" not in str(error), "a message of two lines")
        return None


def require(condition: object, message: str) -> None:
    if not condition:
        raise Wrong(message)


def report_of(registry: Registry) -> Report:
    report = check(registry, today=TODAY, limits=Limits(findings=100))
    for fault in report.faults:
        raise Wrong(f"{fault.code} broke: {fault.message}") from fault.error
    end = len(registry.dump.data)
    for finding in report.findings:
        location = finding.location
        require(location.line >= 1 and location.column >= 1, "a location before the first")
        require(0 <= location.offset <= end, "a location after the end")
    return report


def reader(form: str | None) -> Callable[[bytes], None]:
    """Read as `form`, check, and write the report as JSON."""

    def target(data: bytes) -> None:
        registry = registry_of(data, form)
        if registry is not None:
            check_output(report_of(registry), "json")

    return target


def check_output(report: Report, form: str) -> None:
    """Render `report` as `form`, and check what the format promises."""
    out = "".join(render(form, report, Style(legacy="show")))
    out.encode("utf-8")  # no lone surrogates
    require(CONTROLS.isdisjoint(out), f"a control character in {form}")
    if form in ("json", "sarif", "gitlab"):
        require(out.isascii(), f"{form} is not ASCII")
        json.loads(out)
    elif form == "jsonl":
        for line in out.splitlines():
            json.loads(line)
    elif form == "junit":
        ElementTree.fromstring(out)
    elif form == "github":
        for line in out.splitlines():
            require(line.startswith("::"), "a line of GitHub that is no command")
    elif form == "html":
        require(out.count("<script") == out.count("</script") == 1, "a script too many")


def reporters(data: bytes) -> None:
    """Read in any form, and write the report in the format that the first byte chooses."""
    registry = registry_of(data[1:])
    if registry is None or not data:
        return
    report = report_of(registry)
    report.inputs[0].ports = port_map(registry)
    report.inputs[0].data = registry.dump.data
    check_output(report, FORMATS[data[0] % len(FORMATS)])


def writers(data: bytes) -> None:
    """Write in another form; what is read back must be the same."""
    registry = registry_of(data[1:])
    if registry is None or not data:
        return
    target = READABLE[data[0] % len(READABLE)]
    text = write(registry, target).text
    text.encode("utf-8")
    again = registry_of(text.encode(), target)
    require(again is not None, f"what was written as {target} cannot be read")
    if again is not None and target == "json" and not registry.dump.defects:
        try:
            report = compare(registry, again, run_context(TODAY))
        except Unusable as error:  # a dump without records is not compared
            require("\n" not in str(error), "a message of two lines")
            return
        require(not report.faults, f"comparing broke: {report.faults}")
        differences = [f"{f.code} {f.field} {f.message}" for f in report]
        require(not differences, f"the JSON differs: {differences[:3]}")


@cache
def registry_of_requests() -> Registry:
    return read_registry(Path(__file__).parent.parent / "fixtures" / "requests" / "registry.xml")


def request(data: bytes) -> None:
    """Review requests in any form, and report in the format that the first byte chooses."""
    if not data:
        return
    try:
        report = check_request(data[1:], registry_of_requests())
    except Unusable as error:
        require("\n" not in str(error), "a message of two lines")
        return
    for fault in report.faults:
        raise Wrong(f"{fault.code} broke: {fault.message}") from fault.error
    # A draft may have none: it may only change assignments, or speak of something else.
    has_request = report.requests or report.inputs[0].form == "draft"
    require(has_request, "a document without a request is not reported")
    for review in report.requests or ():
        refused = any(finding.severity == "error" for finding in review.findings)
        expected = ("reject" if refused else "accept") if review.kind == "request" else None
        require(review.verdict == expected, "a verdict without reason")
    check_output(report, FORMATS[data[0] % len(FORMATS)])


def consumer(kind: str) -> Callable[[bytes], None]:
    """Read as a file made from the registry, and audit it beside a registry and an earlier version.

    The first byte chooses the format of the report, of a private list also its form.
    """

    def target(data: bytes) -> None:
        if not data:
            return
        suffix = LIST_SUFFIXES[data[0] // len(FORMATS) % len(LIST_SUFFIXES)]
        path = f"fuzz.{suffix}" if kind == "private" else "fuzz"
        limits = Limits(findings=100, records=2000)
        try:
            file = parse_consumer(data[1:], path=path, kind=kind, limits=limits)  # type: ignore[arg-type]
        except Unusable as error:
            require("\n" not in str(error), "a message of two lines")
            return
        current, earlier = consumer_registries()
        is_comparable = file.entries and file.is_whole and file.kind != "private"
        previous = file if is_comparable else None
        report = audit(
            file, current, history=[earlier], previous=previous, full=True, today=TODAY,
            limits=limits,
        )  # fmt: skip
        for fault in report.faults:
            raise Wrong(f"{fault.code} broke: {fault.message}") from fault.error
        require(not any(f.code in ("CS301", "CS302", "CS303") for f in report.findings), "a change")
        (sums,) = report.audits or ()
        require(sum(sums.to_dict()["entry_fates"].values()) == len(file.entries), "lost fates")
        rows = list(fate_rows([sums.case]))
        require(sum(row["kind"] == "entry" for row in rows) == len(file.entries), "lost rows")
        for text in (as_csv(rows), as_jsonl(rows)):
            text.encode("utf-8")
            require(CONTROLS.isdisjoint(text.replace("\t", "")), "a control character in the fates")
        check_output(report, FORMATS[data[0] % len(FORMATS)])

    return target


@cache
def consumer_registries() -> tuple[Registry, Registry]:
    folder = Path(__file__).parent.parent / "fixtures" / "consumers"
    return read_registry(folder / "registry.xml"), read_registry(folder / "earlier.xml")


_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz"))


def configuration(data: bytes) -> None:
    path = _FOLDER / "ianalint.toml"
    path.write_bytes(data)
    load_file(load, path)


def baseline(data: bytes) -> None:
    path = _FOLDER / "known.json"
    path.write_bytes(data)
    load_file(read_baseline, path)


def load_file(read: Callable[[str], object], path: Path) -> None:
    try:
        read(os.fspath(path))
    except CallError as error:
        require(all(isinstance(text, str) and text for text in error.args), "no message")


TARGETS_OF_FUZZING: dict[str, Callable[[bytes], None]] = {
    **{form: reader(form) for form in FORMS},
    "any": reader(None),
    "reporters": reporters,
    "writers": writers,
    "request": request,
    **{kind: consumer(kind) for kind in KINDS},
    "configuration": configuration,
    "baseline": baseline,
}
