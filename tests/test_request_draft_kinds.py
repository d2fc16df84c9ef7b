"""The kinds of requests, updates and releases of `fixtures/requests/drafts/kinds.toml`.

Each is read from a draft in plain text, in Markdown and in RFCXML, with the same values.
"""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path
from typing import Any

import pytest

from validator.readers.source import Source
from validator.request.documents.parsed import RequestContents
from validator.request.drafts.document import read_draft

KINDS = Path(__file__).parent.parent / "fixtures/requests/drafts/kinds.toml"
CASES: list[dict[str, Any]] = tomllib.loads(KINDS.read_text("utf-8"))["case"]
TEXT_HEAD = "Internet-Draft                    Harbors\n\n1.  Introduction\n\n   Of harbors.\n\n"


def xml_paragraph(text: str) -> str:
    if text.startswith("* "):
        return f"<ul><li>{escape(text[2:])}</li></ul>"
    return f"<t>{escape(text)}</t>"


def as_text(body: str, verbatim: bool) -> str:
    lines = "".join(f"   {line}".rstrip() + "\n" for line in body.strip("\n").split("\n"))
    return f"{TEXT_HEAD}7.  IANA Considerations\n\n{lines}\n8.  Security\n\n   None.\n"


def as_markdown(body: str, verbatim: bool) -> str:
    if verbatim:
        body = f"~~~\n{body}~~~\n"
    return f"---\ntitle: Harbors\n---\n\n# IANA Considerations\n\n{body}\n# Security\n\nNone.\n"


def as_xml(body: str, verbatim: bool) -> str:
    if verbatim:
        text = f"<artwork>{escape(body)}</artwork>"
    else:
        text = "".join(map(xml_paragraph, body.strip("\n").split("\n\n")))
    return f"<rfc><middle><section title='IANA Considerations'>{text}</section></middle></rfc>"


FORMS = {"txt": as_text, "md": as_markdown, "xml": as_xml}


def read(case: dict[str, Any], form: str) -> RequestContents:
    text = FORMS[form](case["body"], case.get("verbatim", False))
    return read_draft(Source(f"draft.{form}", text.encode()))


def test_names_are_unique() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_kind(case: dict[str, Any], form: str) -> None:
    contents = read(case, form)
    values: dict[str, list[dict[str, Any]]] = {"request": [], "update": [], "release": []}
    for request in contents.requests:
        known = {key: value for key, value in request.values.items() if value is not None}
        known.pop("ietf_stream", None)
        if request.new_name:
            known["new_name"] = request.new_name
        values[request.kind].append(known)
    assert values == {kind: case.get(kind, []) for kind in values}
    problems = [problem for request in contents.requests for problem in request.problems]
    assert [problem.value for problem in problems] == case.get("misspelled", [])
    assert [mention.text for mention in contents.unread] == case.get("unread", [])
