"""A request as its author sends it: the answers of IANA's form, or a section for a draft.

All take the values of requests as their documents have them (the keys of
`schemas/request.schema.json`) and return text that ends in a line feed.  What is absent is left
out or said to be absent.  No value can format the text around it or move a cursor.  The request to
fill in, `blank_request`, asks the questions of the form.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import regex

from validator.engine.report import Report
from validator.model.vocabulary import normal_space
from validator.reporters.escape import visible
from validator.reporters.wording import KIND_SENTENCES, no_request, request_name
from validator.request.fields import (
    FIELD_BY_KEY,
    FIELDS,
    FORM_ORDER,
    GROUPS,
    Values,
    is_absent,
    transport_names,
)

WIDTH = 72
_NOT_ANSWERED = "(not answered)"
_NO_PORT = "none requested"
_ANY_PORT = {
    "user": "TBD, to be chosen by IANA from the User Ports",
    "system": "TBD, to be chosen by IANA from the System Ports",
}


_TEMPLATE_HEAD = """\
# yaml-language-server: $schema=request.schema.json
# Editors that read the line above complete and check the keys. This writes that file:
#   ianalint schema request > request.schema.json
#
# A request for a service name, with or without a port number (RFC 6335, Section 8.1.1).
# Fill it in, then run:
#   ianalint request THIS-FILE --registry service-names-port-numbers.xml
"""
_TEMPLATE_WIDTH = 100


def blank_request() -> str:
    """Return a request to fill in, in YAML; optional fields are commented out."""
    pieces = [_TEMPLATE_HEAD]
    for field in FIELDS:
        if field.key in GROUPS:
            pieces.append(f"# -- {GROUPS[field.key]} --\n")
        lines = _folded(f"{field.question} {field.hint}".strip(), _TEMPLATE_WIDTH - 2)
        comment = "".join(f"# {line}\n" for line in lines)
        is_optional = not (field.is_required and field.concerns({})) and field.key != "port_number"
        mark = "# " if is_optional else ""
        pieces.append(f"{comment}{mark}{field.key}:{field.blank}\n")
    return "\n".join(pieces)


def obstacle(report: Report, status: int) -> tuple[str, int]:
    """Return why nothing can be rendered, empty if all can, and the exit status."""
    reviews = report.requests or ()
    if status > 1:
        return "an input could not be read or checked", status
    names = {id(entry): f"{request_name(entry)} ({entry.path})" for entry in reviews}
    for entry in reviews:
        if entry.verdict == "reject":
            return f"{names[id(entry)]} has errors", 1
    for entry in reviews:
        if entry.kind != "request":
            return f"{names[id(entry)]} {KIND_SENTENCES[entry.kind]} and requests none", 2
        if entry.doubt:
            return f"{names[id(entry)]} has no verdict: {entry.doubt}", 2
    return ("", status) if reviews else (no_request(report.inputs), 2)


def rendered(requests: Sequence[Values], form: str, *, all_answers: bool) -> str:
    """Return requests as `form`: "form", "rfc" or "rfcxml"."""
    if form == "form":
        return "\n".join(map(as_form, requests))
    render = as_rfc if form == "rfc" else as_rfcxml
    return render(requests, all_answers=all_answers)


def as_form(values: Values) -> str:
    """Return the answers in the order of IANA's application form, each below its question.

    Questions that do not concern this request are left out unless it answers them.
    """
    fields = [FIELD_BY_KEY[key] for key in FORM_ORDER]
    questions = [
        (field.label, field.question, _answer(values, field.key))
        for field in fields
        if field.concerns(values) or not is_absent(values.get(field.key))
    ]
    # The form asks this after the parties; the other answers imply it.
    questions.insert(2, ("Resources", "Which resources are requested?", [_resources(values)]))
    return "\n".join(
        _question(number, label, question)
        + "".join(f"   {line}\n" if line else "\n" for line in answer)
        for number, (label, question, answer) in enumerate(questions, 1)
    )


def is_form(data: bytes) -> bool:
    """Whether bytes begin as what `as_form` returns."""
    field = FIELD_BY_KEY[FORM_ORDER[0]]
    first = _question(1, field.label, field.question).strip()
    return data.lstrip().startswith(first.encode())


def _question(number: int, label: str, question: str) -> str:
    return f"{number}. {label}: {question}\n"


def _resources(values: Values) -> str:
    resources = ["a service name"]
    if not is_absent(values.get("port_number")):
        resources.append("a port number")
    code = values.get("service_code")
    if not is_absent(code):
        is_list = isinstance(code, list) and len(code) > 1
        resources.append("DCCP service codes" if is_list else "a DCCP service code")
    return ", ".join([*resources[:-2], " and ".join(resources[-2:])])


def _answer(values: Values, key: str) -> list[str]:
    """An answer as lines: those of the text, long ones folded."""
    lines: list[str] = []
    for line in _text(values, key).splitlines():
        folded = _folded(visible(" ".join(line.split())), WIDTH - 3)
        lines += folded or ([""] if lines else [])
    if not lines and key == "port_number":
        return [_NO_PORT]
    return lines or [_NOT_ANSWERED]


_ENTRY = (
    'IANA is requested to add the following entry to the "Service Name and Transport Protocol Port'
    ' Number Registry" (RFC 6335):'
)
_STATEMENTS = "As RFC 6335, Section 8.1 requires, the request states:"
_REVIEW = "For the review of the request:"


def as_rfc(requests: Sequence[Values], *, all_answers: bool = False) -> str:
    """Return an IANA Considerations section in Markdown, with the template of RFC 6335, 8.1.1.

    kramdown-rfc, mmark and plain Markdown all read it.  After the template of each request are the
    statements that RFC 6335 requires in it; with `all_answers`, the others, too.
    """
    pieces = ["# IANA Considerations\n"]
    for values in requests:
        for introduction, items in _lists(values, all_answers=all_answers):
            lines = _folded(introduction, WIDTH)
            pieces += ["\n", *(f"{line}\n" for line in lines), "\n"]
            pieces += [_item(label, text) for label, text in items]
    return "".join(pieces)


def as_rfcxml(requests: Sequence[Values], *, all_answers: bool = False) -> str:
    """Return the section that `as_rfc` returns, as a `<section>` of RFCXML version 3."""
    lines = ['<section anchor="iana-considerations">', "  <name>IANA Considerations</name>"]
    for values in requests:
        for introduction, items in _lists(values, all_answers=all_answers):
            lines += [f"  <t>{_as_xml(introduction)}</t>", "  <dl>"]
            for label, text in items:
                lines.append(f"    <dt>{_as_xml(label)}:</dt>")
                lines.append(f"    <dd>{_as_xml(visible(normal_space(text)))}</dd>")
            lines.append("  </dl>")
    return "\n".join([*lines, "</section>", ""])


def _as_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lists(values: Values, *, all_answers: bool) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What a section lists of a request: sentences, each with the labels and texts after it."""
    in_drafts = [field for field in FIELDS if field.is_in_drafts]
    statements = [field for field in in_drafts if not field.is_in_template]
    groups = [
        (_ENTRY, [field for field in in_drafts if field.is_in_template]),
        (_STATEMENTS, [field for field in statements if not field.is_for_review]),
    ]
    if all_answers:
        groups.append((_REVIEW, [field for field in statements if field.is_for_review]))
    for introduction, fields in groups:
        items = [(field.label, _text_in_draft(values, field.key)) for field in fields]
        items = [(label, text) for label, text in items if text.strip()]
        if items:
            yield introduction, items


def _text_in_draft(values: Values, key: str) -> str:
    if key == "proprietary" and values.get(key) is False:
        return ""
    text = _text(values, key)
    return _ANY_PORT.get(text.lower(), text) or "N/A" if key == "port_number" else text


def _item(label: str, value: str) -> str:
    # A label never begins with a mark, so only the value needs escapes.
    lines = _folded(f"{label}: {_escaped(visible(normal_space(value)))}", WIDTH - 2)
    return "".join([f"- {lines[0]}\n", *(f"  {_continuing(line)}\n" for line in lines[1:])])


# Marks inside a line.  CommonMark and kramdown both understand a backslash before them, and a
# character reference for the others.
_INLINE_MARKS = {ord(mark): f"\\{mark}" for mark in "\\`*_{}[]<>#|$"}
_INLINE_MARKS |= {ord(mark): f"&#{ord(mark)};" for mark in "~^"}
_REFERENCE = regex.compile(r"&(?=[A-Za-z#])")
# The beginning of a line that makes it a list item, an underlined heading or a definition.
_BEGINNING = regex.compile(r"(?:([-+:])|([0-9]{1,9})([.)]))(?=\s|\Z)|(=)(?==*+\Z)|(-)(?=-++\Z)")


def _escaped(text: str) -> str:
    return _REFERENCE.sub("&amp;", text).translate(_INLINE_MARKS)


def _continuing(line: str) -> str:
    """A line that continues the one above, escaped so that it begins nothing else."""
    match = _BEGINNING.match(line)
    if match is None:
        return line
    if match[2]:
        return f"{match[2]}\\{line[len(match[2]) :]}"
    return f"&#61;{line[1:]}" if match[4] else f"\\{line}"


def _folded(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _text(values: Values, key: str) -> str:
    """A value as text; empty if there is none."""
    value = values.get(key)
    if is_absent(value):
        return ""
    if key in ("assignee", "contact") and isinstance(value, dict):
        name = str(value.get("name") or "")
        email = value.get("email")
        return f"{name} <{email}>".strip() if email else name
    if key == "transport_protocols":
        return ", ".join(name.upper() for name in transport_names(values))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
