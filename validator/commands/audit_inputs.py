"""What `ianalint audit` reads: the files with their settings, and older dumps."""

from __future__ import annotations

import os
from contextlib import contextmanager

from validator.commands.inputs import InputFile, expanded, identity, search_of
from validator.consumers.audit import parse_expected, registry_input, require_earlier
from validator.consumers.case import PrivateRules
from validator.consumers.claims import Former
from validator.consumers.reading import read_consumer, read_named
from validator.engine.report import Input
from validator.errors import CallError, Unusable
from validator.readers.source import display_path
from validator.rules.usable import require_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping
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


def files_to_audit(options: Namespace, settings: Settings) -> list[AuditedFile]:
    """Return the files of the call, else those of the configuration.

    Raises `CallError` where there is none.
    """
    tables: dict[str, Mapping[str, Any]] = {
        os.path.normpath(table["path"]): table for table in settings.audit.get("file", ())
    }
    paths = _paths(options, tables)
    files = [
        AuditedFile(path, f"{display_path(path)} is a folder; name the files in it")
        for path in paths
        if os.path.isdir(path)
    ]
    search = search_of(options, settings)
    for file in expanded((path for path in paths if not os.path.isdir(path)), search):
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


def former_names(frame: Frame) -> tuple[Former, list[Input]]:
    """Return what the older dumps claimed, and each of them as an input of the report."""
    inputs: list[Input] = []

    def registries() -> Iterator[Registry]:
        for registry in _older_dumps(frame):
            if isinstance(registry, Input):
                inputs.append(registry)
            else:
                inputs.append(registry_input(registry))
                yield registry

    return Former(registries()), inputs


def _older_dumps(frame: Frame) -> Iterator[Registry | Input]:
    from validator.commands.frame import usable

    options, settings = frame.options, frame.settings
    paths = options.history or settings.audit.get("history", ())
    for file in expanded(paths, search_of(options, settings)):
        entry = usable(file.display, lambda file=file: require_usable(frame.read(file)))  # type: ignore[misc]
        if isinstance(entry, Input) and entry.error is not None:
            from validator.commands.misplaced import misplaced

            entry.error = misplaced(entry.error, "--history", file.path)
        yield entry
    if options.git is None:
        return
    from validator.api import parse_registry
    from validator.diff.git import Repository

    limits = settings.limits
    for version in Repository(options.git).versions(_revisions(options)):
        yield usable(
            version.name,
            lambda v=version: require_usable(
                parse_registry(v.read(limits.size), path=v.name, limits=limits)
            ),  # type: ignore[misc]
        )


def expected_words(settings: Settings) -> list[tuple[str, str, int | None]]:
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
