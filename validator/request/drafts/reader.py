"""Reads a section of a draft line by line: what it requests, updates and releases."""

from __future__ import annotations

from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold
from validator.request.documents.parsed import ParsedRequest
from validator.request.drafts.bare_requests import names_others
from validator.request.drafts.contents import SectionContents
from validator.request.drafts.descriptions import state_descriptions
from validator.request.drafts.kinds import (
    OTHER_SERVICE_NAMES,
    PORT_REGISTRY,
    is_about_services,
    marker,
    sentence_kind,
    title_kind,
)
from validator.request.drafts.labels import (
    BULLET,
    field_value,
    looks_like_label,
)
from validator.request.drafts.lists import (
    announced_change,
    asks_to_act,
    excludes,
    is_before_description,
    is_of_other_registry,
    is_open,
    listed_requests,
    numbered_names,
    port_range,
)
from validator.request.drafts.markdown import parts_of
from validator.request.drafts.names import with_quoted_names
from validator.request.drafts.prose import sentence_requests, sentences
from validator.request.drafts.prose_fields import reference_of_all, reference_update, stated_fields
from validator.request.drafts.recognize import (
    LINE_RECOGNIZERS,
    TABLE_RECOGNIZERS,
    FieldText,
    add_field,
    announced_item,
    can_be_port,
    change_of,
    column_headings,
    old_and_new_names,
    template_requests,
)
from validator.request.drafts.renaming import add_marked, renames_services
from validator.request.drafts.sections import (
    MAX_CELLS,
    DraftLine,
    DraftTable,
    joined,
    next_lines,
    without,
)
from validator.request.drafts.templates import (
    OpenRow,
    OpenTemplate,
    field_start,
    inline_requests,
)
from validator.request.drafts.unread import (
    description_mention,
    item_mentions,
    mentions_beyond_cells,
    requested_numbers,
    row_mention,
    unread_mentions,
)
from validator.request.drafts.unrequested import asks_nothing
from validator.request.drafts.values import EMPHASIS, set_range, settle_names
from validator.request.fields import CHOSEN, FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from validator.request.documents.parsed import RequestKind
    from validator.request.drafts.contents import SentenceRequest
    from validator.request.drafts.labels import LabeledValue
    from validator.request.drafts.prose_fields import ReferenceUpdate
    from validator.request.drafts.sections import DraftSection, Part, Passage

_STATEMENTS = frozenset(field.key for field in FIELDS if not field.is_in_template)
_MAX_INTRODUCTION = 2000


class SectionReader:
    """Reads a section: the requests in it, and what its sentences request.

    With `is_cited`, the section is one that the IANA Considerations refer to: only its templates
    and tables count.  With `is_beside_others`, another section of these is about service names of
    another protocol: words about service names may be about those, too.
    """

    def __init__(
        self, section: DraftSection, *, is_cited: bool = False, is_beside_others: bool = False
    ) -> None:
        self.section = section
        self.is_cited = is_cited
        self.contents = SectionContents()
        self.template: OpenTemplate | None = None
        self.paragraph: list[DraftLine] = []
        self.is_after_blank = False
        # What the last sentence does, and the last one before a list with all that is in it.
        self.kind: RequestKind = title_kind(section.title) or "request"
        self.list_kind: RequestKind | None = None
        # Whether it says that nothing is asked of what follows it, and the lines of such templates.
        self.is_excluded = False
        self._excluded_lines: set[int] = set()
        self.marker = ""
        # The reference that a sentence gives to what follows it.
        self.reference: ReferenceUpdate | None = None
        # The range that the last paragraph requests ports from; whether a description is after it.
        self.port_range: tuple[str, Passage] | None = None
        self.awaits_description = False
        # The last line that was a request.
        self.row: OpenRow | None = None
        # The sentence that announces what is in the list after it.
        self.announcement: SentenceRequest | None = None
        # The last paragraph, and how many requests there were before it.
        self.introduction = ""
        self.request_count = 0
        # The last sentence.
        self.sentence: Passage | None = None
        text = " ".join([section.title, *section.texts()])
        self.is_about_ports = PORT_REGISTRY.search(text) is not None
        self.is_about_others = OTHER_SERVICE_NAMES.search(text) is not None
        self.may_be_others = self.is_about_others or is_beside_others
        self.is_about_other_entries = names_others(text)

    def read(self) -> SectionContents:
        parts = parts_of(self.section)
        for part, next_line in zip(parts, next_lines(parts), strict=True):
            if isinstance(part, DraftTable):
                self.end_template()
                self.end_paragraph()
                self.add_table(part)
            elif part.passage:
                self.add_line(part, next_line)
                self.is_after_blank = False
            else:
                self.is_after_blank = True
                if self.template is None:
                    self.end_paragraph()
        self.end_template()
        self.end_paragraph()
        if not self.is_cited:
            self.contents.unread += unread_mentions(
                [part for part in parts if not self._is_excluded(part)],
                self.section.title,
                self.contents.offsets,
                is_relevant=self.is_about_ports or not self.may_be_others,
                may_be_bare=self.is_about_ports or not self.is_about_other_entries,
            )
        return self.contents

    def _is_excluded(self, part: Part) -> bool:
        """Whether a line is of a template that asks for nothing, and says so."""
        return isinstance(part, DraftLine) and part.passage.place(0) in self._excluded_lines

    def add_line(self, line: DraftLine, next_line: DraftLine) -> None:
        if self._continues_row(line):
            return
        template = self.template
        if template is not None and template.continues_text(line, self.is_after_blank):
            template.continue_value(line)
            return
        labeled = field_start(line, next_line, self.paragraph, in_template=template is not None)
        if labeled is not None:
            self.end_paragraph()
            self.add_field(line, labeled)
        elif not self._add_recognized(line) and not self._continues_template(line):
            self.end_template()
            if BULLET.match(line.passage.text) is not None:
                # Each item of a list is a paragraph.
                self.end_paragraph()
            self.paragraph.append(line)

    def _add_recognized(self, line: DraftLine) -> bool:
        """Add the request that a line is, if it is one."""
        in_paragraph = bool(self.paragraph) and line.indent <= self.paragraph[-1].indent
        recognized = (f(line, in_paragraph=in_paragraph) for f in LINE_RECOGNIZERS)
        requests = next(filter(None, recognized), [])
        if not requests and self.template is None and (items := announced_item(line, self.kind)):
            self.end_paragraph()
            requests = items if self.list_kind is not None else []
        if not all(map(self._is_for_registry, requests)) or not requests:
            return False
        self.end_template()
        self.end_paragraph()
        self.row = OpenRow.of(requests[0], line)
        if self.is_excluded:
            self._excluded_lines.add(line.passage.place(0))
        for request in requests:
            request.kind = self.kind
        self.add_requests(requests)
        return True

    def _is_for_registry(self, request: ParsedRequest) -> bool:
        """Whether a line is a request; a name of DNS-SD alone may be an example of one."""
        has_sentence = any(each.key == _name_of(request) for each in self.contents.sentences)
        return "port_number" in request.values or self.is_about_ports or has_sentence

    def _continues_row(self, line: DraftLine) -> bool:
        """Add a line below a line that is a request: of its description, or a comment."""
        row, self.row = self.row, None
        if row is None or self.is_after_blank or not row.add(line):
            return False
        self.row = row
        return True

    def _continues_template(self, line: DraftLine) -> bool:
        """Add a line without a label to the open template, if it belongs there."""
        template = self.template
        if template is None:
            return False
        if template.continues(line, self.is_after_blank):
            template.continue_value(line)
        elif line.indent <= template.indent and looks_like_label(line):
            template.add_unknown_field(line)
        else:
            return False
        return True

    def add_field(self, line: DraftLine, labeled: LabeledValue) -> None:
        if self.template is not None and self.template.starts_another(labeled.label):
            self.end_template()
        if self.template is None:
            self.template = OpenTemplate(line.indent, labeled.label.path)
        self.template.add_field(line, labeled)

    def add_table(self, table: DraftTable) -> None:
        if not table.rows:
            return
        cut = DraftTable([row[:MAX_CELLS] for row in table.rows], table.is_literal)
        templates = next(filter(None, (recognize(cut) for recognize in TABLE_RECOGNIZERS)), [])
        if not templates:
            introduction = f"{self.section.title}: {self.introduction}"
            if renames_services(introduction, in_context=self.is_about_ports):
                for fields in old_and_new_names(cut):
                    self.add_requests(template_requests(fields, self.kind))
        if templates or self.is_about_ports:
            self.contents.unread += mentions_beyond_cells(table)
        mark = self.marker
        incomplete: list[ParsedRequest] = []
        count = 0
        for fields, heading in zip(templates, column_headings(cut, templates), strict=True):
            self.marker = marker(heading) or mark
            requests = template_requests(fields, self.kind)
            complete = [request for request in requests if self._is_complete(request)]
            self.add_requests(complete)
            count += len(complete)
            incomplete += (request for request in requests if request not in complete)
        self.marker = mark
        if count and not self.is_excluded:
            self.contents.unread += map(row_mention, incomplete)

    def add_requests(self, requests: Iterable[ParsedRequest]) -> None:
        for request in requests if not self.is_excluded else ():
            if self.is_about_others and not self.is_about_ports and not self._is_complete(request):
                continue
            self._set_introduced(request)
            if self.marker:
                request.kind = "update"
                (self.contents.old if self.marker == "old" else self.contents.new).append(request)
            elif request.kind == "update" and not request.values.get("service_name"):
                self.contents.add_change(request)
            else:
                self.contents.requests.append(request)

    def _set_introduced(self, request: ParsedRequest) -> None:
        """Set what the paragraph before a template says of its fields."""
        if request.kind == "update" and request.values.get("port_number") in CHOSEN:
            # What exists has its port: one that is to be assigned is requested.
            request.kind = "request"
        settle_names(request)
        if request.kind == "request" and self.port_range is not None:
            set_range(request, *self.port_range)
        if request.kind == "update" and self.reference is not None:
            self.reference.add_to(request)

    def _is_complete(self, request: ParsedRequest) -> bool:
        """Whether a request is for this registry: others have service names without transport."""
        transports = request.values.get("transport_protocols", ())
        if not self.is_about_ports:
            if self.marker == "new" and _name_of(request) in map(_name_of, self.contents.old):
                return True
            is_known = not set(TRANSPORT_PROTOCOLS).isdisjoint(transports)
            return is_known and can_be_port(request.values.get("port_number"))
        return bool(transports) or "service_name" in request.values

    def end_template(self) -> None:
        template, self.template = self.template, None
        if template is None or not template.known_fields:
            return
        if template.is_complete and (self.is_excluded or template.is_kept):
            self._excluded_lines.update(line.place(0) for line in template.lines)
        elif requests := template.requests(self.kind):
            self.add_requests(requests)
        elif not self._add_to_request(template.known_fields):
            paragraph = joined(template.lines)
            self._set_kind(paragraph)
            self.add_sentences(paragraph)

    def _add_to_request(self, fields: list[FieldText]) -> bool:
        """Add fields to the request or update before them, if they can belong to it."""
        if self.contents.requests and all(field.path[0] in _STATEMENTS for field in fields):
            # The statements of Section 8.1 may follow the template.
            for text in fields:
                add_field(self.contents.requests[-1], text)
            return True
        if self.kind == "update" and self.contents.sentences and len(fields) > 1:
            self.contents.sentences[-1].template = change_of(fields)
            return True
        return False

    def end_paragraph(self) -> None:
        if not self.paragraph:
            return
        lines, self.paragraph = self.paragraph, []
        is_literal = lines[0].is_literal
        paragraph = with_quoted_names(joined((line.passage for line in lines), is_literal))
        paragraph = without(paragraph, EMPHASIS)
        if mark := marker(paragraph.text[:_MAX_INTRODUCTION]):
            self._set_marker(mark)
        elif self.is_excluded and BULLET.match(paragraph.text) is not None:
            self._excluded_lines.update(line.passage.place(0) for line in lines)
        elif (
            self._add_description(paragraph)
            # What a line after OLD or NEW has alone is of the update before it.
            or any(
                add_marked(last, paragraph, self.marker) for last in self.contents.sentences[-1:]
            )
            or self._add_inline_template(paragraph, is_literal)
        ):
            return
        elif not self._add_item(paragraph):
            self._add_paragraph(paragraph)

    def _add_description(self, paragraph: Passage) -> bool:
        """Add a paragraph that is the description of what the one before it requests."""
        awaits, self.awaits_description = self.awaits_description, False
        last = self.contents.sentences[-1:] if awaits else []
        for request in last:
            request.fields = [*request.fields, field_value("description", paragraph)]
        return bool(last)

    def _set_marker(self, mark: str) -> None:
        if mark == "new" and not self.marker:
            # What was listed since the introduction is to be replaced.
            self.contents.old += self.contents.requests[self.request_count :]
            del self.contents.requests[self.request_count :]
        self.marker = mark

    def _add_paragraph(self, paragraph: Passage) -> None:
        is_item = BULLET.match(paragraph.text) is not None
        kind = self._set_kind(paragraph)
        is_announced = (
            is_item and self.list_kind == "request" and not is_of_other_registry(paragraph.text)
        )
        count = len(self.contents.sentences)
        self.add_sentences(paragraph, is_announced=is_announced)
        if is_announced and self.is_about_ports and len(self.contents.sentences) == count:
            self.contents.unread += item_mentions(paragraph)
        is_announcement = is_open(paragraph.text)
        self.awaits_description = is_before_description(paragraph.text)
        requested_range = port_range(paragraph)
        if kind is not None or requested_range is not None:
            self.reference, self.port_range = None, requested_range
        if kind == "update" and len(self.contents.sentences) == count:
            self._add_reference(paragraph, is_open=is_announcement)
        if not is_item:
            self._open_list(paragraph, kind, is_announcement)

    def _open_list(
        self, paragraph: Passage, kind: RequestKind | None, is_announcement: bool
    ) -> None:
        """Note what a paragraph says of the items of a list after it."""
        self.is_excluded = kind is None and excludes(paragraph.text)
        self.list_kind = kind if is_announcement else None
        self.list_kind = "request" if asks_to_act(paragraph.text) else self.list_kind
        last = self.contents.sentences[-1:]
        self.announcement = last[0] if last and last[0].is_announcement else None
        is_ours = is_about_services(paragraph.text, in_context=self.is_about_ports)
        is_change = is_announcement and is_ours and self.announcement is None
        if is_change and (kind == "update" or kind == "release"):
            self.announcement = announced_change(paragraph, kind)

    def _add_reference(self, paragraph: Passage, *, is_open: bool) -> None:
        """Give the reference of an update without name and port to what it speaks of."""
        for sentence in sentences(paragraph):
            if sentence_kind(sentence.text) != "update":
                continue
            if is_open:
                self.reference = reference_update(sentence)
            elif is_about_services(sentence.text, in_context=True):
                self.contents.add_reference(reference_of_all(sentence))

    def _add_item(self, paragraph: Passage) -> bool:
        """Add what an item of a list has: names or ports that the introduction speaks of."""
        listed = self.contents.sentences
        last = listed[-1] if listed and listed[-1].is_announcement else None
        requests = [] if last is None else numbered_names(paragraph, last)
        announcement = self.announcement
        if not requests and announcement is not None:
            if self.list_kind == "request" or announcement.kind != "request":
                last = announcement
                requests = listed_requests(paragraph, announcement)
        if requests and listed and listed[-1] is last:
            listed.pop()
        listed += requests
        return bool(requests)

    def _add_inline_template(self, paragraph: Passage, is_literal: bool) -> bool:
        """Add the requests of a paragraph whose fields are in one line."""
        requests = inline_requests(paragraph, self.kind, is_literal)
        self.add_requests(requests)
        return bool(requests)

    def _set_kind(self, paragraph: Passage) -> RequestKind | None:
        """Set what templates after the paragraph do, if it says so, and return what it says.

        It may end the sentence before them, too.
        """
        text = paragraph.text[:_MAX_INTRODUCTION]
        kinds = [sentence_kind(sentence.text) for sentence in sentences(paragraph)]
        kind = next((kind for kind in reversed(kinds) if kind is not None), None)
        if text[0].islower() and self.introduction:
            whole = f"{self.introduction} {text.split('. ')[0]}"
            if sentence_kind(whole) == "update":
                reference = reference_update(paragraph, self.introduction)
                for request in self.contents.requests[self.request_count :]:
                    request.kind = "update"
                    if reference is not None:
                        reference.add_to(request)
        if kind is not None:
            self.kind, self.marker = kind, ""
        self.introduction = text[-_MAX_INTRODUCTION // 4 :]
        self.request_count = len(self.contents.requests)
        return kind

    def add_sentences(self, paragraph: Passage, *, is_announced: bool = False) -> None:
        contents = self.contents
        contents.stated += stated_fields(paragraph)
        if self.is_cited:
            return
        split = list(sentences(paragraph))
        contents.unread += requested_numbers(split)
        contents.asks_nothing |= any(asks_nothing(sentence.text) for sentence in split)
        requests = sentence_requests(
            split,
            contents.sentences,
            self.sentence,
            is_announced=is_announced,
            in_context=self.is_about_ports or not contents.is_empty,
            denies_all=contents.asks_nothing,
        )
        descriptions = state_descriptions(split, self.sentence, contents.sentences, requests)
        contents.descriptions += map(description_mention, descriptions)
        contents.sentences += requests
        self.sentence = split[-1] if split else None


def _name_of(request: ParsedRequest) -> str:
    return fold(str(request.values.get("service_name", "")))
