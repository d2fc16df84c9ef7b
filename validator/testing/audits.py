"""Files that were made from the registry as test files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from validator.commands.inputs import Search, expanded
from validator.consumers.audit import (
    examine_case,
    parse_expected,
    require_earlier,
)
from validator.consumers.case import AuditCase, PrivateRules
from validator.consumers.claims import Claims, Former
from validator.consumers.entry import ConsumerFile
from validator.consumers.reading import read_consumer
from validator.engine.report import Input
from validator.engine.selection import Selection
from validator.errors import Unusable
from validator.model.registry import Registry
from validator.rules import catalogue
from validator.rules.usable import gap_findings, require_usable
from validator.settings.choices import selection_of
from validator.testing.items import CheckedFile, checked_files
from validator.testing.session import Session, option_path, refuse

# The rule on words that must be answered, of which there may be none.
_EXPECTED = "CS304"


class AuditSettings:
    """What the audits of a session share: the registry, its history and the words to answer."""

    def __init__(self, checks: Session) -> None:
        self.checks = checks
        self.table = checks.settings.audit
        self.private = PrivateRules.of_table(self.table.get("private", {}))
        try:
            words = checks.words("expect") or self.table.get("expect", ())
            self.expected = [parse_expected(word) for word in words]
        except ValueError as error:
            refuse(f"expect: {error}")
        self.previous = option_path(checks.config, "previous")

    @cached_property
    def claims(self) -> Claims | None:
        """The claims of the registry; None where none is named.  Raises `Unusable`."""
        checks = self.checks
        path = checks.path("registry", self.table.get("registry")) or checks.registry_path
        return None if path is None else Claims(self._dump(path))

    @cached_property
    def former(self) -> Former:
        """What older dumps claimed.  Raises `Unusable`."""
        paths = self.checks.paths("history") or self.table.get("history", ())
        registries = []
        for file in expanded(paths, Search(self.checks.settings.exclude)):
            file.require_readable()
            registries.append(self._dump(Path(file.path)))
        return Former(registries)

    def _dump(self, path: Path) -> Registry:
        """Read a dump to compare with; one that breaks off says too little.  Raises `Unusable`."""
        registry = require_usable(self.checks.read(path))
        for finding in gap_findings(registry):
            raise Unusable(str(finding))
        return registry

    def table_of(self, path: Path) -> Mapping[str, Any]:
        """Return what the configuration says of one file (`[[audit.file]]`)."""
        for table in self.table.get("file", ()):
            if path.samefile(table["path"]) if os.path.exists(table["path"]) else False:
                named: Mapping[str, Any] = table
                return named
        return {}

    def previous_of(self, path: Path) -> str | None:
        """Return the earlier version of a file.  Raises `Unusable` where there is none."""
        if self.previous is None:
            configured: str | None = self.table_of(path).get("previous")
            return configured
        if self.previous.is_dir():
            return str(self.previous / path.name)
        files = checked_files(self.checks.config)
        audited = sum(isinstance(file, ConsumerTestFile) for file in files)
        if audited > 1:
            name = self.checks.display(self.previous)
            raise Unusable(f"previous: {name} is one file for {audited} audited files")
        return str(self.previous)


_AUDITS = pytest.StashKey[AuditSettings]()


class ConsumerTestFile(CheckedFile):
    """A file that was made from the registry, or is kept beside it."""

    @property
    def audits(self) -> AuditSettings:
        stash = self.config.stash
        if _AUDITS not in stash:
            stash[_AUDITS] = AuditSettings(self.checks)
        return stash[_AUDITS]

    @cached_property
    def table(self) -> Mapping[str, Any]:
        return self.audits.table_of(self.path)

    @cached_property
    def consumer_file(self) -> ConsumerFile:
        """The file, read.  Raises `Unusable`."""
        settings = self.checks.settings
        return read_consumer(
            self.path,
            kind=self.table.get("as"),
            private=self.audits.private,
            limits=settings.limits,
        )

    @property
    def selection(self) -> Selection:
        return selection_of(self.checks.settings, catalogue.rules("consumer"), str(self.path))

    def collect(self) -> Iterator[pytest.Item]:
        for item in super().collect():
            code = getattr(item, "code", None)
            if code is None or not code.startswith("CS") or self._applies(code):
                yield item

    def _applies(self, code: str) -> bool:
        """Say whether a rule looks at files of this form; of one that cannot be read, all do."""
        try:
            kind = self.consumer_file.kind
        except Unusable:
            return True
        needs = catalogue.rules("consumer")[code].needs
        audits = self.audits
        if code == _EXPECTED and not audits.expected:
            return False
        absent = {"lines" if kind == "private" else "private"}
        if audits.previous is None and "previous" not in self.table:
            absent.add("previous")
        if not audits.private.names_by_rfc6335:
            absent.add("rfc6335-names")
        return absent.isdisjoint(needs)

    def _previous(self, file: ConsumerFile) -> ConsumerFile | None:
        """The earlier version of the file; nothing is asked of that of a private list."""
        path = None if file.kind == "private" else self.audits.previous_of(self.path)
        if path is None:
            return None
        limits = self.checks.settings.limits
        previous = read_consumer(path, kind=self.table.get("as"), limits=limits)
        return require_earlier(previous, file)

    def check(self, name: str) -> Input:
        audits = self.audits
        file = self.consumer_file
        file.path = name
        case = AuditCase(
            file,
            audits.claims,
            audits.former,
            previous=self._previous(file),
            is_full=self.table.get("full"),
            expected=audits.expected,
            max_age=audits.table.get("max_age"),
            private=audits.private,
        )
        del self.consumer_file
        return examine_case(case, self.selection, self.checks.context)
