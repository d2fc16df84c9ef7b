"""The documents that ianalint reads and writes, as pydantic models: reports, changes, requests.

`schemas/*.schema.json` are written from them (`python -m schemas.models`), and tests compare the
two.  The package does not need this module and does not contain it: it writes reports from the
plain classes of `validator.engine.finding` and `validator.engine.report`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from validator.diff.changes import Kind as ChangeKind
from validator.engine.report import FORMAT_VERSION
from validator.model.vocabulary import RECORD_FIELDS
from validator.settings.files import BASELINE, CONFIGURATION, TableKind, document_schema

Severity = Literal["error", "warning", "note"]
Form = Literal["xml", "csv", "txt", "html", "json"]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2,8}[0-9]{3}$", description="Code of a rule.")]
ConsumerKind = Literal["services", "nmap", "wireshark", "private"]
InputForm = Form | Literal["yaml", "toml", "draft"] | ConsumerKind
if TYPE_CHECKING:
    # A type checker cannot read a list of values that stands elsewhere.
    RecordField = str
else:
    RecordField = Literal[RECORD_FIELDS]
Count = Annotated[int, Field(ge=0)]


class StrictModel(BaseModel):
    """A document in which no key is unknown and no value is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def optional(description: str | None = None, **more: Any) -> Any:
    """A key that may be left out and is never null; see `model_fields_set`."""
    return Field(default_factory=lambda: None, description=description, **more)


class UntitledFields(GenerateJsonSchema):
    """Writes schemas without titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


# -- the report -------------------------------------------------------------------------------


class Tool(StrictModel):
    """What wrote the report."""

    name: Literal["ianalint"]
    version: str


class NotRun(StrictModel):
    """A rule that was skipped for this input."""

    code: Code
    reason: str


class Cut(StrictModel):
    """A rule with more findings in this input than the report lists."""

    code: Code
    listed: Count = Field(description="Number of findings listed for this input.")
    found: Count = Field(description="Number of all findings.")


class Input(StrictModel):
    """One input and its properties."""

    path: str
    format: InputForm | None = Field(
        description="The format it was read as; null if it was not read."
    )
    updated: str | None = Field(description='The registry\'s own "last updated", unchanged.')
    records: Count
    contacts: Count
    whole: bool = Field(description="Whether it was checked as a whole registry.")
    not_run: list[NotRun]
    cut: list[Cut] = optional("Rules whose findings are not all listed.")
    kind: ConsumerKind | Literal["registry"] = optional(
        "For `ianalint audit`: a file of this form, or a dump that files are compared with."
    )
    error: str = optional("Why the input could not be used; such an input has no findings.")


class Location(StrictModel):
    """A place in an input. Line and column count from 1, columns in characters."""

    path: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    end_line: int = optional(
        "Line of the character after the value; only where there is one.", ge=1
    )
    end_column: int = optional("Column of the character after the value.", ge=1)


class RecordSubject(StrictModel):
    """A record of the registry."""

    service_name: str | None
    port: str | None
    transport_protocol: str | None


class ContactSubject(StrictModel):
    """An entry of the table of contacts."""

    contact: str | None


class PortSubject(StrictModel):
    """Port numbers without a record of their own."""

    port: str


class FootnoteSubject(StrictModel):
    """A footnote of the registry."""

    footnote: str | None


class WholeSubject(StrictModel):
    """The registry as a whole."""


Subject = Annotated[
    RecordSubject | ContactSubject | PortSubject | FootnoteSubject | WholeSubject,
    Field(description="What it is about; empty for the registry as a whole."),
]


class RelatedPlace(StrictModel):
    """Another place that a finding refers to."""

    message: str
    location: Location
    subject: Subject


class Finding(StrictModel):
    """One violation of one rule at one place."""

    code: Code
    rule: str = Field(description="Name of the rule.")
    severity: Severity
    legacy: bool = Field(
        description="A requirement that RFC 6335 introduced, on a record that was registered before"
        " it, or has no registration date."
    )
    status: Literal["open", "baselined", "suppressed"]
    message: str
    reference: str = Field(description="The clause the rule rests on.")
    field: str | None = Field(description="The field of the subject; null for all of it.")
    value: str | None = Field(description="The offending text; null where there is none.")
    subject: Subject
    location: Location
    related: list[RelatedPlace]
    fingerprint: str = Field(
        description="Made of rule, subject and field: the same when lines or files move."
    )


class Fault(StrictModel):
    """A rule that failed with an internal error; the other rules were run."""

    code: str
    path: str
    subject: Subject
    message: str


class SeverityCounts(StrictModel):
    """Findings by severity."""

    error: Count
    warning: Count
    note: Count


class Summary(StrictModel):
    """The numbers of findings."""

    open: SeverityCounts = Field(description="Open findings that are not legacy.")
    legacy: SeverityCounts = Field(description="Open findings that are legacy.")
    legacy_modified: Count = Field(
        description="Open legacy findings on records that were modified since the cut-off."
    )
    baselined: Count
    suppressed: Count
    not_listed: Count = optional("Findings that --min-severity leaves out; they are counted here.")
    by_rule: dict[str, Count] = Field(description="All findings, by code.")


class SuggestedPort(StrictModel):
    """A port number that is free on all transports."""

    port: int = Field(ge=0, le=65535)
    gap: list[int] = Field(description="First and last of the Unassigned ports around it.")
    why: str


class Suggestions(StrictModel):
    """Names and ports to request instead."""

    service_names: list[str]
    port_numbers: list[SuggestedPort]


class FieldUpdate(StrictModel):
    """A field that an update changes."""

    field: str
    old: str = Field(
        description="The text in the registry, empty if there is none; the old name in a draft that"
        " is not compared with a registry."
    )
    new: str


class RequestReview(StrictModel):
    """The verdict on one request, or what an update or release of an assignment changes."""

    path: str
    index: Count = Field(description="Its number in the file, from 0.")
    kind: Literal["request", "update", "release"] = Field(
        description="A draft may also update or release an existing assignment."
    )
    request: dict[str, Any] = Field(
        description="The values that were read, by the keys of the schema `request`, as they are in"
        " the document. A value that is missing or only a placeholder has no key."
    )
    service_name: str | None
    verdict: Literal["accept", "reject"] | None = Field(
        description="reject if it has an open error; null for an update or release, where the"
        " registry could not be read as a whole, and where a rule that was not selected would"
        " reject it."
    )
    procedure: (
        Literal[
            "First Come First Served",
            "Expert Review",
            "IETF Review or IESG Approval",
            "Standards Action",
        ]
        | None
    ) = Field(
        description="The procedure of RFC 6335 that decides it; null without a verdict, and for a"
        " port that is never assigned."
    )
    changes: list[FieldUpdate] = Field(description="What an update changes of the assignment.")
    suggestions: Suggestions


class AuditRegistry(StrictModel):
    """The dump that a file was compared with."""

    path: str
    updated: str | None


class FileAge(StrictModel):
    """How old a file is by the registrations that it has."""

    newest: str | None = Field(description="The latest registration date of a record it keeps.")
    cut: str | None = Field(description="The month up to which it has what was registered.")
    newer: Count | None = Field(description="How many records of later months it lacks.")


class OneAudit(StrictModel):
    """What became of the entries of a file, and of the records of the registry in it."""

    path: str
    kind: ConsumerKind
    full: bool = Field(description="Whether it means to hold every record.")
    coverage: float | None = Field(description="The share of the claimed ports it speaks of.")
    entries: Count
    registry: AuditRegistry | None
    entry_fates: dict[str, Count] | None
    record_fates: dict[str, Count] | None = Field(description="Of a full file alone.")
    age: FileAge | None


class _Head(StrictModel):
    format_version: Literal[2] = Field(description="Version of this format.")
    tool: Tool
    inputs: list[Input]


class _Tail(StrictModel):
    requests: list[RequestReview] = optional(
        "The requests, in the order of the inputs; of `ianalint request` alone."
    )
    audits: list[OneAudit] = optional(
        "What became of the entries of each file; of `ianalint audit` alone."
    )
    faults: list[Fault]
    summary: Summary


class Report(_Tail, _Head):
    """The findings of one run by input: first those about reading (FM), then by line and column."""

    model_config = ConfigDict(title="Report of ianalint")

    findings: list[Finding]


class HeadLine(_Head):
    """The first line of a report in JSON Lines."""

    type: Literal["head"]


class FindingLine(Finding):
    """A line between the first and the last of a report in JSON Lines."""

    type: Literal["finding"]


class SummaryLine(_Tail):
    """The last line of a report in JSON Lines."""

    type: Literal["summary"]


# -- lookup -----------------------------------------------------------------------------------


class PortState(StrictModel):
    """What the registry says of a port on one transport protocol."""

    transport_protocol: str
    state: Literal["Assigned", "Reserved", "Unassigned", "not listed"]
    service_names: list[str]
    statement: str | None = Field(description="What the registry says instead of a service.")


class Place(StrictModel):
    """A service and its port."""

    service_name: str
    port: str | None
    transport_protocol: str | None


class Neighbors(StrictModel):
    """The services of the nearest assigned ports."""

    below: list[Place]
    above: list[Place]


class LookupRecord(Place):
    """An assignment of the registry."""

    description: str | None
    assignee: list[str]
    contact: list[str]
    registration_date: str | None
    modification_date: str | None
    reference: list[str]
    service_code: str | None
    assignment_notes: str | None
    historic: bool
    alias_of: str | None
    replaces: str | None
    line: Count


class LookupAnswer(StrictModel):
    """What the registry says of a word: `port` and what follows it, or `service_name`."""

    word: str
    kind: Literal["port", "name"]
    assigned: bool
    transport_protocol: str | None
    port: str = optional()
    range: Literal["System", "User", "Dynamic"] | None = optional()
    states: list[PortState] = optional()
    free_block: list[Count] | None = optional(
        "Lowest and highest free port around it; null where none is free, and where `free` would be"
        " null."
    )
    neighbours: Neighbors = optional()
    service_name: str = optional()
    well_formed: bool = optional()
    faults: list[str] = optional("Why the name breaks RFC 6335, Section 5.1.")
    free: bool | None = optional(
        "Whether it is well-formed and nobody's; null where the dump is a part of a registry, or"
        " was not read completely."
    )
    near_names: list[str] = optional()
    record_count: Count = Field(description="How many assignments it has; `records` has up to 200.")
    records: list[LookupRecord]
    unauthorized_uses: list[str]


class LookupRegistry(AuditRegistry):
    """The dump that the answers are from."""

    whole: bool = Field(description="False where the dump is a part of a registry.")
    error: str = optional("Set where a record, or a name, port or transport of one, was not read.")
    remark: str = optional("Set where the dump has other errors, or lines that may be misread.")


class LookupReport(StrictModel):
    """The answers of one run."""

    model_config = ConfigDict(title="Answers of ianalint lookup")

    format_version: Literal[1] = Field(description="Version of this format.")
    tool: Tool
    registry: LookupRegistry
    answers: list[LookupAnswer]


# -- changes ----------------------------------------------------------------------------------


class OneDump(StrictModel):
    """One of the dumps of a history."""

    path: str
    updated: str | None = Field(description='The registry\'s own "last updated", if it has one.')


class OneSide(StrictModel):
    """A record, contact or footnote as one dump has it."""

    subject: Subject
    location: Location


class Piece(StrictModel):
    """A piece of a text that was kept, removed or added."""

    op: Literal["keep", "remove", "add"]
    text: str


class OneField(StrictModel):
    """A field that changed; white space is folded, citations are in brackets."""

    field: str
    old: str = Field(description="Empty if it was empty.")
    new: str = Field(description="Empty if it is empty.")
    habit: Literal["document published", "draft updated", "contact id renamed"] | None = Field(
        description="A change that the registry makes without a new modification date."
    )
    words: list[Piece] = Field(description="The change, word by word.")


class OneChange(StrictModel):
    """One change.

    The record or contact that changed comes first in `old` and `new`; other records that the
    change used up or left come after it.
    """

    kind: ChangeKind
    subject: Subject
    old: list[OneSide]
    new: list[OneSide]
    fields: list[OneField]


class OneStep(StrictModel):
    """From one dump to the next: every record is in one change, or counted in `unchanged`."""

    old: OneDump
    new: OneDump
    unchanged: Count = Field(description="Records that are equal in both.")
    not_comparable: Count = Field(description="Records outside the page that the other dump is.")
    counts: dict[ChangeKind, Count] = Field(description="Changes, by kind.")
    changes: list[OneChange]
    findings: list[Finding] = Field(description="Of family HX: changes against the procedures.")
    not_run: list[NotRun] = Field(description="Rules of family HX that were skipped.")
    gained: list[Finding] = Field(description="Findings of `check` that only the new dump has.")
    repaired: list[Finding] = Field(description="Findings of `check` that only the old dump has.")
    standing: Count = Field(description="Number of findings of `check` that both have.")
    not_compared: list[NotRun] = Field(description="Rules of `check` that one of them skipped.")


class BlamedField(StrictModel):
    """The last value of a field, and the dump that introduced it."""

    field: str
    value: str
    since: OneDump | None = Field(description="Null if the first dump already has it.")


class BlamedChange(StrictModel):
    """What happened to the record between two dumps."""

    old: OneDump
    new: OneDump
    change: OneChange


class OneBlame(StrictModel):
    """The history of one record."""

    subject: Subject
    first: OneDump = Field(description="The first dump that has it.")
    last: OneDump = Field(description="The last dump that has it.")
    fields: list[BlamedField]
    changes: list[BlamedChange]


class ChangeSummary(StrictModel):
    """The totals of a history; `standing` is that of the last step."""

    open: SeverityCounts = Field(
        description="Open findings that are not legacy: incomplete, of changes, and gained without"
        " being fixed by a later dump."
    )
    changes: dict[ChangeKind, Count]
    findings: SeverityCounts
    gained: SeverityCounts
    repaired: SeverityCounts
    standing: SeverityCounts


class History(StrictModel):
    """What `ianalint diff --format json` writes."""

    model_config = ConfigDict(title="Changes of the registry, by ianalint")

    format_version: Literal[2]
    tool: Tool
    inputs: list[Input]
    incomplete: list[Finding] = Field(
        description="What was not read of the dumps, but for new findings of a step."
    )
    steps: list[OneStep]
    faults: list[Fault]
    summary: ChangeSummary
    blame: list[OneBlame] = optional("The history of the requested record, if one was requested.")


# -- the registry -----------------------------------------------------------------------------


class Cited(StrictModel):
    """A pointer to a contact, a document or a footnote."""

    kind: str = Field(description="person, rfc, draft, uri, text, note, or a word of the source.")
    data: str = optional("The identifier, as in the XML.")
    text: str = optional("The words shown for it.")
    section: str = optional()


class Marked(StrictModel):
    """A line break, or the beginning or end of a paragraph."""

    markup: Literal["br", "paragraph", "/paragraph"]


# Types and not alternatives: `jsonschema` then reports which part is wrong, and is twice as fast.
_PARTS: Any = {
    "description": "A text; a list of parts where it has citations or markup inside.",
    "type": ["string", "array"],
    "items": {
        "type": ["string", "object"],
        "anyOf": [{"type": "string"}, {"required": ["kind"]}, {"required": ["markup"]}],
        "properties": {
            **{key: {"type": "string"} for key in ("kind", "data", "text", "section")},
            "markup": {"enum": ["br", "paragraph", "/paragraph"]},
        },
        "additionalProperties": False,
    },
}
Words = Annotated[str | list[str | Cited | Marked], WithJsonSchema(_PARTS)]


class NoteOfRegistry(StrictModel):
    """A note of the registry as a whole."""

    title: str = optional()
    text: Words


class Metadata(StrictModel):
    """The registry's own metadata."""

    registry_id: str = optional()
    title: str = optional()
    category: str = optional()
    updated: str = optional()
    experts: str = optional()
    references: list[Cited] = optional()
    notes: list[NoteOfRegistry] = optional()


class OneRecord(StrictModel):
    """A row of the registry; a key is left out where the source has no such element or cell."""

    service_name: Words = optional()
    port_number: Words = optional()
    transport_protocol: Words = optional()
    description: Words = optional()
    assignee: list[Cited] = optional()
    contact: list[Cited] = optional()
    registration_date: str = optional()
    modification_date: str = optional()
    reference: list[Cited] = optional()
    service_code: Words = optional()
    known_unauthorized_uses: Words = optional()
    assignment_notes: Words = optional()


class OneContact(StrictModel):
    """An entry of the table of contacts."""

    contact_id: str = optional()
    name: str = optional()
    organization: str = optional()
    contact_uri: list[str] = optional()
    last_updated: str = optional()


class OneFootnote(StrictModel):
    """A footnote, and the anchor by which references of kind note cite it."""

    anchor: str = optional()
    text: Words


class Exchange(StrictModel):
    """A registry with everything its XML holds: what `ianalint convert --to json` writes."""

    model_config = ConfigDict(title="Registry in the exchange form of ianalint")

    schema_: str = optional(alias="$schema")
    format_version: Literal[1]
    carries: list[
        Literal[
            "contacts",
            "registry-date",
            "metadata",
            "footnotes",
            "kinds",
            "elements",
            "brackets",
        ]
    ] = Field(description="What the source format can express.")
    missing_columns: list[RecordField] = optional(
        description="The fields of records for which the source has no column."
    )
    registry: Metadata
    records: list[OneRecord]
    contacts: list[OneContact]
    footnotes: list[OneFootnote]


# -- the request ------------------------------------------------------------------------------

NAME_LIMIT = 254
DESCRIPTION_LIMIT = 2_000
TEXT_LIMIT = 20_000
LIST_LIMIT = 100


# Types and not alternatives, as above.
_TEXT = WithJsonSchema({"type": ["string", "null"], "maxLength": TEXT_LIMIT})
Filled = Annotated[str, Field(min_length=1, pattern=r"\S", max_length=NAME_LIMIT)]
Text = Annotated[str | None, Field(max_length=TEXT_LIMIT), _TEXT]
Port = Annotated[int, Field(ge=0, le=65535)]
ServiceCode = Annotated[int, Field(ge=0, le=4294967295)]
_A_PORT = WithJsonSchema(
    {
        "type": ["integer", "string", "null"],
        "minimum": 0,
        "maximum": 65535,
        "pattern": "^(user|system)$",
    }
)
_CODE: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 4294967295}
_CODES = WithJsonSchema(
    {**_CODE, "type": ["integer", "array", "null"], "items": _CODE, "maxItems": LIST_LIMIT}
)
# As much of Section 5.1 as a pattern without lookahead can check: not all validators have that.
_NAME = r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"
_TRANSPORT = r"^([Tt][Cc][Pp]|[Uu][Dd][Pp]|[Ss][Cc][Tt][Pp]|[Dd][Cc][Cc][Pp])$"
_TEXTS = WithJsonSchema(
    {
        "type": ["string", "array", "null"],
        "maxLength": TEXT_LIMIT,
        "items": {"type": "string", "maxLength": TEXT_LIMIT},
        "maxItems": LIST_LIMIT,
    }
)
_STATEMENT = WithJsonSchema({"type": ["string", "boolean", "null"], "maxLength": TEXT_LIMIT})
Statement = Annotated[Annotated[str, Field(max_length=TEXT_LIMIT)] | bool | None, _STATEMENT]


class Party(StrictModel):
    """A person or organization, by name and e-mail address."""

    name: Filled
    email: Filled = Field(examples=["ann@example.com"])


class AssignmentRequest(StrictModel):
    """A request for a service name, with or without a port number (RFC 6335, Section 8.1.1).

    `reference` may be left out where `proprietary` says that there is no public document.
    """

    model_config = ConfigDict(title="Assignment request")

    schema_: str = optional(alias="$schema")
    service_name: Annotated[str, Field(max_length=15, pattern=_NAME)] = Field(
        description="1 to 15 letters, digits and hyphens (5.1).", examples=["harbor-log"]
    )
    transport_protocols: list[Annotated[str, Field(pattern=_TRANSPORT)]] = Field(
        min_length=1, max_length=LIST_LIMIT, description="One or more of tcp, udp, sctp, dccp."
    )
    assignee: Party = Field(description="Who it is assigned to; for an IETF document the IESG.")
    contact: Party = Field(description="Who to ask; for an IETF document the IETF Chair.")
    description: Annotated[
        str, Field(min_length=1, pattern=r"\S", max_length=DESCRIPTION_LIMIT)
    ] = Field(description="What the service is, in a sentence, without acronyms.")
    reference: Text = optional("The document that describes the protocol.")
    port_number: Annotated[Port | Literal["user", "system"] | None, _A_PORT] = optional(
        'A number, "user" or "system"; null for a service name alone.'
    )
    service_code: Annotated[
        ServiceCode | Annotated[list[ServiceCode], Field(max_length=LIST_LIMIT)] | None,
        _CODES,
    ] = optional("For dccp: the service code, or several.")
    known_unauthorized_uses: Text = optional("Who uses it without being the assignee.")
    assignment_notes: Text = optional("What IANA should know of the assignment.")
    broadcast_multicast_anycast: Text = optional(
        "Whether the protocol uses IP broadcast, multicast or anycast, and how."
    )
    why_not_dynamic: Text = optional("With a port: why a Dynamic Port is unsuitable.")
    why_not_user: Text = optional("With a System Port: why a User Port is unsuitable.")
    stable_spec_reference: Text = optional("With a System Port: the stable specification.")
    proprietary: Statement = optional("Whether the protocol is not publicly documented.")
    ietf_stream: Annotated[bool | None, WithJsonSchema({"type": ["boolean", "null"]})] = optional(
        "Whether an RFC of the IETF stream asks for it."
    )
    txt_keys: Annotated[
        Annotated[str, Field(max_length=TEXT_LIMIT)]
        | Annotated[
            list[Annotated[str, Field(max_length=TEXT_LIMIT)]], Field(max_length=LIST_LIMIT)
        ]
        | None,
        _TEXTS,
    ] = optional("Keys of its DNS-SD TXT records, as key or key=value.")
    security: Text = optional("How the service is protected.")
    versioning: Text = optional("How versions are distinguished in-band.")
    transport_differences: Text = optional("What each of several transports is used for.")
    congestion_control: Text = optional("With udp: how congestion is avoided.")
    discovery_only: Statement = optional("Whether it is for discovery only.")
    why_not_existing_port: Text = optional("Why no port of an existing service can be used.")
    development_state: Text = optional("Designed, implemented or deployed, and where.")
    reserved_justification: Text = optional("With a Reserved number: why it is appropriate (8.1).")
    why_sctp: Text = optional("With sctp: which of its capabilities the protocol needs.")
    difference_from_existing: Text = optional("How it differs from services that are assigned.")
    other_information: Text = optional("What else reviewers should know.")


DOCUMENTS: dict[str, tuple[type[BaseModel] | TableKind, int]] = {
    "lookup": (LookupReport, 1),
    "baseline": (BASELINE, 1),
    "changes": (History, FORMAT_VERSION),
    "config": (CONFIGURATION, 1),
    "registry": (Exchange, 1),
    "request": (AssignmentRequest, 1),
    "report": (Report, FORMAT_VERSION),
}


def schema_text(name: str) -> str:
    """Return the text of `schemas/<name>.schema.json`: JSON Schema, draft 2020-12."""
    model, version = DOCUMENTS[name]
    described = (
        document_schema(model)
        if isinstance(model, TableKind)
        else model.model_json_schema(by_alias=True, schema_generator=UntitledFields)
    )
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ianalint:schema:{name}:{version}",
        "version": version,
        **described,
    }
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    for name in DOCUMENTS:
        path = Path(__file__).with_name(f"{name}.schema.json")
        path.write_text(schema_text(name), encoding="utf-8", newline="\n")
