"""The report for a person: each finding with its line of the file, then a summary by rule.

Findings of legacy records are only counted, unless the style lists them, and so are all but the
first of many notes of an audit.  The report itself adds ASCII alone, so that it looks the same
everywhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from validator.engine.rule import NOTE, SEVERITIES, Rule
from validator.model.vocabulary import form_name
from validator.reporters import wording
from validator.reporters.escape import subject_name, visible
from validator.reporters.excerpt import excerpt, excerpt_lines, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from validator.engine.finding import ExcerptLine, Finding, Location
    from validator.engine.report import Input, Report
    from validator.engine.verdict import Review
    from validator.reporters import Style

# Parameters of the escape sequence for colors (SGR).
SEVERITY_COLORS = {"error": "1;31", "warning": "33", "note": "36"}
BOLD = "1"
DIM = "2"
GREEN = "32"
_EXCERPT_WIDTH = 100
_NARROWEST = 40
# On a terminal, of more findings than this so many of each rule are listed.
_LONG = 60
_EXAMPLES = {"error": 3, "warning": 1, "note": 1}
# Of more notes of a rule on a file an audit lists the first, and ports of the others.
_MOST_NOTES = 3


def render(report: Report, style: Style) -> Iterator[str]:
    """Yield the report, finding by finding; `style` says what it leaves out and how wide it is."""
    page = Page(style, folds_notes=report.command == "audit")
    if report.requests is not None:
        yield from page.requests(report, report.requests)
        return
    entries: dict[str, Input] = {}
    listed: list[Finding] = []
    for entry in report.inputs:
        of_input = list(filter(style.lists, entry.findings))
        entries.update(dict.fromkeys((finding.location.path for finding in of_input), entry))
        listed += of_input
    findings = wording.arranged(listed, style.sort or "severity")
    shortened = page.shortened(findings)
    yield from page.groups(findings, shortened, entries)
    if style.quiet and not style.summary:
        return
    if any(True for _ in report):
        yield from page.by_rule(report)
        if style.statistics:
            yield from page.statistics(report)
    yield page.closing(report, len(listed) - len(shortened))
    if not style.quiet:
        yield from page.remarks(report)


class Page:
    """The parts of the report, with colors and line breaks as the style says.

    With `folds_notes`, of many notes of a rule on a file the first is listed.
    """

    def __init__(self, style: Style, *, folds_notes: bool = False) -> None:
        self.style = style
        self.folds_notes = folds_notes
        self.width = None if style.width is None else max(_NARROWEST, style.width)

    def paint(self, color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.style.color and color else text

    def linked(self, text: str, uri: str | None) -> str:
        """Make `text` a link (OSC 8), where the terminal shows such; it takes no more room."""
        return f"\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\" if uri else text

    def place(self, location: Location) -> str:
        """Path, line and column of a place."""
        text = visible(str(location))
        if not self.style.links:
            return text
        from validator.reporters.links import existing_file_uri

        return self.linked(text, existing_file_uri(location.path))

    def remarks(self, report: Report) -> Iterator[str]:
        """What was checked, and what was not."""
        for entry in report.inputs:
            yield self.checked(entry, counted=len(report.inputs) > 1)
            yield from self.omissions(entry, report.rules)

    # -- findings -------------------------------------------------------------------------------

    def shortened(self, findings: list[Finding]) -> list[Finding]:
        """The findings; of many notes of an audit, and of very many on a terminal, a few."""
        is_long = self.width is not None and len(findings) > _LONG
        if self.style.list_all or not (is_long or self.folds_notes):
            return findings
        totals = Counter(map(self.fold, findings))
        counts: Counter[tuple[str, str]] = Counter()
        shortened: list[Finding] = []
        for finding in findings:
            fold = self.fold(finding)
            counts[fold] += 1
            is_folded = is_long or (fold[0] and totals[fold] > _MOST_NOTES)
            if not is_folded or counts[fold] <= _EXAMPLES[finding.severity]:
                shortened.append(finding)
        return shortened

    def fold(self, finding: Finding) -> tuple[str, str]:
        """Which findings are listed by a few of them: those of a rule, and notes of an audit."""
        is_note = self.folds_notes and finding.severity == NOTE and finding.subject.get("port")
        if not is_note or finding.fails(self.style.fail_on, self.style.legacy):
            return "", finding.code
        return finding.location.path, finding.code

    def groups(
        self,
        findings: Sequence[Finding],
        shortened: Sequence[Finding],
        entries: Mapping[str, Input],
    ) -> Iterator[str]:
        """Those of `findings` in `shortened`, with a title for each group, and how many are left.

        `entries` are the inputs of the findings, by the paths of their places.
        """
        complete = wording.grouped(findings, self.style.group_by)
        groups = wording.grouped(shortened, self.style.group_by)
        listed = [finding for group in groups.values() for finding in group]
        more = _more(findings, listed, entries, self.fold)
        for title, group in groups.items():
            if title:
                count = wording.count_of(len(complete[title]), "finding")
                yield f"{self.paint(BOLD, visible(title))} ({count})\n\n"
            for finding in group:
                yield self.finding(finding, entries[finding.location.path])
                for sentence in more.get(id(finding), ()):
                    lines = self.wrapped(sentence, "  ")
                    yield "".join(f"  {self.paint(DIM, line[2:])}\n" for line in lines) + "\n"

    def finding(
        self, finding: Finding, entry: Input, label: str = "", *, is_named: bool = True
    ) -> str:
        """A finding with its line of the file and its other places; `label` is before its place.

        With `is_named`, it names what it is about.
        """
        legacy = " (legacy)" if finding.legacy else ""
        place = label + visible(str(finding.location))
        code = finding.code
        if self.style.links:
            from validator.reporters.links import rule_uri

            code = self.linked(code, rule_uri(finding.code, finding.rule, finding.reference))
        clause = f"({finding.reference})"
        words = f"{finding.severity}{legacy} {finding.code} {finding.rule}"
        # What the terminal would break has a line of its own: all after the place, or the clause.
        is_wide = self.is_wide(f"{place}  {words}")
        start = "" if is_wide else place
        breaks = [
            "\n  " if wide else "  "
            for wide in (is_wide, self.is_wide(f"{start}  {words}  {clause}"))
        ]
        head = (
            f"{label}{self.paint(BOLD, self.place(finding.location))}{breaks[0]}"
            f"{self.paint(SEVERITY_COLORS[finding.severity], finding.severity + legacy)}"
            f" {self.paint(BOLD, code)} {finding.rule}"
            f"{breaks[1]}{self.paint(DIM, clause)}"
        )
        message = wording.full_message(finding) if is_named else finding.message
        lines = [head, *self.wrapped(visible(message), "  ")]
        lines += self.excerpt(finding, excerpt_lines(finding.location, entry.data))
        for other in finding.related:
            name = subject_name(other.subject)
            message = f"{visible(other.message)}: {name}" if name else visible(other.message)
            where = visible(str(other.location))
            first, *rest = self.hanging_lines(f"{where}: {message}", "  ")
            # A link takes no room.
            lines += [first.replace(where, self.place(other.location), 1), *rest]
        return "\n".join(lines) + "\n\n"

    def excerpt(self, finding: Finding, excerpts: Sequence[ExcerptLine]) -> list[str]:
        """The line of the file with a marker; where a value is missing, that of the record too."""
        if not excerpts:
            return []
        gutter = len(str(excerpts[-1][0]))
        columns = (self.width or _EXCERPT_WIDTH) - gutter - 5
        lines: list[str] = []
        for number, data, offset, end in excerpts:
            line, at, length = excerpt(data, offset, end, columns)
            lines.append(f"{self.paint(DIM, f'  {number:>{gutter}} |')} {line}")
            if len(lines) == 1:
                marker = self.paint(SEVERITY_COLORS[finding.severity], "^" * length)
                below = self.paint(DIM, " " * (gutter + 3) + "|")
                lines.append(f"{below} {' ' * at}{marker}")
        return lines

    def wrapped(self, text: str, indent: str) -> list[str]:
        """Break `text`, which is one line, between words where it is wider than the terminal."""
        if self.width is None:
            return [indent + text]
        room = self.width - len(indent)
        lines: list[str] = []
        used = room
        for word in text.split(" "):
            wide = sum(map(width, word))
            if lines and used + 1 + wide <= room:
                lines[-1] += f" {word}"
                used += 1 + wide
            else:
                lines.append(indent + word)
                used = wide
        return lines

    def hanging(self, text: str) -> str:
        """One line, or the lines of the terminal's width that it takes; the later are indented."""
        return "".join(f"{line}\n" for line in self.hanging_lines(text))

    def hanging_lines(self, text: str, indent: str = "") -> list[str]:
        """One line, or those that it takes; the later ones are two columns further in."""
        if not self.is_wide(indent + text):
            return [indent + text]
        first, *rest = self.wrapped(text, indent + "  ")
        return [first.removeprefix("  "), *rest]

    def is_wide(self, text: str) -> bool:
        return self.width is not None and sum(map(width, text)) > self.width

    # -- requests -------------------------------------------------------------------------------

    def requests(self, report: Report, reviews: Sequence[Review]) -> Iterator[str]:
        """A report on requests: of each the verdict, its findings, then what to ask for instead."""
        by_path = {entry.path: entry for entry in report.inputs}
        for review in reviews:
            if not self.style.quiet:
                yield self.verdict(review)
            for finding in wording.arranged(review.findings, self.style.sort or "severity"):
                if self.style.lists(finding):
                    yield self.finding(finding, by_path[finding.location.path], is_named=False)
            if not self.style.quiet:
                yield from self.suggestions(review)
        yield from self.without_requests(report, reviews)
        if self.style.quiet:
            return
        yield self.closing_of_requests(report, reviews)
        yield from self.comparison(report)

    def _open(self, entry: Input, reviewed: set[int]) -> Iterator[str]:
        for finding in entry.findings:
            if id(finding) not in reviewed and finding.status == "open":
                yield self.finding(finding, entry)

    def without_requests(self, report: Report, reviews: Sequence[Review]) -> Iterator[str]:
        """Drafts that request nothing, and findings about what was not read of an input."""
        reviewed = {id(finding) for review in reviews for finding in review.findings}
        paths = {review.path for review in reviews}
        drafts = [entry for entry in report.inputs if entry.form == "draft"]
        is_named = len(report.inputs) > 2 or len(drafts) > 1
        named = drafts if is_named and not self.style.quiet else []
        for entry in report.inputs:
            if entry in named and entry.path not in paths:
                yield f"{visible(entry.path)}: {wording.no_request([entry])}\n\n"
            yield from self._open(entry, reviewed)

    def comparison(self, report: Report) -> Iterator[str]:
        """The registries that the requests were compared with, and inputs that were not used."""
        compared = wording.compared_registries(report)
        for entry in report.inputs:
            if entry.error is not None:
                yield self.checked(entry, counted=False)
        for entry in compared:
            yield self.hanging(f"compared with {visible(entry.path)}: {self.facts(entry)}")
        if wording.is_alone(report):
            title = "not compared with a registry:"
            text = "names and ports may be taken. Give a dump of the registry with --registry."
            line = self.hanging(f"{title} {text}").removeprefix(title)
            yield self.paint(SEVERITY_COLORS["warning"], title) + line
            for entry in report.inputs:
                if entry.not_run:
                    yield from self.omissions(entry, report.rules)
                    break

    def verdict(self, review: Review) -> str:
        color = GREEN if review.verdict == "accept" or review.kind != "request" else ""
        color = SEVERITY_COLORS["error"] if review.verdict == "reject" else color
        decision = wording.decision_of(review)
        verdict = wording.verdict_of(review, review.findings)
        head = f"{visible(wording.request_name(review))} ({visible(review.path)}): "
        # Broken before it is painted: colors take no room.
        first, *others = self.wrapped(head + (visible(decision) or verdict), "  ")
        first, rest = first[2 : 2 + len(head)], first[2 + len(head) :]
        lines = [self.paint(BOLD, first) + self.paint(color, rest)]
        lines += [self.paint(color, line) for line in others]
        if decision:
            lines += self.wrapped(verdict, "  ")
        if review.why:
            reason = f"procedure: {review.procedure or 'none'}, because {visible(review.why)}"
            lines += self.wrapped(reason, "  ")
        for change in wording.changes_of(review):
            lines += self.wrapped(visible(change), "  ")
        return "\n".join(lines) + "\n\n"

    def suggestions(self, review: Review) -> Iterator[str]:
        """Free names and ports to ask for instead."""
        lines: list[str] = []
        if review.service_names:
            names = ", ".join(visible(name) for name in review.service_names)
            lines += self.wrapped(f"free names: {names}", "  ")
        for port in review.port_numbers:
            low, high = port.gap
            block = "the ports next to it are assigned"
            if low != high:
                block = f"{low}-{high} are free"
            lines += self.wrapped(f"free port: {port.port} ({visible(port.why)}; {block})", "  ")
        if lines:
            yield "\n".join(lines) + "\n\n"

    def closing_of_requests(self, report: Report, reviews: Sequence[Review]) -> str:
        """The last line: how many requests are ready, and how many findings there are."""
        is_nothing = report.is_empty or not any(entry.data for entry in report.inputs)
        sentence = "nothing was checked" if is_nothing else wording.no_request(report.inputs)
        requests = [review for review in reviews if review.kind == "request"]
        if requests:
            refused = [review for review in requests if review.verdict == "reject"]
            which = f"{len(refused):,} " if refused and len(requests) > 1 else ""
            verdict = wording.verdict_of((refused or requests)[0], report.findings)
            sentence = f"{wording.count_of(len(requests), 'request')}, {which}{verdict}"
        sentence = ", ".join([sentence, *_change_counts(reviews)])
        return self.last_line([sentence, *_failed_rules(report)])

    # -- summary --------------------------------------------------------------------------------

    def by_rule(self, report: Report) -> Iterator[str]:
        def row(finding: Finding) -> tuple[str, ...]:
            return finding.severity, finding.code, finding.rule

        return self.table(("severity", "rule", ""), report, row)

    def statistics(self, report: Report) -> Iterator[str]:
        yield from self.table(("severity",), report, lambda finding: (finding.severity,))
        yield from self.table(("field",), report, lambda finding: (finding.field or "-",))

    def table(
        self,
        titles: tuple[str, ...],
        report: Report,
        row_of: Callable[[Finding], tuple[str, ...]],
    ) -> Iterator[str]:
        """A table that counts findings by the cells that `row_of` returns."""
        rows = wording.count_by(report, row_of)
        columns = wording.used_columns(rows)
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]

        def line(cells: Sequence[str], numbers: Sequence[str]) -> list[str]:
            padded = [f"{text:<{wide}}" for text, wide in zip(cells, widths, strict=True)]
            for number, column in zip(numbers, columns, strict=True):
                padded.append(f"{number:>{max(len(column), 9)}}")
            return padded

        yield self.paint(DIM, "  ".join(line(titles, columns))) + "\n"
        for row in sorted(rows, key=_by_severity):
            counts = [rows[row][column] for column in columns]
            cells = line(row, [f"{count:,}" if count else "-" for count in counts])
            if row[0] in SEVERITY_COLORS:
                cells[0] = self.paint(SEVERITY_COLORS[row[0]], cells[0])
            yield "  ".join(cells) + "\n"
        yield "\n"

    def closing(self, report: Report, shortened: int = 0) -> str:
        """The last line: how many findings there are, of which `shortened` are not listed."""
        summary = report.summary()
        counts = summary["open"]
        if self.style.legacy == "fail":
            counts = {level: count + summary["legacy"][level] for level, count in counts.items()}
        sentence = ", ".join(wording.severity_counts(counts)) or "no findings"
        if report.is_empty:
            sentence = "nothing was checked"
        parts = [
            sentence,
            *wording.uncounted(report, summary, self.style.legacy),
            *_failed_rules(report),
        ]
        if shortened:
            parts.append(f"{wording.count_of(shortened, 'finding')} not listed (--list-all)")
        return self.last_line([*parts, *wording.below_severity(summary, self.style.min_severity)])

    def last_line(self, parts: Sequence[str]) -> str:
        lines = self.wrapped("; ".join(parts), "")
        return "".join(self.paint(BOLD, line) + "\n" for line in lines)

    def checked(self, entry: Input, *, counted: bool) -> str:
        """A line about an input; nothing for a configuration or a baseline with findings."""
        unchecked = ""
        if entry.error is not None:
            words = "not checked:" if entry.is_unread else "not checked to its end:"
            text = self.hanging(f"{words} {visible(entry.error)}")
            heading = self.paint(SEVERITY_COLORS["error"], words)
            unchecked = f"{heading}{text.removeprefix(words)}"
        if entry.form is None or entry.is_unread:
            return unchecked
        total = ""
        if counted:
            current = sum(1 for f in entry.findings if f.status == "open" and not f.legacy)
            total = f", {wording.count_of(current, 'finding')}"
        if entry.kind == "registry":
            text = f"compared with {visible(entry.path)}: {self.facts(entry)}"
        else:
            text = f"checked {visible(entry.path)}: {self.facts(entry)}{total}"
        return unchecked + self.hanging(text)

    def facts(self, entry: Input) -> str:
        """Format, date and size of a dump, or what else is said of an input."""
        if entry.facts is not None:
            return visible(entry.facts)
        form = form_name(entry.form or "?")
        facts = [f"{form} of {entry.updated}" if entry.updated else form]
        facts.append(wording.count_of(entry.records, "record"))
        if entry.contacts:
            facts.append(wording.count_of(entry.contacts, "contact"))
        facts.append(entry.extent)
        return visible(", ".join(facts))

    def omissions(self, entry: Input, rules: Mapping[str, Rule]) -> Iterator[str]:
        """The rules whose findings are not all listed, and the rules that were skipped."""
        for cut in entry.cut:
            yield f"  truncated: {cut} (--max-findings)\n"
        for reason, codes in wording.skipped_rules(entry, rules).items():
            for line in self.wrapped(f"skipped: {codes} ({visible(reason)})", "  "):
                yield self.paint(DIM, line) + "\n"


def _more(
    findings: Sequence[Finding],
    listed: Sequence[Finding],
    entries: Mapping[str, Input],
    fold: Callable[[Finding], tuple[str, str]],
) -> dict[int, list[str]]:
    """Sentences on findings that are not listed, by the last finding of their fold that is.

    Of `findings`, those in `listed` are, in this order.  An input may have even more than these.
    """
    sentences: dict[int, list[str]] = {}
    shown = {*map(id, listed)}
    others: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if id(finding) not in shown:
            others[fold(finding)].append(finding)
    last_of = {fold(finding): finding for finding in listed} if others else {}
    for key, finding in last_of.items():
        if key in others:
            ports = wording.port_phrase(others[key]) if key[0] else ""
            sentence = _and_more(len(others[key]), finding.code, "list-all", ports)
            sentences[id(finding)] = [sentence]
    last = {(id(entries[finding.location.path]), finding.code): finding for finding in listed}
    for entry in {id(entry): entry for entry in entries.values()}.values():
        for cut in entry.cut:
            if (id(entry), cut.code) in last:
                place = sentences.setdefault(id(last[id(entry), cut.code]), [])
                place.append(_and_more(cut.found - cut.listed, cut.code, "max-findings"))
    return sentences


def _and_more(number: int, code: str, option: str, ports: str = "") -> str:
    return f"and {wording.count_of(number, f'more {code} finding')}{ports} (--{option})"


def _change_counts(reviews: Sequence[Review]) -> list[str]:
    """How many existing assignments the drafts update and release."""
    kinds = [review.kind for review in reviews]
    return [
        wording.count_of(kinds.count(kind), kind) for kind in ("update", "release") if kind in kinds
    ]


def _failed_rules(report: Report) -> list[str]:
    if not report.faults:
        return []
    rules = wording.count_of(len({fault.code for fault in report.faults}), "rule")
    is_internal = any(fault.is_internal for fault in report.faults)
    failure = f"internal error in {rules}" if is_internal else f"{rules} failed"
    return [f"{failure}, so this report is incomplete"]


def _by_severity(row: tuple[str, ...]) -> tuple[object, ...]:
    return (SEVERITIES.index(row[0]) if row[0] in SEVERITIES else 0, *row)
