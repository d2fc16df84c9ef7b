"""`ianalint fix FILE...`: a patch of what can be fixed safely, or the files with it applied."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from validator.budget import OutOfTime, expired, start
from validator.commands.arguments import Argument, Arguments, limits
from validator.commands.frame import Call
from validator.commands.inputs import STANDARD_INPUT, InputFile
from validator.commands.output import output_of, require_replaceable, write_bytes, write_data
from validator.commands.reading import CHECK_SHOWS, reading_faults, with_audit_hint
from validator.commands.terminal import say
from validator.engine.baseline import WaiverIndex
from validator.errors import CallError, Unusable
from validator.fix.plan import FIXABLE, Fixes, find_fixes
from validator.rules import RULES
from validator.rules.usable import reading_gaps, require_run, require_usable
from validator.settings import Settings
from validator.settings.choices import selection_of, waivers_of, whole_at


def arguments() -> Arguments:
    return Arguments(
        "fix",
        ("", [Argument("files", "FILE", "+"), "show_files", ("diff", "write"), "unsafe"]),
        ("", ["select", "ignore", "today", "exclude", "stdin_filename", "input_format"]),
        ("", [*limits("dump"), "output", "quiet"]),
    )


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    if output_of(options) is not None and options.write:
        raise CallError("--output is for the patch, and --write writes none")
    call = Call(options, "registry")
    settings = call.settings
    files = call.files(options.files)
    call.show_files(files)
    output = call.output(files)
    status = 0
    patches: list[bytes] = []
    with call.progress as progress:
        for file in files:
            progress.doing = f"fixing {file.display}"
            start(f"while {progress.doing}")
            try:
                patch, is_clean = _fix(file, settings, options)
            except (CallError, Unusable, OutOfTime) as error:
                say(_reason(error, file, settings))
                status = 2
            else:
                patches.append(patch)
                status = max(status, int(not is_clean))
    if patches:
        write_data(output, b"".join(patches))
    return status


def _reason(error: BaseException, file: InputFile, settings: Settings) -> str:
    """Why a file was not fixed."""
    if isinstance(error, OutOfTime):
        return f"{file.display}: {expired()}"
    return str(with_audit_hint(error, file, settings) if isinstance(error, Unusable) else error)


def _fix(file: InputFile, settings: Settings, options: Namespace) -> tuple[bytes, bool]:
    """Return what to print for a file, and whether nothing is left to do about it."""
    fixes = _fixes(file, settings, options)
    for fault in reading_faults(fixes.registry, CHECK_SHOWS):
        say(fault)
    text = fixes.fixed if file.path == STANDARD_INPUT else b""
    remarks = [*fixes.sentences("fixed" if options.write else "can be fixed")]
    if not options.write:
        text, place = fixes.patch(file.name, packed=file.is_packed)
        remarks = [*place, *remarks]
    elif fixes.edits and file.path != STANDARD_INPUT:
        write_bytes(file.path, fixes.fixed)
    for remark in [] if options.quiet else remarks:
        say(f"{file.display}: {remark}")
    is_whole = not reading_gaps(fixes.registry).unread
    return text, is_whole and (options.write or not fixes.edits)


def _fixes(file: InputFile, settings: Settings, options: Namespace) -> Fixes:
    """Return what can be fixed in a file.  Raises `CallError` and `Unusable`."""
    file.require_readable()
    selection = selection_of(settings, RULES, file.name).chosen().among(FIXABLE)
    if not selection.running:
        raise CallError(f"no selected rule can be fixed (these can: {', '.join(sorted(FIXABLE))})")
    if file.pages:
        raise CallError(f"{file.display}: cannot fix HTML (only XML and CSV)")
    if options.write:
        require_replaceable(file)
    waivers = WaiverIndex(waivers_of(settings, RULES), settings.today)
    fixes = find_fixes(
        file.source(settings.limits), selection.running, form=settings.input_format,
        whole=whole_at(settings, file.name), unsafe=options.unsafe,
        context=settings.context(), accepts=waivers.accepts,
    )  # fmt: skip
    require_run(selection, require_usable(fixes.registry))
    return fixes
