"""`--write-baseline FILE`: a baseline of the findings of today."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from validator.commands.inputs import identity
from validator.commands.output import write_file
from validator.commands.terminal import say
from validator.engine.baseline import BaselineEntry, baseline_text
from validator.engine.finding import Finding
from validator.engine.report import Report
from validator.errors import CallError
from validator.readers.source import display_path, unreadable
from validator.reporters.wording import count_of
from validator.rules import catalogue
from validator.settings import Settings
from validator.settings.reading import read_baseline


class BaselineUpdate:
    """The baseline at `path`, written anew; the reasons in the old one and in that of the run stay.

    A baseline of the settings that is written for the first time is not read.
    """

    def __init__(self, path: str, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.entries: Sequence[BaselineEntry] = ()
        if settings.baseline is not None and not os.path.exists(settings.baseline):
            if identity(settings.baseline) == identity(path):
                settings.baseline = None

    def open(self, entries: Sequence[BaselineEntry]) -> None:
        """Read what is replaced; `entries` are those of the run's baseline.

        Raises `CallError` where there is a file at `path` that is not a baseline.
        """
        self.entries = [*entries, *_replaced_entries(self.path)]

    def write(self, report: Report) -> None:
        """Write what counts today and what the baseline of the run accepts, if all was checked."""
        name = display_path(self.path)
        if report.exit_status("never") > 1:
            # Findings of last time, and why they are accepted, would be lost.
            say(f"did not write {name}: not everything could be checked")
            return
        legacy = self.settings.legacy
        run_rules = catalogue.rules("run")

        def is_accepted(finding: Finding) -> bool:
            return (
                finding.code not in run_rules
                and not finding.is_gap
                and (finding.status == "baselined" or finding.fails("note", legacy))
            )

        write_file(self.path, [baseline_text(filter(is_accepted, report), self.entries)])
        count = 0
        for entry in report.inputs:
            findings = entry.findings
            for finding in filter(is_accepted, findings):
                finding.status = "baselined"
                count += 1
            entry.findings = findings
        say(f"Wrote {count_of(count, 'finding')} to {name}")


def _replaced_entries(path: str) -> list[BaselineEntry]:
    """The entries of the baseline that is replaced, if there is one."""
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []  # writing it reports what is wrong with the name
    except OSError as error:
        raise CallError(unreadable(path, error)) from None
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return []
    return read_baseline(path)
