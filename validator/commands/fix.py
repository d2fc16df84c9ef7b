"""`ianalint fix FILE...`: a patch of what can be fixed safely, or the files with it applied."""

from __future__ import annotations

import os

from validator.budget import OutOfTime, expired, start
from validator.commands.arguments import (
    Arguments,
    add,
    add_configuration,
    add_flag,
    add_limits,
    add_output,
    add_show_files,
    settings_of,
    show_files,
)
from validator.commands.frame import CHECK_SHOWS, reading_faults, with_audit_hint
from validator.commands.inputs import STANDARD_INPUT, expanded, search_of
from validator.commands.output import refuse_collisions, write_bytes, write_data
from validator.commands.terminal import Progress, say
from validator.engine.baseline import WaiverIndex
from validator.engine.report import Input
from validator.engine.selection import skipped_rules
from validator.errors import CallError, Unusable
from validator.fix.fixers import SAFE, UNSAFE
from validator.fix.order import SORTERS
from validator.fix.patch import unified_diff
from validator.fix.plan import find_fixes
from validator.readers.source import display_path, is_packed, read_source
from validator.rules import RULES
from validator.rules.usable import reading_gaps, require_usable
from validator.settings.choices import selection_of, waivers_of, whole_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence

    from validator.commands.inputs import InputFile
    from validator.engine.rule import Rule, Violation
    from validator.engine.selection import Selection
    from validator.fix.plan import Fixes
    from validator.model.registry import Registry
    from validator.settings import Settings

FIXABLE = frozenset({*SAFE, *UNSAFE, *SORTERS})

_EPILOG = """\
Fixed are outer white space, empty elements, the spelling of states and of the heading
of TXT keys, ranges of one port, the order of records, "@" in addresses and the case of
transport protocols. A fix is offered only if its finding is gone afterward and no other
finding of any rule appears. Every other byte stays as it is.

Apply the patch with "patch -p0" or "git apply -p0". Each hunk names its rules. Of a .gz or .xz
file, the patch is for the unpacked file, and --write is refused. For standard input,
--write prints the fixed text.

Exit status: 0 nothing to fix, or all is written; 1 there are fixes, or a file could be
read only in part; 2 an input, an output or the call cannot be used.

Examples:
  ianalint fix service-names-port-numbers.xml > fixes.patch
  ianalint fix registry.csv --select TX,PN004 --write
  ianalint fix registry.xml --unsafe      with fixes that you should look at
"""


def arguments() -> Arguments:
    parser = Arguments(
        "fix",
        "Show a patch of what can be fixed safely in XML and CSV dumps, or apply it.",
        _EPILOG,
        "FILE ... [options]",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a dump, also .gz or .xz; - for standard input; a folder or glob is searched",
    )
    add_show_files(parser)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--diff", action="store_true", help="print the patch (default)")
    action.add_argument("--write", action="store_true", help="replace each FILE by its fixed form")
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="fix garbled text, stray brackets and words after a state too: look at the result",
    )
    add(parser, "select", "ignore", "today")
    add(parser, "exclude", "stdin_filename", "input_format")
    add_limits(parser, "dump")
    add_output(parser, "write the patch to FILE (default: standard output)")
    add_flag(parser, "quiet", "print only errors, no counts")
    add_configuration(parser)
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    output = options.output if options.output != STANDARD_INPUT else None
    if output is not None and options.write:
        raise CallError("--output is for the patch, and --write writes none")
    settings = settings_of(options, "registry")
    files = expanded(options.files, search_of(options, settings))
    show_files(options, files)
    if output is not None:
        refuse_collisions([output], [path for file in files for path in file.files])
    status = 0
    patches: list[bytes] = []
    with Progress(quiet=options.quiet) as progress:
        for file in files:
            progress.doing = f"fixing {file.display}"
            start(f"while {progress.doing}")
            try:
                patch, is_clean = _fix(file, settings, options)
            except (CallError, Unusable) as error:
                if isinstance(error, Unusable):
                    error = with_audit_hint(error, file, settings)
                for sentence in error.args:
                    say(sentence)
                status = 2
                continue
            except OutOfTime:
                say(f"{file.display}: {expired()}")
                status = 2
                continue
            patches.append(patch)
            status = max(status, 0 if is_clean else 1)
    if patches:
        write_data(output, b"".join(patches))
    return status


def _fix(file: InputFile, settings: Settings, options: Namespace) -> tuple[bytes, bool]:
    """Return what to print for a file, and whether nothing is left to do about it."""
    file.require_readable()
    selection = selection_of(settings, RULES, file.name).chosen().among(FIXABLE)
    rules = selection.running
    if not rules:
        raise CallError(f"no selected rule can be fixed (these can: {', '.join(sorted(FIXABLE))})")
    if file.pages:
        raise CallError(f"{file.display}: cannot fix HTML (only XML and CSV)")
    packed = _is_packed(file)
    if options.write:
        _require_writable(file, packed=packed)
    source = read_source(file.path, settings.limits, file.display)
    fixes = find_fixes(
        source,
        rules,
        form=settings.input_format,
        whole=whole_at(settings, file.name),
        unsafe=options.unsafe,
        context=settings.context(),
        accepts=_accepts(settings),
    )
    is_whole = not reading_gaps(require_usable(fixes.registry)).unread
    _require_run(selection, fixes.registry)
    for fault in reading_faults(fixes.registry, CHECK_SHOWS):
        say(fault)
    text = b""
    is_clean = is_whole
    if options.write:
        if file.path == STANDARD_INPUT:
            text = fixes.fixed
        elif fixes.edits:
            write_bytes(file.path, fixes.fixed)
    elif fixes.edits:
        is_clean = False
        names = {rule.code: rule.name for rule in rules}
        name = _patch_name(file.name, packed=packed)
        text = b"".join(unified_diff(fixes.data, fixes.edits, name, names))
        if not options.quiet:
            _tell_of_patch(file, name, packed=packed)
    if not options.quiet:
        _tell(file, fixes, is_written=options.write)
    return text, is_clean


def _is_packed(file: InputFile) -> bool:
    """Say whether a file is a `.gz` or `.xz` file.  What cannot be opened is said by the reader."""
    try:
        # What is read from a pipe is gone.
        if file.path == STANDARD_INPUT or not os.path.isfile(file.path):
            return False
        with open(file.path, "rb") as stream:
            return is_packed(stream.read(8))
    except (OSError, ValueError):
        return False


def _require_writable(file: InputFile, *, packed: bool) -> None:
    if file.path == STANDARD_INPUT:
        return
    if packed:
        raise CallError(f"{file.display}: --write cannot change a packed file. Unpack it first.")
    if os.path.exists(file.path) and not os.path.isfile(file.path):
        raise CallError(f"{file.display}: --write needs a regular file")


def _require_run(selection: Selection, registry: Registry) -> None:
    """Raise `Unusable` where none of the rules of `selection` could run on a dump."""
    entry = Input(registry.dump.path)
    entry.not_run = list(skipped_rules(selection, [registry]))
    entry.require_run(selection)
    if entry.error is not None:
        raise Unusable(entry.error)


def _accepts(settings: Settings) -> Callable[[Rule, Violation], bool]:
    """What says of a violation whether a waiver of the configuration accepts it."""
    index = WaiverIndex(waivers_of(settings, RULES), settings.today)

    def accepts(rule: Rule, violation: Violation) -> bool:
        subject = violation.subject.subject
        return index.accepting(rule.code, subject, violation.field) is not None

    return accepts


def _patch_name(path: str, *, packed: bool) -> bytes:
    """The name in the patch: from the working directory, where the file is below it."""
    if path == STANDARD_INPUT:
        return b"stdin"
    if packed:
        path = path.removesuffix(".gz").removesuffix(".xz")
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # on another drive
        relative = os.pardir
    if relative.split(os.sep)[0] == os.pardir:
        relative = os.path.basename(path)
    return os.fsencode(relative.replace(os.sep, "/"))


def _tell(file: InputFile, fixes: Fixes, *, is_written: bool) -> None:
    """Say how many fixes of which rules there are, and how many there are not, and why."""
    name = file.display
    done = "fixed" if is_written else "can be fixed"
    if fixes.counts:
        say(f"{name}: {_findings(fixes.counts)} {done}: {_by_rule(fixes.counts)}")
    else:
        say(f"{name}: nothing to fix")
    if fixes.unsafe:
        more = " more" if fixes.counts else ""
        say(f"{name}: --unsafe can fix {_findings(fixes.unsafe, more)}: {_by_rule(fixes.unsafe)}")
    if fixes.left_out:
        causes = ", ".join(sorted(fixes.causes))
        because = f"would cause findings of {causes}" if causes else "would not be complete"
        say(f"{name}: left out {_by_rule(fixes.left_out)}: the fix {because}")


def _tell_of_patch(file: InputFile, name: bytes, *, packed: bool) -> None:
    """Say where a patch belongs that is not for the file itself in the working directory."""
    if packed:
        say(f"{file.display}: the patch is for the unpacked file")
    elif file.name != STANDARD_INPUT:
        if os.path.realpath(os.fsdecode(name)) != os.path.realpath(file.name):
            folder = display_path(os.path.dirname(file.name))
            say(f"{file.display}: apply the patch in {folder}")


def _findings(counts: Mapping[str, int], more: str = "") -> str:
    count = sum(counts.values())
    return f"{count:,}{more} {'finding' if count == 1 else 'findings'}"


def _by_rule(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))
