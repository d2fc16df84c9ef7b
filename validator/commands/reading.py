"""Reading an input: what is said of one that cannot be used, or was read only in part."""

from __future__ import annotations

from validator.budget import OutOfTime, doing, expired, start
from validator.commands.inputs import STANDARD_INPUT, InputFile
from validator.engine.report import Input
from validator.errors import CallError, Unusable, is_shortage
from validator.model.registry import Registry
from validator.readers import read, read_pages
from validator.readers.source import display_path, read_bytes, read_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    from validator.commands.misplaced import Place
    from validator.commands.terminal import Progress
    from validator.model.record import Defect, Form
    from validator.settings import Settings

    Result = TypeVar("Result")

# How a sentence about faults of reading ends, where the report does not show them.
CHECK_SHOWS = '; run "ianalint check" to see where'


def read_dump(
    file: InputFile,
    settings: Settings,
    progress: Progress,
    form: Form | None = None,
    whole: bool | None = None,
) -> Registry:
    """Return the registry in `file`.  Raises `Unusable`."""
    file.require_readable()
    progress.doing = f"reading {file.display}"
    doing(f"while {progress.doing}")
    limits = settings.limits
    try:
        if file.pages:
            pages = [read_source(page, limits) for page in file.pages]
            return Registry(read_pages(file.display, pages), whole)
        return Registry(read(file.source(limits), form), whole)
    except Unusable as error:
        raise with_audit_hint(error, file, settings) from None


def with_audit_hint(error: Unusable, file: InputFile, settings: Settings) -> Unusable:
    """Return the error for a file that is no dump; it names the command that reads the file."""
    if file.pages or file.path == STANDARD_INPUT:
        return error
    from validator.consumers.recognize import audit_hint_of

    try:
        data = read_bytes(file.path, settings.limits)[0]
    except Unusable:
        return error
    hint = _draft_hint(file, data) or audit_hint_of(file.path, data)
    return Unusable(f"{error}. {hint}") if hint else error


def _draft_hint(file: InputFile, data: bytes) -> str:
    """A sentence about an Internet-Draft; empty for all else."""
    import shlex

    from validator.request.drafts import is_draft

    if not is_draft(data):
        return ""
    name = shlex.quote(file.display)
    return f'It looks like an Internet-Draft, whose requests "ianalint request {name}" checks'


def usable(name: str, read: Callable[[], Result]) -> Result | Input:
    """Return what `read` returns; an input called `name` with the reason where that fails."""
    start(f"while reading {name}")
    try:
        return read()
    except (Unusable, CallError) as error:
        return Input.unusable(name, str(error))
    except OutOfTime:
        return Input.unusable(name, f"{name}: {expired()}")
    except MemoryError:
        return Input.unusable(name, f"{name}: not enough memory to read it")
    except Exception as error:
        if is_shortage(error):
            return Input.unusable(name, f"{name} cannot be read: {error}")
        return Input.broken(name, error)


def hint_at_place(entry: Input, place: Place, path: str, files: Sequence[str] = ()) -> None:
    """Say of an input that cannot be used, if so, that it is in the place of another."""
    if entry.error is not None:
        from validator.commands.misplaced import misplaced

        entry.error = misplaced(entry.error, place, path, files)


def reading_faults(registry: Registry, advice: str, reported: Iterable[Defect] = ()) -> list[str]:
    """Return sentences about what could not be read of a registry, if anything, with `advice`.

    Without the defects that are `reported` already.
    """
    from validator.reporters.wording import count_of

    path = display_path(registry.dump.path)
    known = {id(defect) for defect in reported}
    defects = [defect for defect in registry.dump.defects if id(defect) not in known]
    errors = [defect.message for defect in defects if not defect.is_doubt]
    doubts = len(defects) - len(errors)
    sentences = [read_with_errors(registry, errors, advice)] if errors else []
    if doubts:
        lines = count_of(doubts, "line")
        sentences.append(f"{path} has {lines} that may belong to either of two records{advice}")
    return sentences


def read_with_errors(registry: Registry, messages: Sequence[str], advice: str) -> str:
    """Return the sentence about errors of a registry: their number, or the only one's message."""
    from validator.reporters.wording import count_of

    path, count = display_path(registry.dump.path), len(messages)
    first = f" ({messages[0]})" if count == 1 else ""
    return f"{path} was read with {count_of(count, 'error')}{first}{advice}"
