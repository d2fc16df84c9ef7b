"""Checks that a downloaded document is a complete registry in the expected form."""

from __future__ import annotations

import re

from validator.commands.download import Answer, Refusal, shortened
from validator.errors import CallError
from validator.model.record import LONE_PAGE
from validator.model.vocabulary import REGISTRY_ID, form_name, normal_space, quoted
from validator.readers import read, recognize
from validator.readers.source import Source, UnknownEncoding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Dump, Form

_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_LONGEST_TEXT = 200


def require_registry(answer: Answer, form: Form) -> Dump:
    """Return the dump that `answer` has, in `form`.

    Raises `CallError` if it is something else, another form, or not all of a dump.
    """
    try:
        return _registry(answer, form)
    except Refusal as error:
        raise CallError(f"cannot use {shortened(answer.url)}: {error}") from None


def _registry(answer: Answer, form: Form) -> Dump:
    try:
        source = Source("the document", answer.data or b"")
    except UnknownEncoding as error:
        raise Refusal(f"the document {error}") from None
    description = _description(source.data, answer.content_type)
    if recognize(source.data) != form:
        raise Refusal(f"expected {form_name(form)}, found {description}")
    if form == "csv" and not source.data.endswith(b"\n"):
        # A row that breaks off between two cells is a row like any other.
        raise Refusal("the document ends in the middle of a line")
    dump = read(source, form)
    _require_whole(dump)
    if not dump.records:
        raise Refusal(f"no records of the registry in this document: {description}")
    missing = [defect.message for defect in dump.defects if defect.code == "FM004"]
    if missing:
        raise Refusal(f"the document is incomplete: {'; '.join(missing)[:_LONGEST_TEXT]}")
    return dump


def _require_whole(dump: Dump) -> None:
    """Raise `Refusal` where a document breaks off, or is another registry."""
    for defect in dump.defects:
        if defect.code == "MD005":
            raise Refusal(f"this is not the registry: {defect.message[:_LONGEST_TEXT]}")
        # Of the pages of the registry the first one is fetched, as the help says.
        if defect.code == "FM001" and defect.field != LONE_PAGE:
            raise Refusal(f"the document is incomplete: {defect.message[:_LONGEST_TEXT]}")
    if dump.registry_id not in (None, REGISTRY_ID):
        name = quoted(dump.registry_id or "")
        raise Refusal(f"expected the registry {quoted(REGISTRY_ID)}, found {name}")


def _description(data: bytes, content_type: str | None) -> str:
    """Describe `data`: `HTML (titled "Sign in", text/html)`."""
    form = recognize(data)
    facts = []
    if form == "html" and (title := _TITLE.search(data[: 1 << 16])):
        from html import unescape

        text = normal_space(unescape(title[1].decode("utf-8", "replace")))
        facts.append(f"titled {quoted(text)}")
    if content_type:
        facts.append(content_type[:60])
    name = "an unrecognized format" if form is None else form_name(form)
    return f"{name} ({', '.join(facts)})" if facts else name
