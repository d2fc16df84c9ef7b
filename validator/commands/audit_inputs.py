"""What `ianalint audit` reads: the files with their settings, and older dumps."""

from __future__ import annotations

import os
from contextlib import contextmanager

from validator.commands.inputs import InputFile, identity
from validator.commands.reading import hint_at_place, usable
from validator.consumers.audit import parse_expected, registry_input, require_earlier
from validator.consumers.case import AuditCase, PrivateRules
from validator.consumers.claims import Claims, Former
from validator.consumers.reading import read_consumer, read_named
from validator.engine.report import Input
from validator.errors import CallError, Unusable
from validator.readers.source import display_path
from validator.rules.usable import require_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from validator.commands.frame import Frame
    from validator.commands.misplaced import Place
    from validator.consumers.entry import ConsumerFile, Kind
    from validator.limits import Limits
    from validator.model.registry import Registry
    from validator.settings import Settings


@contextmanager
def _in_place_of(place: Place, path: str) -> Iterator[None]:
    """Say of an input that cannot be used, if so, that it is in the place of another."""
    try:
        yield
    except Unusable as error:
        from validator.commands.misplaced import misplaced

        raise Unusable(misplaced(error, place, path)) from None


class AuditedFile(InputFile):
    """A file to audit: its form, whether it means to be full, and its earlier version."""

    __slots__ = ("full", "kind", "previous")

    def __init__(
        self,
        path: str,
        error: str | None = None,
        *,
        name: str | None = None,
        kind: Kind | None = None,
        full: bool | None = None,
        previous: str | None = None,
    ) -> None:
        super().__init__(path, error, name=name)
        self.kind = kind
        self.full = full
        self.previous = previous

    def read(self, limits: Limits, private: PrivateRules) -> ConsumerFile:
        """Read the file.  Raises `Unusable`."""
        self.require_readable()
        with _in_place_of("FILE", self.path):
            return read_named(self.path, self.display, self.kind, private, limits)

    def read_previous(
        self, file: ConsumerFile, limits: Limits, private: PrivateRules
    ) -> ConsumerFile | None:
        """Read the earlier version of `file`, if there is one.  Raises `Unusable`."""
        if self.previous is None:
            return None
        if identity(self.previous) == identity(self.path):
            raise Unusable(f"FILE and --previous are the same file: {self.display}")
        with _in_place_of("--previous", self.previous):
            previous = read_consumer(self.previous, kind=self.kind, private=private, limits=limits)
            return require_earlier(previous, file)

    @property
    def inputs(self) -> list[InputFile]:
        """Everything that is read for it."""
        return [self] if self.previous is None else [self, InputFile(self.previous)]


def files_to_audit(frame: Frame) -> list[AuditedFile]:
    """Return the files of the call, else those of the configuration.

    Raises `CallError` where there is none.
    """
    options = frame.options
    tables: dict[str, Mapping[str, Any]] = {
        os.path.normpath(table["path"]): table for table in frame.settings.audit.get("file", ())
    }
    paths = _paths(options, tables)
    files = [
        AuditedFile(path, f"{display_path(path)} is a folder; name the files in it")
        for path in paths
        if os.path.isdir(path)
    ]
    for file in frame.files(path for path in paths if not os.path.isdir(path)):
        table = tables.get(os.path.normpath(file.name), {})
        files.append(
            AuditedFile(
                file.path,
                file.error,
                name=file.name,
                kind=options.kind or table.get("as"),
                full=table.get("full") if options.full is None else options.full,
                previous=options.previous or table.get("previous"),
            )
        )
    return files


def _paths(options: Namespace, configured: Iterable[str]) -> list[str]:
    """The files of the call, else the configured ones.  Raises `CallError` where there is none."""
    revisions = _revisions(options)
    paths = [path for path in options.files if path != revisions] or list(configured)
    if not paths:
        raise CallError(
            "no FILE was given, and the configuration has no [[audit.file]]",
            'Run "ianalint audit --help" for usage.',
        )
    if options.previous is not None and len(paths) > 1:
        raise CallError(f"--previous is for one FILE, found {len(paths)}")
    return paths


def _revisions(options: Namespace) -> str | None:
    """The word of the call that is a range of revisions for `--git`, as in `diff`."""
    if options.git is None:
        return None
    ranges = [word for word in options.files if ".." in word and not os.path.exists(word)]
    return ranges[0] if ranges else None


class AuditInputs:
    """What every file is audited with: the registry, older dumps, and the settings of audits."""

    def __init__(self, frame: Frame, registry: Registry | None) -> None:
        table = frame.settings.audit
        self.frame = frame
        self.claims = None if registry is None else Claims(registry)
        # The older dumps, as inputs of the report.
        self.dumps: list[Input] = []
        self.former = None if registry is None else Former(self._older_registries())
        self.expected = _expected_words(frame.settings)
        self.private = PrivateRules.of_table(table.get("private", {}))
        max_age = frame.options.max_age
        self.max_age = table.get("max_age") if max_age is None else max_age

    def _older_registries(self) -> Iterator[Registry]:
        for registry in _older_dumps(self.frame):
            if isinstance(registry, Input):
                self.dumps.append(registry)
            else:
                self.dumps.append(registry_input(registry))
                yield registry

    def case(self, file: AuditedFile) -> AuditCase:
        """Read a file, to be audited.  Raises `Unusable`."""
        limits = self.frame.settings.limits
        audited = file.read(limits, self.private)
        return AuditCase(
            audited, self.claims, self.former, is_full=file.full,
            previous=file.read_previous(audited, limits, self.private),
            expected=self.expected, max_age=self.max_age, private=self.private,
        )  # fmt: skip

    def compared_dumps(self, cases: Sequence[AuditCase]) -> list[Input]:
        """Return the older dumps that were compared or cannot be used; say what no file used."""
        frame = self.frame
        is_full = any("full" in case.carries for case in cases)
        if frame.options.max_age is not None and not is_full:
            frame.remarks.append(
                "--max-age is for files that hold every record (--full): none does"
            )
        if not self.dumps or not cases or any(case.comparison is not None for case in cases):
            return self.dumps
        frame.remarks.append("older dumps are not for private lists: they were not compared")
        return [entry for entry in self.dumps if entry.error is not None]


def _older_dumps(frame: Frame) -> Iterator[Registry | Input]:
    options = frame.options
    for file in frame.files(options.history or frame.settings.audit.get("history", ())):
        entry = usable(file.display, lambda file=file: require_usable(frame.read(file)))  # type: ignore[misc]
        if isinstance(entry, Input):
            hint_at_place(entry, "--history", file.path)
        yield entry
    if options.git is None:
        return
    from validator.api import parse_registry
    from validator.diff.git import Repository

    limits = frame.settings.limits
    for version in Repository(options.git).versions(_revisions(options)):
        yield usable(
            version.name,
            lambda v=version: require_usable(
                parse_registry(v.read(limits.size), path=v.name, limits=limits)
            ),  # type: ignore[misc]
        )


def _expected_words(settings: Settings) -> list[tuple[str, str, int | None]]:
    """Return word, transport and port of each entry of `expect`.  Raises `CallError`."""
    words: list[tuple[str, str, int | None]] = []
    for index, text in enumerate(settings.audit.get("expect", ())):
        try:
            words.append(parse_expected(text))
        except ValueError as error:
            keys = ("audit", "expect", index)
            place = "" if settings.configuration is None else settings.configuration.place(keys)
            raise CallError(f"{place}: audit.expect.{index}: {error}") from None
    return words
