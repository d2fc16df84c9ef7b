"""The values of a draft's fields: how a port, a transport protocol or a party is written."""

from __future__ import annotations

from html import unescape

import regex

from validator.model.vocabulary import TRANSPORT_PROTOCOLS, normal_space
from validator.request.documents.parsed import KeyPath, ParsedRequest
from validator.request.drafts.sections import TRANSPORT_LIST, TRANSPORTS, Passage, blanked, without
from validator.request.fields import FIELD_BY_KEY
from validator.request.phrase import phrase
from validator.request.placeholders import is_placeholder

_NO_VALUE = phrase(
    r"[\s\[(<]*+(?:n\s?/\s?a|none|not\x20applicable|nil|empty|unassigned|-++|—|–)?[\s\])>.]*+"
)
# A number to be assigned, however it is written: TBD, [[TBD1]], <TBA-2>, PORT-X, "to be assigned".
PLACEHOLDER = phrase(
    r"(?<![A-Za-z0-9])(?:TB[ADC](?:[-_\x20]?[0-9A-Z]{1,12})?|PORT-?(?:[A-Z]|XX*)|X{2,5}|\?{1,5}"
    r"|to\s+be\s+(?:assigned|determined|allocated|chosen|decided|defined))(?![A-Za-z0-9])"
)
_NO_PORT = phrase(
    r"\W*+(?:(?:none|n\s?/\s?a)\b(?!.*\b(?:TB[AD]|assign))|not (?:requested|required|needed"
    r"|applicable)\b|no (?:\w++ ){0,2}ports? (?:numbers? )?(?:is |are )?(?:requested|required"
    r"|needed)\b)[^0-9]*+",
    regex.DOTALL,
)
_NUMBER = regex.compile(r"(?<![\w./-])([0-9]{1,10})(?![\w-]|\.[0-9])")
_NUMBER_WITH_TRANSPORT = phrase(
    rf"(?<![\w.-])([0-9]{{1,10}})(?:\s?/\s?| |\s?\()({TRANSPORTS}(?:\s?[/,]\s?{TRANSPORTS})*+)"
    r"(?!\w)"
)
_SEVERAL_NUMBERS = phrase(
    r"\(?[0-9]{1,10}(?:\s?(?:-|–|,|/|to|and|through)\s?[0-9]{1,10})++\)?(?![\w/.-])"
)
_PREFERRED = phrase(r"suggest|prefer|request|desir|ideal")
USER_RANGE = phrase(rf"\buser\s+(?:(?:{TRANSPORTS}|and|or)(?:\s+|/))*(?:port|range)")
SYSTEM_RANGE = phrase(
    rf"\b(?:system|well-known['\"’”]?)\s+(?:(?:{TRANSPORTS}|ip|and|or)(?:\s+|/))*(?:port|range)"
    r"|\bport\b[^.;]{0,60}\b(?:below|less\s+than|under)\s+1024\b|\b0\s?(?:-|–|to)\s?1023\b"
)
TRANSPORT = phrase(rf"(?<![\w-])({TRANSPORTS})(?![\w]|-[A-Za-z])")
# "TCP, but not UDP", "TCP instead of UDP", "UDP is not used"
DENIED_TRANSPORTS = (
    r"\b(?:no|not|never|neither|without|instead of|rather than) (?:(?:for|in|on|over"
    rf"|with) )?{TRANSPORT_LIST}\b|\b{TRANSPORT_LIST} (?:is|are|shall|must|should|will|can|does"
    r"|do)(?:n't| not| never)\b(?:(?!\b(?:and|but)\b)[^.;,]){0,80}"
)
_DENIED = phrase(rf"(?:\bbut )?+(?:{DENIED_TRANSPORTS})")
# A name of DNS-SD in the place of a service name.
SRV_NAME = phrase(rf"_([A-Za-z0-9][\w-]{{0,30}})\._({TRANSPORTS})\.?")
_TRANSPORT_WORD = regex.compile(r"[A-Za-z][\w.+-]*+")
_CONNECTIVES = frozenset({"and", "or", "both", "over", "the", "only"})
_IN_BRACKETS = regex.compile(r"\([^()]{0,200}\)")
_EMAIL = regex.compile(r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]{1,255}")
_QUOTES = "\"'`“”‘’*"
# The hyphens that do not break a line are those of a service name.
_HYPHENS = {0x2010: "-", 0x2011: "-"}
_MAX_PORT_DIGITS = 9
_MAX_CODE_DIGITS = 18
# A list of transport protocols has no more words; a longer value is a sentence that names some.
_MAX_LIST = 12
_RANGE_WORDS = {
    **dict.fromkeys(("user", "user port", "user ports"), "user"),
    **dict.fromkeys(("system", "system port"), "system"),
}
_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}
_HEXADECIMAL = phrase(r"0x[0-9a-f]{1,8}")

# The parties of Section 8.1.1 for documents of the IETF stream.  It gives their addresses, so that
# drafts need not.
_IETF_ADDRESSES = {
    "iesg": "iesg@ietf.org",
    "the iesg": "iesg@ietf.org",
    "ietf chair": "chair@ietf.org",
    "the ietf chair": "chair@ietf.org",
}

_KRAMDOWN_CITATION = regex.compile(r"\{\{[!?]?([^{}]{1,80})\}\}")
_MMARK_CITATION = regex.compile(r"\[@[!?]?([A-Za-z0-9._:-]{1,60})\]")
_LINK = regex.compile(r"(?<!\\)\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
_EMPHASIS = regex.compile(r"(?<![\w*\\])\*\*([^*]{1,500})\*\*(?![\w*])")
# The marks around a word with emphasis; `_tides._tcp` is a name.
EMPHASIS = regex.compile(
    r"(?=[*_])(?:(?<![\w*\\.])(?P<mark>\*{1,3}|_{1,2})(?=`?[A-Za-z0-9](?:[\w.+/-]{0,40}[A-Za-z0-9])?`?(?P=mark)(?![\w*]|\.[\w_]))"
    r"|(?<=(?<![\w*\\.])(?P<end>\*{1,3}|_{1,2})`?[A-Za-z0-9](?:[\w.+/-]{0,40}[A-Za-z0-9])?`?)(?P=end)(?![\w*]|\.[\w_]))"
)
# The entities that drafts declare for characters that are hard to type.
DRAFT_ENTITIES = {"nbsp": " ", "nbhy": "-", "zwsp": "", "wj": ""}
_ENTITY = regex.compile(r"&(nbsp|nbhy|zwsp|wj);")
_ESCAPE = regex.compile(r"\\([!-/:-@\[-`{-~])")


def set_field(request: ParsedRequest, path: KeyPath, value: Passage, is_literal: bool) -> None:
    """Set the field at `path` of `request` to the value after a label.

    The first value of a field counts.  A placeholder leaves the field absent, except for a port
    number: its absence may be what is requested.
    """
    key = str(path[0])
    if len(path) == 1 and key in set(request.values).difference(["transport_protocols"]):
        return
    text = value.text
    if not is_literal:
        value = without(value, EMPHASIS)
        text = _plain_text(value.text)
    if _is_no_value(path, text):
        _set_placeholder(request, path, value, text)
    elif len(path) == 2:
        _set_party_part(request, key, str(path[1]), value, text)
    elif key in ("assignee", "contact"):
        _set_party(request, key, value, text)
    elif key in _SETTERS:
        _SETTERS[key](request, value, text)
    else:
        answers = _YES_OR_NO if key in ("proprietary", "discovery_only") else {}
        content = answers.get(text.casefold(), normal_space(text))
        request.set(key, content, value.place(0) if is_literal else _start(value))


def _set_placeholder(request: ParsedRequest, path: KeyPath, value: Passage, text: str) -> None:
    """Say that the field at `path` has a text that only holds the place of its value."""
    if path[0] == "port_number" and text.strip():
        request.set("port_number", None, value.place(0))
    elif text.strip() and request.value(path) is None:
        request.placeholders.setdefault(path, text)
        request.key_places.setdefault(path, value.place(0))


def settle_names(request: ParsedRequest) -> None:
    """Let a "new service name" without an old one be the name that is requested."""
    if not request.new_name or request.kind != "request":
        return
    if "service_name" in request.values:
        request.kind = "update"
    else:
        request.set("service_name", request.new_name, request.places.pop(("new_name",)))
        request.new_name = ""


def _is_no_value(path: KeyPath, text: str) -> bool:
    field = FIELD_BY_KEY.get(str(path[0]))
    if path == ("port_number",) and _NO_PORT.fullmatch(text):
        return True
    if field is None or field.is_short:
        return _NO_VALUE.fullmatch(text) is not None
    return not text or is_placeholder(path, text)


def _plain_text(text: str) -> str:
    """Markdown as it is read: citations in brackets, no links, emphasis, escapes or references."""
    text = _KRAMDOWN_CITATION.sub(lambda match: f"[{match[1].lstrip('-&')}]", text)
    text = _MMARK_CITATION.sub(r"[\1]", text)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", text)
    if "`" in text:
        text = text.replace("\\`", "\0").replace("`", "").replace("\0", "\\`")
    if "&" not in text:
        return _ESCAPE.sub(r"\1", text).strip()
    text = _ENTITY.sub(lambda match: DRAFT_ENTITIES[match[1]], _ESCAPE.sub(_escaped_mark, text))
    return unescape(text).strip()


def _escaped_mark(match: regex.Match[str]) -> str:
    """The mark after a backslash; an ampersand so that it does not begin a reference."""
    return "&amp;" if match[1] == "&" else str(match[1])


def _start(value: Passage) -> int:
    """The byte where a value begins, after quotes and emphasis."""
    text = value.text
    start = len(text) - len(text.lstrip(_QUOTES + " "))
    return value.place(start if start < len(text) else 0)


def _place_of(value: Passage, words: str) -> int:
    index = value.text.find(words)
    return value.place(index) if index >= 0 else _start(value)


def _whole_number(text: str, max_digits: int) -> int | None:
    is_decimal = text.isascii() and text.isdigit() and len(text) <= max_digits
    return int(text) if is_decimal and str(int(text)) == text else None


# -- service name and transport protocols -------------------------------------------------------


def _set_name(request: ParsedRequest, value: Passage, text: str) -> None:
    name = text.translate(_HYPHENS).strip().strip(_QUOTES).strip().rstrip(".")
    if PLACEHOLDER.fullmatch(name.strip("[]<>() ")):
        return
    # A remark in brackets may follow the name.
    opening = name.find(" (")
    if opening > 0 and name.endswith(")"):
        name = name[:opening].rstrip().strip(_QUOTES)
    quotation = regex.match(r"([^\s\"“”]{1,40})[\"”]", name)
    name = name if quotation is None else quotation[1]
    srv = SRV_NAME.fullmatch(name)
    if srv is None:
        request.set("service_name", name, _start(value))
    else:
        request.set("service_name", srv[1], _place_of(value, srv[1]))


def _set_new_name(request: ParsedRequest, value: Passage, text: str) -> None:
    named = ParsedRequest(0, 0)
    _set_name(named, value, text)
    if named.values:
        request.rename(str(named.values["service_name"]), named.place(("service_name",)))


def _set_transports(request: ParsedRequest, value: Passage, _text: str) -> None:
    add_transports(request, value)


def add_transports(request: ParsedRequest, value: Passage) -> None:
    """Add the transport protocols that a value lists, in lower case, each with its place."""
    text = blanked(value.text, _IN_BRACKETS, _DENIED)
    if not TRANSPORT.search(text):
        text = value.text
    words = list(_TRANSPORT_WORD.finditer(text))
    is_sentence = len(words) > _MAX_LIST
    for word in words:
        name = word[0].rstrip(".").lower()
        if name not in _CONNECTIVES and (not is_sentence or name in TRANSPORT_PROTOCOLS):
            add_transport(request, name, value.place(word.start()))


def add_transport(request: ParsedRequest, name: str, offset: int) -> None:
    names: list[str] = request.values.setdefault("transport_protocols", [])
    request.places.setdefault(("transport_protocols",), offset)
    request.places["transport_protocols", len(names)] = offset
    names.append(name)


# -- port number and service code ---------------------------------------------------------------


def port_value(text: str) -> int | str | None:
    """The port that a text requests: a number, the name of a range, or else the text itself."""
    plain = text.strip().strip(_QUOTES + "[]<>() ").rstrip(".")
    number = _whole_number(plain, _MAX_PORT_DIGITS)
    if number is not None:
        return number
    if plain.casefold() in _RANGE_WORDS:
        return _RANGE_WORDS[plain.casefold()]
    several = _SEVERAL_NUMBERS.match(plain)
    return _port_in_sentence(text) if several is None else several[0]


def _port_in_sentence(text: str) -> int | str:
    numbers = [number for number in _NUMBER.findall(text) if not number.startswith("0")]
    if PLACEHOLDER.search(text):
        if len(numbers) == 1 and _PREFERRED.search(text):
            return int(numbers[0])
        return "system" if SYSTEM_RANGE.search(text) else "user"
    with_transport = {number for number, _ in _NUMBER_WITH_TRANSPORT.findall(text)}
    for candidates in (with_transport, numbers):
        if len(candidates) == 1:
            return int(next(iter(candidates)))
    if not numbers and SYSTEM_RANGE.search(text):
        return "system"
    return "user" if USER_RANGE.search(text) else text


def _set_port(request: ParsedRequest, value: Passage, text: str) -> None:
    port = port_value(text)
    if isinstance(port, int):
        index = max(value.text.find(str(port)), 0)
    else:
        index = len(value.text) - len(value.text.lstrip(_QUOTES + "[<( "))
    request.set("port_number", port, value.place(index if index < len(value.text) else 0))
    match = _NUMBER_WITH_TRANSPORT.search(value.text)
    if match is not None and "transport_protocols" not in request.values:
        add_transports(request, value.part(match.start(2), match.end(2)))


def set_range(request: ParsedRequest, value: str, words: Passage) -> None:
    """Set the range of a port that a template leaves open: what is before it says which."""
    port = request.values.get("port_number")
    if "port_number" not in request.values or (port == "user" and value == "system"):
        request.set("port_number", value, words.place(0))


def _set_code(request: ParsedRequest, value: Passage, text: str) -> None:
    plain = text.strip().strip(_QUOTES)
    code: int | str | None = _whole_number(plain, _MAX_CODE_DIGITS)
    if code is None:
        code = int(plain, 16) if _HEXADECIMAL.fullmatch(plain) else plain
    request.set("service_code", code, _start(value))


# -- parties ------------------------------------------------------------------------------------


def _set_party(request: ParsedRequest, key: str, value: Passage, text: str) -> None:
    party: dict[str, str] = {}
    request.set(key, party, _start(value))
    email = _EMAIL.search(text)
    name = text
    if email is not None:
        address = email[0].removeprefix("mailto:").rstrip(".")
        name = text[: email.start()].rstrip()
        if not name.strip(" <(["):
            name = text[email.end() :]
        party["email"] = address
        request.places[key, "email"] = _place_of(value, address)
    marks = " <>()[],;:" + _QUOTES
    name = normal_space(name).strip(marks).removesuffix("mailto").rstrip(marks)
    if not name:
        return
    party["name"] = name
    request.places[key, "name"] = place = _place_of(value, name.split(" ")[0])
    plain_name = name.casefold().replace("_", " ")
    if "email" not in party and plain_name in _IETF_ADDRESSES:
        party["email"] = _IETF_ADDRESSES[plain_name]
        request.places[key, "email"] = place


def _set_party_part(request: ParsedRequest, key: str, part: str, value: Passage, text: str) -> None:
    party = request.values.setdefault(key, {})
    if part not in party:
        party[part] = normal_space(text).strip("<> ")
        request.places[key, part] = _place_of(value, party[part])
        request.places.setdefault((key,), request.places[key, part])


_SETTERS = {
    "new_name": _set_new_name,
    "service_name": _set_name,
    "transport_protocols": _set_transports,
    "port_number": _set_port,
    "service_code": _set_code,
}
