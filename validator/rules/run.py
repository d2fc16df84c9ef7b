"""WV and BL: the waivers and the baseline of a run that no longer serve a purpose."""

from __future__ import annotations

from validator.engine.rule import NOTE, WARNING, Violation, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.engine.baseline import Run


@rule("WV001", WARNING, "Configuration of the run")
def expired_waiver(run: Run) -> Iterator[Violation]:
    """A waiver of the configuration has ended: its last day, `until`, is over.

    What it excused is reported again.

    Why it matters: whoever set the day wanted to be asked again.
    """
    for waiver in run.expired_waivers():
        message = f"this waiver of {waiver.rule} ended on {waiver.until}: {waiver.reason}"
        yield Violation(waiver, None, message)


@rule("WV002", WARNING, "Configuration of the run")
def unused_waiver(run: Run) -> Iterator[Violation]:
    """A waiver of the configuration excuses nothing that was found.

    It is told only where the rules it names were run, and every input could be used.

    Why it matters: it would excuse, unseen, the next fault of the same kind.
    """
    for waiver in run.unused_waivers():
        message = f"this waiver of {waiver.rule} excuses nothing: {waiver.reason}"
        yield Violation(waiver, None, message)


@rule("BL001", NOTE, "Configuration of the run")
def stale_baseline_entry(run: Run) -> Iterator[Violation]:
    """An entry of the baseline matches nothing that was found: the fault has been mended.

    It is told only where the rule was run, and every input could be used; `--fail-on-stale` makes
    the run fail. `--write-baseline` leaves such entries out.

    Why it matters: the entry would hide the fault when it comes back.
    """
    for entry in run.stale_entries():
        message = f"nothing is found any more that this entry for {entry.code} knows:"
        yield Violation(entry, None, f"{message} {entry.fingerprint}")
