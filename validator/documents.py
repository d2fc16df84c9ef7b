"""The documents that cross our border, as pydantic models: reports, requests, the configuration.

`schemas/*.schema.json` are written from them (`python -m validator.documents`), and tests hold the
two together.  A plain `check` does not load this module: it writes reports from the plain classes
of `validator.engine.report`, and reads a configuration only where there is one.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from validator.engine.report import FORMAT_VERSION
from validator.readers.source import RANGES

Severity = Literal["error", "warning", "note"]
Form = Literal["xml", "csv", "txt", "html", "json"]
InputForm = Form | Literal["yaml", "toml", "draft"]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{3}$", description="Code of a rule.")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Count = Annotated[int, Field(ge=0)]


class _Plain(GenerateJsonSchema):
    """Writes schemas without titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def _left_out() -> Any:
    """The default of a key that may be left out and is never null; see `model_fields_set`."""
    return None


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


# -- the report -------------------------------------------------------------------------------


class Tool(_Document):
    """What wrote the report."""

    name: Literal["ianalint"]
    version: str


class NotRun(_Document):
    """A rule that the input's form cannot answer."""

    code: Code
    reason: str


class Cut(_Document):
    """A rule of which the limit lets not all findings stand in the report."""

    code: Code
    listed: Count = Field(description="How many findings of it the report has for this input.")
    found: Count = Field(description="How many there are.")


class Input(_Document):
    """One input and what it is."""

    path: str
    format: InputForm | None = Field(
        description="The form it was read as; null where it was not read."
    )
    updated: str | None = Field(description='The registry\'s own "last updated", as it stands.')
    records: Count
    contacts: Count
    whole: bool = Field(description="Whether it was taken for a whole registry.")
    not_run: list[NotRun]
    cut: list[Cut] = Field(
        default_factory=_left_out, description="Rules whose findings are not all in the report."
    )
    error: str = Field(
        default_factory=_left_out,
        description="Why the input could not be used at all; such an input has no findings.",
    )


class Location(_Document):
    """A place in an input. Line and column count from 1, columns in characters."""

    path: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)


class RecordSubject(_Document):
    """A record of the registry."""

    service_name: str | None
    port: str | None
    transport_protocol: str | None


class ContactSubject(_Document):
    """An entry of the table of contacts."""

    contact: str | None


class PortSubject(_Document):
    """Port numbers that no record answers for."""

    port: str


class FootnoteSubject(_Document):
    """A footnote of the registry."""

    footnote: str | None


class WholeSubject(_Document):
    """The registry as a whole."""


Subject = Annotated[
    RecordSubject | ContactSubject | PortSubject | FootnoteSubject | WholeSubject,
    Field(description="What it is about; empty for the registry as a whole."),
]


class RelatedPlace(_Document):
    """Another place that a finding speaks of."""

    message: str
    location: Location
    subject: Subject


class Finding(_Document):
    """One violation of one rule at one place."""

    code: Code
    rule: str = Field(description="Name of the rule.")
    severity: Severity
    legacy: bool = Field(
        description="A requirement that RFC 6335 introduced, on a record from before it."
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


class Fault(_Document):
    """A rule that broke, which is a fault of ianalint; the other rules were run."""

    code: str
    path: str
    subject: Subject
    message: str


class SeverityCounts(_Document):
    """Findings by severity."""

    error: Count
    warning: Count
    note: Count


class Summary(_Document):
    """What the findings come to."""

    open: SeverityCounts = Field(description="Open findings that are not legacy.")
    legacy: SeverityCounts = Field(description="Open findings that are.")
    baselined: Count
    suppressed: Count
    by_rule: dict[str, Count] = Field(description="All findings, by code.")


class SuggestedPort(_Document):
    """A port number that is free on all transports."""

    port: int = Field(ge=0, le=65535)
    gap: list[int] = Field(description="First and last of the Unassigned ports around it.")
    why: str


class Suggestions(_Document):
    """What may be asked for instead."""

    service_names: list[str]
    port_numbers: list[SuggestedPort]


class RequestReview(_Document):
    """What becomes of one request."""

    path: str
    index: Count = Field(description="Its number in the file, from 0.")
    service_name: str | None
    verdict: Literal["accept", "reject"] = Field(description="reject where there is an error.")
    procedure: Literal[
        "First Come First Served",
        "Expert Review",
        "IETF Review or IESG Approval",
        "Standards Action",
    ] = Field(description="By which procedure of RFC 6335 it is decided.")
    suggestions: Suggestions


class _Head(_Document):
    format_version: Literal[1] = Field(description="Version of this format.")
    tool: Tool
    inputs: list[Input]


class _Tail(_Document):
    requests: list[RequestReview] = Field(
        default_factory=_left_out,
        description="The requests, in the order of the inputs; of `ianalint request` alone.",
    )
    faults: list[Fault]
    summary: Summary


class Report(_Tail, _Head):
    """The findings of one run, sorted by input, line, column and code."""

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


# -- changes ----------------------------------------------------------------------------------


class OneDump(_Document):
    """One of the dumps of a history."""

    path: str
    updated: str | None = Field(description='The registry\'s own "last updated", if it has one.')


class OneSide(_Document):
    """A record, contact or footnote as one dump has it."""

    subject: Subject
    location: Location


class Piece(_Document):
    """A piece of a text that was kept, removed or added."""

    op: Literal["keep", "remove", "add"]
    text: str


class OneField(_Document):
    """A field that says another thing; white space is folded, citations are in brackets."""

    field: str
    old: str = Field(description="Empty where it said nothing.")
    new: str = Field(description="Empty where it says nothing.")
    habit: Literal["document published", "contact id renamed"] | None = Field(
        description="What the registry does without a new modification date."
    )
    words: list[Piece] = Field(description="How the one becomes the other, word by word.")


ChangeKind = Literal[
    "assigned",
    "transport-added",
    "released",
    "transport-removed",
    "reassigned",
    "renamed",
    "moved",
    "edited",
    "reference-published",
    "statement-cut",
    "statement-merged",
    "statement-redrawn",
    "statement-added",
    "statement-removed",
    "contact-added",
    "contact-removed",
    "contact-changed",
    "contact-renamed",
    "metadata",
]


class OneChange(_Document):
    """One thing that happened.

    Where it happened to one record or contact, that comes first in `old` and `new`; behind it
    stands what the change used up or left there.
    """

    kind: ChangeKind
    subject: Subject
    old: list[OneSide]
    new: list[OneSide]
    fields: list[OneField]


class OneStep(_Document):
    """From one dump to the next: every record of both is in one change, or one of `unchanged`."""

    old: OneDump
    new: OneDump
    unchanged: Count = Field(description="Records that say the same in both.")
    not_comparable: Count = Field(description="Records that a page of the other does not show.")
    counts: dict[ChangeKind, Count] = Field(description="Changes, by kind.")
    changes: list[OneChange]
    findings: list[Finding] = Field(description="Of family HX: changes against the procedures.")
    not_run: list[NotRun] = Field(description="Rules of family HX that one form cannot answer.")
    gained: list[Finding] = Field(description="Findings of `check` that only the new dump has.")
    repaired: list[Finding] = Field(description="Findings of `check` that only the old dump has.")
    standing: Count = Field(description="How many findings of `check` both have.")
    not_compared: list[NotRun] = Field(description="Rules of `check` that one cannot answer.")


class BlamedField(_Document):
    """What a field says last, and the dump in which it began to."""

    field: str
    value: str
    since: OneDump | None = Field(description="Null where it says so in the first dump.")


class BlamedChange(_Document):
    """What happened to the record between two dumps."""

    old: OneDump
    new: OneDump
    change: OneChange


class OneBlame(_Document):
    """The history of one record."""

    subject: Subject
    first: OneDump = Field(description="The first dump that has it.")
    last: OneDump = Field(description="The last dump that has it.")
    fields: list[BlamedField]
    changes: list[BlamedChange]


class ChangeSummary(_Document):
    """What a history comes to; `standing` is counted in the last step."""

    changes: dict[ChangeKind, Count]
    findings: SeverityCounts
    gained: SeverityCounts
    repaired: SeverityCounts
    standing: SeverityCounts


class History(_Document):
    """What `ianalint diff --format json` writes."""

    model_config = ConfigDict(title="Changes of the registry, by ianalint")

    format_version: Literal[1]
    tool: Tool
    inputs: list[Input]
    steps: list[OneStep]
    faults: list[Fault]
    summary: ChangeSummary
    blame: list[OneBlame] = Field(
        default_factory=_left_out, description="The record that was asked for, if one was."
    )


# -- the registry -----------------------------------------------------------------------------


class Cited(_Document):
    """A pointer to a contact, a document or a footnote."""

    kind: str = Field(description="person, rfc, draft, uri, text, note, or a word of the source.")
    data: str = Field(default_factory=_left_out, description="The identifier, as in the XML.")
    text: str = Field(default_factory=_left_out, description="The words shown for it.")
    section: str = Field(default_factory=_left_out)


class Marked(_Document):
    """A line break, or the beginning or end of a paragraph."""

    markup: Literal["br", "paragraph", "/paragraph"]


# Said with types and not with alternatives: `jsonschema` then tells which part is wrong, and is
# twice as fast.
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


class NoteOfRegistry(_Document):
    """A note of the registry as a whole."""

    title: str = Field(default_factory=_left_out)
    text: Words


class Metadata(_Document):
    """What the registry says of itself."""

    registry_id: str = Field(default_factory=_left_out)
    title: str = Field(default_factory=_left_out)
    category: str = Field(default_factory=_left_out)
    updated: str = Field(default_factory=_left_out)
    experts: str = Field(default_factory=_left_out)
    references: list[Cited] = Field(default_factory=_left_out)
    notes: list[NoteOfRegistry] = Field(default_factory=_left_out)


class OneRecord(_Document):
    """A row of the registry; a key is left out where the source has no such element or cell."""

    service_name: Words = Field(default_factory=_left_out)
    port_number: Words = Field(default_factory=_left_out)
    transport_protocol: Words = Field(default_factory=_left_out)
    description: Words = Field(default_factory=_left_out)
    assignee: list[Cited] = Field(default_factory=_left_out)
    contact: list[Cited] = Field(default_factory=_left_out)
    registration_date: str = Field(default_factory=_left_out)
    modification_date: str = Field(default_factory=_left_out)
    reference: list[Cited] = Field(default_factory=_left_out)
    service_code: Words = Field(default_factory=_left_out)
    known_unauthorized_uses: Words = Field(default_factory=_left_out)
    assignment_notes: Words = Field(default_factory=_left_out)


class OneContact(_Document):
    """An entry of the table of contacts."""

    contact_id: str = Field(default_factory=_left_out)
    name: str = Field(default_factory=_left_out)
    organization: str = Field(default_factory=_left_out)
    contact_uri: list[str] = Field(default_factory=_left_out)
    last_updated: str = Field(default_factory=_left_out)


class OneFootnote(_Document):
    """A footnote, and the anchor by which references of kind note cite it."""

    anchor: str = Field(default_factory=_left_out)
    text: Words


class Exchange(_Document):
    """A registry with everything its XML holds: what `ianalint convert --to json` writes."""

    model_config = ConfigDict(title="Registry in the exchange form of ianalint")

    schema_: str = Field(default_factory=_left_out, alias="$schema")
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
    ] = Field(description="What the form it was taken from can say at all.")
    registry: Metadata
    records: list[OneRecord]
    contacts: list[OneContact]
    footnotes: list[OneFootnote]


# -- the configuration ------------------------------------------------------------------------


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class OneWaiver(_Document):
    """An excuse for findings of one rule on one record or contact."""

    model_config = ConfigDict(alias_generator=_hyphens)

    rule: str = Field(description="Code of a rule, beginning of codes, or name.")
    service: str = Field(default_factory=_left_out, description="Service name, in any case.")
    port: str | int = Field(default_factory=_left_out, description="Port number or range.")
    transport: str = Field(default_factory=_left_out, description="Transport protocol.")
    contact: str = Field(default_factory=_left_out, description="Id of a contact.")
    field: str = Field(default_factory=_left_out, description="Field of the record or contact.")
    reason: str = Field(min_length=1, description="Why it is excused.")
    until: date = Field(default_factory=_left_out, description="The last day it holds.")


class PerFile(_Document):
    """Settings for the inputs whose path matches a pattern."""

    model_config = ConfigDict(alias_generator=_hyphens)

    files: str = Field(description="A pattern with * and ?, for the path or the name of the file.")
    select: list[str] = Field(default_factory=_left_out, description="Rules to run there.")
    ignore: list[str] = Field(default_factory=_left_out, description="Rules not to run there.")
    severity: dict[str, Severity] = Field(default_factory=_left_out)
    whole: bool = Field(default_factory=_left_out)


def _limit(name: str, description: str) -> Any:
    least, most, _ = RANGES[name]
    return Field(default_factory=_left_out, ge=least, le=most, description=description)


class Configuration(_Document):
    """What ianalint.toml says, or the table [tool.ianalint] of pyproject.toml."""

    model_config = ConfigDict(title="Configuration of ianalint", alias_generator=_hyphens)

    files: list[str] = Field(
        default_factory=_left_out,
        description="Files, folders and globs to check, relative to the configuration.",
    )
    select: list[str] = Field(
        default_factory=_left_out,
        description="Rules to run: codes, beginnings of codes, names, ALL.",
    )
    ignore: list[str] = Field(default_factory=_left_out, description="Rules not to run.")
    severity: dict[str, Severity] = Field(
        default_factory=_left_out,
        description="Severity of rules, by code, beginning of codes or name.",
    )
    fail_on: Literal["error", "warning", "note", "never"] = Field(
        default_factory=_left_out, description="The least severity that makes the exit status 1."
    )
    legacy: Literal["summary", "show", "fail"] = Field(
        default_factory=_left_out, description="What becomes of findings of legacy records."
    )
    legacy_cutoff: Month = Field(
        default_factory=_left_out,
        description="The month, YYYY-MM, before which a record is legacy.",
    )
    format: Literal[
        "text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "html"
    ] = Field(default_factory=_left_out, description="Format of the report on standard output.")
    whole: bool = Field(
        default_factory=_left_out,
        description="Whether inputs are whole registries; found out if left out.",
    )
    input_format: Form = Field(
        default_factory=_left_out,
        description="Form of the inputs; recognised by content if left out.",
    )
    max_size: int = _limit("size", "The largest input that is read, in MiB.")
    max_length: int = _limit("length", "How many characters of a value are read.")
    max_depth: int = _limit("depth", "How many levels deep what is nested is read.")
    max_records: int = _limit("records", "How many records, and how many contacts, are read.")
    max_findings: int = _limit(
        "findings", "How many findings of one rule in one input are listed; others are counted."
    )
    max_match: int = _limit(
        "match", "How many seconds a rule may take for a match with a long text."
    )
    max_request_size: int = _limit(
        "request_size", "The largest file of requests that is read, in KiB; drafts: 64 times that."
    )
    max_requests: int = _limit("requests", "How many requests a file may hold.")
    registry: str = Field(
        default_factory=_left_out,
        description="The dump that requests are compared with, relative to the configuration.",
    )
    baseline: str = Field(
        default_factory=_left_out,
        description="A baseline of known findings, relative to the configuration.",
    )
    waive: list[OneWaiver] = Field(default_factory=_left_out, description="Excused findings.")
    per_file: list[PerFile] = Field(
        default_factory=_left_out, description="Settings for some of the inputs; the last wins."
    )


# -- the request ------------------------------------------------------------------------------

NAME_LIMIT = 254
DESCRIPTION_LIMIT = 2_000
TEXT_LIMIT = 20_000
LIST_LIMIT = 100


# Said with types and not with alternatives, as above.
_TOLD = WithJsonSchema({"type": ["string", "null"], "maxLength": TEXT_LIMIT})
Filled = Annotated[str, Field(min_length=1, pattern=r"\S", max_length=NAME_LIMIT)]
Told = Annotated[str | None, Field(max_length=TEXT_LIMIT), _TOLD]
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
# What a pattern can say of Section 5.1: no lookahead, so that every reader of schemas knows it.
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


def _may_be_left_out(description: str) -> Any:
    return Field(default_factory=_left_out, description=description)


class Party(_Document):
    """A person or organization, by name and e-mail address."""

    name: Filled
    email: Filled = Field(examples=["ann@example.com"])


class AssignmentRequest(_Document):
    """A request for a service name, with or without a port number (RFC 6335, Section 8.1.1).

    `reference` may be left out where `proprietary` says that there is no public document.
    """

    model_config = ConfigDict(title="Assignment request")

    schema_: str = Field(default_factory=_left_out, alias="$schema")
    service_name: Annotated[str, Field(max_length=15, pattern=_NAME)] = Field(
        description="1 to 15 letters, digits and hyphens (5.1).", examples=["harbor-log"]
    )
    transport_protocols: list[Annotated[str, Field(pattern=_TRANSPORT)]] = Field(
        min_length=1, max_length=LIST_LIMIT, description="One or more of tcp, udp, sctp, dccp."
    )
    assignee: Party = Field(description="To whom it is assigned; of an IETF document the IESG.")
    contact: Party = Field(description="Who answers questions; of an IETF document the IETF Chair.")
    description: Annotated[
        str, Field(min_length=1, pattern=r"\S", max_length=DESCRIPTION_LIMIT)
    ] = Field(description="What the service is, in a sentence, without acronyms.")
    reference: Told = _may_be_left_out("The document that describes the protocol.")
    port_number: Annotated[Port | Literal["user", "system"] | None, _A_PORT] = _may_be_left_out(
        'A number, "user" or "system"; null for a service name alone.'
    )
    service_code: Annotated[
        ServiceCode | Annotated[list[ServiceCode], Field(max_length=LIST_LIMIT)] | None,
        _CODES,
    ] = _may_be_left_out("For dccp: the service code, or several.")
    known_unauthorized_uses: Told = _may_be_left_out("Who uses it without being the assignee.")
    assignment_notes: Told = _may_be_left_out("What IANA should know of the assignment.")
    broadcast_multicast_anycast: Told = _may_be_left_out(
        "Whether the protocol uses IP broadcast, multicast or anycast, and how."
    )
    why_not_dynamic: Told = _may_be_left_out("With a port: why a Dynamic Port is unsuitable.")
    why_not_user: Told = _may_be_left_out("With a System Port: why a User Port is unsuitable.")
    stable_spec_reference: Told = _may_be_left_out("With a System Port: the stable specification.")
    proprietary: Statement = _may_be_left_out("That the protocol is not publicly documented.")
    ietf_stream: Annotated[bool | None, WithJsonSchema({"type": ["boolean", "null"]})] = (
        _may_be_left_out("Whether an RFC of the IETF stream asks for it.")
    )
    txt_keys: Annotated[
        Annotated[str, Field(max_length=TEXT_LIMIT)]
        | Annotated[
            list[Annotated[str, Field(max_length=TEXT_LIMIT)]], Field(max_length=LIST_LIMIT)
        ]
        | None,
        _TEXTS,
    ] = _may_be_left_out("Keys of its DNS-SD TXT records, as key or key=value.")
    security: Told = _may_be_left_out("How the service is protected.")
    versioning: Told = _may_be_left_out("How versions are told apart in-band.")
    transport_differences: Told = _may_be_left_out("What each of several transports is used for.")
    congestion_control: Told = _may_be_left_out("With udp: how congestion is avoided.")
    discovery_only: Statement = _may_be_left_out("Whether it serves discovery alone.")
    why_not_existing_port: Told = _may_be_left_out("Why no port of a service that exists will do.")
    development_state: Told = _may_be_left_out("Designed, implemented or deployed, and where.")
    reserved_justification: Told = _may_be_left_out(
        "With a Reserved number: why it is appropriate (8.1)."
    )


# -- the baseline -----------------------------------------------------------------------------


class BaselineEntry(_Document):
    """A finding that is known."""

    fingerprint: str
    code: Code
    message: str = Field(default_factory=_left_out, description="What was found; for people.")
    reason: str = Field(default_factory=_left_out, description="Why it is not mended; for people.")


class Baseline(_Document):
    """Findings that are known: what `ianalint check --write-baseline` writes."""

    model_config = ConfigDict(title="Baseline of ianalint")

    schema_: str = Field(default_factory=_left_out, alias="$schema")
    format_version: Literal[1]
    findings: list[BaselineEntry]


DOCUMENTS: dict[str, tuple[type[BaseModel], int]] = {
    "baseline": (Baseline, 1),
    "changes": (History, 1),
    "config": (Configuration, 1),
    "registry": (Exchange, 1),
    "request": (AssignmentRequest, 1),
    "report": (Report, FORMAT_VERSION),
}


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of the document called `name`."""
    model, version = DOCUMENTS[name]
    generated = model.model_json_schema(by_alias=True, schema_generator=_Plain)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ianalint:schema:{name}:{version}",
        "version": version,
        **generated,
    }


def written(name: str) -> str:
    """Return the text of `schemas/<name>.schema.json`."""
    import json

    return json.dumps(schema(name), indent=2) + "\n"


def main() -> None:
    """Write the schemas of this checkout anew."""
    import os

    from validator.schema import folder

    for name in DOCUMENTS:
        text = written(name)
        path = os.path.join(folder(), f"{name}.schema.json")
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)


if __name__ == "__main__":
    main()
