"""WV and BL: waivers and entries of the baseline that match no finding any more."""

from __future__ import annotations

from validator.engine.rule import NOTE, WARNING, Violation, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.baseline import Run


@rule("WV001", WARNING, "Configuration of the run")
def expired_waiver(run: Run) -> Iterator[Violation]:
    """The last day of a waiver (`until`) is over.

    The findings that it suppressed are reported again.

    Why it matters: the date was set so that somebody looks at the waiver again.
    """
    for waiver in run.expired_waivers():
        message = f"the waiver for {waiver.rule} expired on {waiver.until}: {waiver.reason}"
        yield Violation(waiver, None, message)


@rule("WV002", WARNING, "Configuration of the run")
def unused_waiver(run: Run) -> Iterator[Violation]:
    """A waiver of the configuration matches no finding.

    This is only reported if the rules that it names were run and every input could be read.

    Why it matters: it would silently suppress the next problem of the same kind.
    """
    for waiver in run.unused_waivers():
        message = f"the waiver for {waiver.rule} matches no finding: {waiver.reason}"
        yield Violation(waiver, None, message)


@rule("BL001", NOTE, "Configuration of the run")
def stale_baseline_entry(run: Run) -> Iterator[Violation]:
    """An entry of the baseline matches no finding: the problem was fixed.

    This is only reported if the rule was run and every input could be read. With `--fail-on-stale`,
    such entries are errors and make the run fail. `--write-baseline` removes them.

    Why it matters: the entry would hide the problem if it came back.
    """
    for entry in run.stale_entries():
        message = f"no finding of {entry.code} matches this entry: {entry.fingerprint}"
        yield Violation(entry, None, message)
