"""`ianalint audit FILE...`: checks files that were made or are kept from the registry."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from validator.budget import start
from validator.commands.arguments import (
    BASELINE,
    MANNER,
    REPORT,
    Arguments,
    Option,
    limits,
    switch,
)
from validator.commands.audit_inputs import AuditedFile, AuditInputs, files_to_audit
from validator.commands.frame import Frame
from validator.commands.output import write_file
from validator.commands.reading import usable
from validator.consumers.audit import Audit, examine_case, registry_input
from validator.consumers.case import AuditCase
from validator.consumers.entry import KINDS
from validator.engine.report import Input, Report
from validator.errors import CallError
from validator.settings.table import Choice, Kind, Number

# Options that mean nothing without a registry.
_COMPARING = ("fates", "full", "history", "git", "max_age", "input_format")


def arguments() -> Arguments:
    return Arguments(
        "audit",
        (
            "Inputs",
            [
                *("files", "show_files", "registry", "exclude", "stdin_filename"),
                Option("as", Choice("form", KINDS), dest="kind"),
                switch("full", "subset"),
                Option("history", Kind("PATH"), action="append", default=[]),
                *("git", Option("previous", Kind()), "input_format"),
            ],
        ),
        ("Rules", ["select", "ignore", "severity", "today"]),
        ("Exit status", ["fail_on", *BASELINE, Option("max_age", Number(0, 100_000, "DAYS"))]),
        ("Limits", limits("dump", "rules")),
        ("Report", [*REPORT, Option("fates", Kind()), "statistics", MANNER]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    frame = Frame(options, "consumer", "run")
    files = files_to_audit(frame)
    frame.show_files(files)
    named = options.registry or frame.settings.audit.get("registry") or frame.settings.registry
    _require_meaning(options, named)
    outputs = [] if options.fates is None else [options.fates]
    frame.open([read for file in files for read in file.inputs], *outputs, registry=named)
    with frame.progress:
        report, cases = _audited(frame, files)
    if named is None and cases:
        unused = ", without audit.history" if frame.settings.audit.get("history") else ""
        alone = "no registry was named (--registry): the files are checked alone"
        frame.remarks.append(f"{alone}{unused}")
    status = frame.judge(report)
    if options.fates is not None:
        from validator.consumers.fate_rows import as_csv, as_jsonl, fate_rows

        start("while writing the fates")
        as_text = as_csv if options.fates.lower().endswith(".csv") else as_jsonl
        write_file(options.fates, [as_text(fate_rows(cases))])
    return frame.finish(report, status)


def _require_meaning(options: Namespace, registry: str | None) -> None:
    """Raise `CallError` for options that mean nothing here."""
    for option in _COMPARING if registry is None else ():
        # --subset is right without one, too.
        value = getattr(options, option)
        if not (value is None or value is False or value == []):  # 0 is a number of days
            name = option.replace("_", "-")
            raise CallError(f"--{name} needs a registry (--registry DUMP)")
    if options.fates is not None and not options.fates.lower().endswith((".csv", ".jsonl")):
        raise CallError(f'--fates: expected a .csv or .jsonl file, found "{options.fates}"')


def _audited(frame: Frame, files: Sequence[AuditedFile]) -> tuple[Report, list[AuditCase]]:
    """Read the registry and the files and run the rules."""
    report = Report([], {rule.code: rule for rule in frame.running().running})
    registry = frame.read_registry(files)
    frame.remark_gaps(registry, "; `ianalint check` shows where")
    inputs = AuditInputs(frame, registry)
    cases: list[AuditCase] = []
    for file in files:
        frame.progress.doing = f"checking {file.display}"

        def examined(file: AuditedFile = file) -> Input:
            cases.append(inputs.case(file))
            return examine_case(cases[-1], frame.running(file.name), frame.settings.context())

        report.inputs.append(usable(file.display, examined))
    report.inputs += [] if registry is None else [registry_input(registry)]
    report.inputs += inputs.compared_dumps(cases)
    report.command = "audit"
    report.audits = [Audit(case) for case in cases]
    return report, cases
