"""The template of RFC 6335, Section 8.1.1 as drafts write it: its labels, and what values mean."""

from __future__ import annotations

from html import unescape

import regex

from validator.model.vocabulary import TRANSPORT_PROTOCOLS, normal_space
from validator.request.render import STATEMENTS, TEMPLATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from validator.request.passages import Line, Passage
    from validator.request.raw import RawRequest, Way

    InputFile: TypeAlias = "tuple[Way, bool, Passage]"

# What labels are called beside the name the template gives them.  Those in `_WEAK` mean something
# only beside others: every registry has a Name.
_STRONG: dict[str, tuple[str, ...]] = {
    "service_name": ("service names",),
    "transport_protocols": ("transport protocol", "transport protocols"),
    "port_number": ("port numbers", "port number(s)", "desired port", "desired port number"),
}
_WEAK: dict[str, tuple[str, ...]] = {
    "service_name": ("name", "keyword", "short name", "service", "service name/keyword"),
    "transport_protocols": ("protocol", "protocol(s)", "protocols", "transport", "transports"),
    "assignee": ("assignees", "registrant", "assigned to"),
    "contact": ("contacts", "contact person", "point of contact"),
    "description": ("brief description", "service description", "long name", "title"),
    "reference": ("references", "defining reference", "specification", "defining document"),
    "port_number": ("port", "ports", "number", "decimal", "value"),
    "service_code": ("service codes", "dccp service code", "dccp service codes"),
    "known_unauthorized_uses": (
        *("known unauthorized use", "unauthorized use reported", "unauthorized uses"),
        "unauthorized use",
    ),
    "assignment_notes": ("assignment note", "notes", "note"),
    "txt_keys": ("txt keys", "txt record keys"),
    "broadcast_multicast_anycast": (
        *("broadcast/multicast/anycast", "use of broadcast, multicast, or anycast"),
        "broadcast, multicast and anycast",
    ),
    "proprietary": ("proprietary",),
}
_PARTY_PARTS: dict[str, Way] = {
    f"{party} {part}": (key, field)
    for key, parties in (("assignee", ("assignee",)), ("contact", ("contact", "contact person")))
    for party in parties
    for field, parts in (("name", ("name",)), ("email", ("email", "e-mail", "email address")))
    for part in parts
}
# Columns of the registry that a request does not have.
_IGNORED = frozenset({"registration date", "modification date", "date", "status"})


def _labels() -> dict[str, tuple[Way, bool]]:
    found: dict[str, tuple[Way, bool]] = {}
    for key, label in (*TEMPLATE, *STATEMENTS):
        found[label.casefold()] = ((key,), key in _STRONG)
    for names, strong in ((_STRONG, True), (_WEAK, False)):
        for key, labels in names.items():
            found.update((label, ((key,), strong)) for label in labels)
    found.update((label, (way, False)) for label, way in _PARTY_PARTS.items())
    found.update((label, ((), False)) for label in _IGNORED)
    return found


_LABELS = _labels()
_LONGEST_LABEL = max(map(len, _LABELS)) + 24
_BULLET = regex.compile(r"(?:[-*+•]|o|\(?[0-9]{1,3}[.)])[ \t]++")
_COLUMNS = regex.compile(r"(?:[ ]{2,}|[ ]*+\t\s*+)")
_BEFORE_BRACKET = regex.compile(r"[A-Za-z ]{3,40}?(?= \[)")
_ASIDE = regex.compile(r"\s*+\((?:required|optional|mandatory|if any|dccp only)[^)]{0,40}\)")
_FILLING = regex.compile(r"(?:requested|suggested|proposed|registered|assigned|iana)\s++")


def label_way(text: str) -> tuple[Way, bool] | None:
    """Where in a request the value behind a label belongs, and whether the label alone tells.

    An empty way is that of a label of the registry that a request has no key for; `None` is
    returned for other text.
    """
    if len(text) > _LONGEST_LABEL:
        return None
    name = normal_space(text.replace("*", " ").replace("_", " ").replace("`", " ")).casefold()
    name = _ASIDE.sub("", name.rstrip(" :").rstrip())
    known = _LABELS.get(name)
    if known is None:
        filled = _FILLING.match(name)
        known = _LABELS.get(name[filled.end() :]) if filled is not None else None
    return known


def labelled(line: Line, beside_others: bool) -> InputFile | None:
    """What a line gives of the template: the way, whether its label alone tells, and the value.

    Without a colon a label is taken for one before two blanks or more, and, `beside_others`,
    before a bracket.
    """
    passage = line.passage
    text = passage.text
    bullet = _BULLET.match(text)
    start = bullet.end() if bullet is not None else 0
    colon = text.find(":", start, start + _LONGEST_LABEL + 1)
    if colon > start:
        known = label_way(text[start:colon])
        if known is not None:
            # Emphasis may end behind the colon.
            after = colon + 1
            while text[after : after + 1] == "*":
                after += 1
            return known[0], known[1], passage.part(after)
    column = _COLUMNS.search(text, start, start + _LONGEST_LABEL + 8)
    if column is not None:
        known = label_way(text[start : column.start()])
        if known is not None:
            return known[0], known[1], passage.part(column.end())
    if beside_others:
        bracket = _BEFORE_BRACKET.match(text, start)
        if bracket is not None:
            known = label_way(bracket[0])
            if known is not None:
                return known[0], known[1], passage.part(bracket.end())
    return None


_OTHER_LABEL = regex.compile(
    r"(?:[-*+•o][ \t]++)?[*]{0,2}[A-Z][A-Za-z() /-]{1,38}[*]{0,2}:(?:\s|$)"
)


def is_other_label(line: Line) -> bool:
    """Whether a line looks like a field of some template, though not of this one."""
    return _OTHER_LABEL.match(line.passage.text) is not None


# -- what values mean ---------------------------------------------------------------------------

_NOTHING = regex.compile(
    r"[\s\[(<]*+(?:n\s?/\s?a|none|not applicable|nil|empty|unassigned|-++|—|–)?[\s\])>.]*+",
    regex.IGNORECASE,
)
# A number to come, however it is written: TBD, [[TBD1]], <TBA-2>, PORT-X, "to be assigned".
PLACEHOLDER = regex.compile(
    r"(?<![A-Za-z0-9])(?:TB[ADC](?:[-_ ]?[0-9A-Z]{1,12})?|PORT-?(?:[A-Z]|XX*)|X{2,5}|\?{1,5}"
    r"|to\s+be\s+(?:assigned|determined|allocated|chosen|decided|defined))(?![A-Za-z0-9])",
    regex.IGNORECASE,
)
_NUMBER = regex.compile(r"(?<![\w./-])([0-9]{1,10})(?![\w-]|\.[0-9])")
_NUMBER_WITH_TRANSPORT = regex.compile(
    r"(?<![\w.-])([0-9]{1,10})\s?/\s?((?:tcp|udp|sctp|dccp)(?:\s?[/,]\s?(?:tcp|udp|sctp|dccp))*+)"
    r"(?!\w)",
    regex.IGNORECASE,
)
_SEVERAL = regex.compile(
    r"\(?[0-9]{1,10}(?:\s?(?:-|–|,|/|to|and|through)\s?[0-9]{1,10})++\)?", regex.IGNORECASE
)
_PREFERRED = regex.compile(r"suggest|prefer|request|desir|ideal", regex.IGNORECASE)
SYSTEM_RANGE = regex.compile(r"\bsystem\s+(?:port|range)", regex.IGNORECASE)
TRANSPORT = regex.compile(r"(?<![\w-])(tcp|udp|sctp|dccp)(?![\w]|-[A-Za-z])", regex.IGNORECASE)
_TRANSPORT_WORD = regex.compile(r"[A-Za-z][\w.+-]*+")
_JOINING = frozenset({"and", "or", "both", "over", "the", "only"})
_IN_BRACKETS = regex.compile(r"\([^()]{0,200}\)")
_EMAIL = regex.compile(r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]{1,255}")
_QUOTES = "\"'`“”‘’*"
_HEXADECIMAL = regex.compile(r"0x[0-9a-f]{1,8}", regex.IGNORECASE)

# The parties of Section 8.1.1 for documents of the IETF stream, whose addresses it gives.
_KNOWN_PARTIES = {
    "iesg": "iesg@ietf.org",
    "the iesg": "iesg@ietf.org",
    "ietf chair": "chair@ietf.org",
    "the ietf chair": "chair@ietf.org",
}

_KRAMDOWN_CITATION = regex.compile(r"\{\{[!?]?([^{}]{1,80})\}\}")
_MMARK_CITATION = regex.compile(r"\[@[!?]?([A-Za-z0-9._:-]{1,60})\]")
_LINK = regex.compile(r"(?<!\\)\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
_EMPHASIS = regex.compile(r"(?<![\w*\\])\*\*([^*]{1,500})\*\*(?![\w*])")
_ESCAPE = regex.compile(r"\\([!-/:-@\[-`{-~])")


def put(request: RawRequest, way: Way, value: Passage, literal: bool) -> None:
    """Give `request` the value that stands behind a label.

    The first counts; a value that says that there is none leaves its key absent, but for a port
    number, which may be asked for not to be assigned.
    """
    key = str(way[0])
    if key in request.values and len(way) == 1 and key != "transport_protocols":
        return
    text = value.text if literal else _unmarked(value.text)
    if _NOTHING.fullmatch(text):
        if key == "port_number" and text.strip():
            _set(request, way, None, value.place(0))
        return
    if len(way) == 2:
        _put_party_part(request, key, str(way[1]), value, text)
    elif key in ("assignee", "contact"):
        _put_party(request, key, value, text)
    elif key == "transport_protocols":
        put_transports(request, value)
    elif key == "port_number":
        _put_port(request, value, text)
    elif key == "service_name":
        _put_name(request, value, text)
    elif key == "service_code":
        _set(request, way, _code(text), _begin(value))
    elif key == "proprietary" and text.casefold() in ("yes", "no", "true", "false"):
        _set(request, way, text.casefold() in ("yes", "true"), value.place(0))
    else:
        _set(request, way, normal_space(text), _begin(value) if not literal else value.place(0))


def _set(request: RawRequest, way: Way, value: Any, offset: int) -> None:
    request.values[str(way[0])] = value
    request.places[way] = offset


def _unmarked(text: str) -> str:
    """Markdown as it is read: citations in brackets, no links, emphasis, escapes or references."""
    text = _KRAMDOWN_CITATION.sub(lambda found: f"[{found[1].lstrip('-')}]", text)
    text = _MMARK_CITATION.sub(r"[\1]", text)
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", text)
    if "`" in text:
        text = text.replace("\\`", "\0").replace("`", "").replace("\0", "\\`")
    text = _ESCAPE.sub(r"\1", text) if "&" not in text else unescape(_ESCAPE.sub(_kept, text))
    return text.strip()


def _kept(found: regex.Match[str]) -> str:
    """The mark behind a backslash; an ampersand so that it does not begin a reference."""
    return "&amp;" if found[1] == "&" else str(found[1])


def _begin(value: Passage) -> int:
    """Where a value begins behind quotes and marks of emphasis."""
    text = value.text
    start = len(text) - len(text.lstrip(_QUOTES + " "))
    return value.place(start if start < len(text) else 0)


def _put_name(request: RawRequest, value: Passage, text: str) -> None:
    name = text.strip().strip(_QUOTES).strip()
    if PLACEHOLDER.fullmatch(name.strip("[]<>() ")):
        return
    # What stands in brackets behind a name says something of it.
    opening = name.find(" (")
    if opening > 0 and name.endswith(")"):
        name = name[:opening].rstrip().strip(_QUOTES)
    quoted = regex.match(r"([^\s\"“”]{1,40})[\"”]", name)
    _set(request, ("service_name",), quoted[1] if quoted is not None else name, _begin(value))


def put_transports(request: RawRequest, value: Passage) -> None:
    """Add the transport protocols that a value lists, in lower case, each with its place."""
    listed: list[str] = request.values.setdefault("transport_protocols", [])
    text = _IN_BRACKETS.sub(lambda found: " " * len(found[0]), value.text)
    if not TRANSPORT.search(text):
        text = value.text
    # A few words at most: whatever else is a sentence that names some.
    words = list(_TRANSPORT_WORD.finditer(text))
    only_known = len(words) > 12
    for word in words:
        name = word[0].rstrip(".").lower()
        if name in _JOINING or (only_known and name not in TRANSPORT_PROTOCOLS):
            continue
        request.places[("transport_protocols", len(listed))] = value.place(word.start())
        request.places.setdefault(("transport_protocols",), value.place(word.start()))
        listed.append(name)
    if not listed:
        del request.values["transport_protocols"]


def port_value(text: str) -> int | str | None:
    """The port number that words ask for: a number, a range's name, or the words themselves."""
    plain = text.strip().strip(_QUOTES + "[]<>() ").rstrip(".")
    if plain.isascii() and plain.isdigit() and len(plain) <= 9 and str(int(plain)) == plain:
        return int(plain)
    if plain.casefold() in ("user", "user port", "user ports", "system", "system port"):
        return plain.casefold().split()[0]
    if _SEVERAL.fullmatch(plain):
        return plain
    numbers = [found for found in _NUMBER.findall(text) if not found.startswith("0")]
    if PLACEHOLDER.search(text):
        if len(numbers) == 1 and _PREFERRED.search(text):
            return int(numbers[0])
        return "system" if SYSTEM_RANGE.search(text) else "user"
    with_transport = _NUMBER_WITH_TRANSPORT.findall(text)
    if len({number for number, _ in with_transport}) == 1:
        return int(with_transport[0][0])
    if len(numbers) == 1:
        return int(numbers[0])
    if not numbers and SYSTEM_RANGE.search(text):
        return "system"
    return "user" if regex.search(r"\buser\s+(?:port|range)", text, regex.IGNORECASE) else text


def _put_port(request: RawRequest, value: Passage, text: str) -> None:
    port = port_value(text)
    at = 0
    if isinstance(port, int):
        at = max(value.text.find(str(port)), 0)
    else:
        at = len(value.text) - len(value.text.lstrip(_QUOTES + "[<( "))
    _set(request, ("port_number",), port, value.place(at if at < len(value.text) else 0))
    found = _NUMBER_WITH_TRANSPORT.search(value.text)
    if found is not None and "transport_protocols" not in request.values:
        put_transports(request, value.part(found.start(2), found.end(2)))


def _code(text: str) -> int | str:
    plain = text.strip().strip(_QUOTES)
    if plain.isascii() and plain.isdigit() and len(plain) <= 18 and str(int(plain)) == plain:
        return int(plain)
    if _HEXADECIMAL.fullmatch(plain):
        return int(plain, 16)
    return plain


def _put_party(request: RawRequest, key: str, value: Passage, text: str) -> None:
    party: dict[str, str] = {}
    request.values[key] = party
    request.places[key,] = _begin(value)
    email = _EMAIL.search(text)
    name = text
    if email is not None:
        address = email[0].removeprefix("mailto:").rstrip(".")
        name = text[: email.start()].rstrip()
        if not name.strip(" <(["):
            name = text[email.end() :]
        party["email"] = address
        request.places[key, "email"] = _where(value, address)
    around = " <>()[],;:" + _QUOTES
    name = normal_space(name).strip(around).removesuffix("mailto").rstrip(around)
    if name:
        party["name"] = name
        request.places[key, "name"] = _where(value, name.split(" ")[0])
        _complete(request, key, party)


def _put_party_part(request: RawRequest, key: str, part: str, value: Passage, text: str) -> None:
    party = request.values.setdefault(key, {})
    if part not in party:
        party[part] = normal_space(text).strip("<> ")
        request.places[key, part] = _where(value, party[part])
        request.places.setdefault((key,), request.places[key, part])


def _complete(request: RawRequest, key: str, party: dict[str, str]) -> None:
    """Section 8.1.1 gives the addresses of IESG and IETF Chair, so that drafts need not."""
    address = _KNOWN_PARTIES.get(party["name"].casefold())
    if address is not None and "email" not in party:
        party["email"] = address
        request.places[key, "email"] = request.places[key, "name"]


def _where(value: Passage, words: str) -> int:
    at = value.text.find(words)
    return value.place(at) if at >= 0 else _begin(value)
