"""Services that a requested name is only another name of, or the secure variant of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from validator.model.entries import Assignment
from validator.model.names import assignments_by_description
from validator.model.vocabulary import fold, name_key, normal_space
from validator.request.case import Case
from validator.request.collisions import assignments_on_port
from validator.request.parties import is_assignee, is_requester
from validator.request.phrase import phrase
from validator.request.rivals import VERSION_PART

_ALIAS = phrase(
    r"\b(?:alias|synonym|(?:another|other|second|alternative|alternate|new|short|long) name) (?:of"
    r"|for|to) (?:the )?(?:existing )?(?:service )?\"?([A-Za-z0-9-]++)",
    regex.ASCII,
)
# A shorter description may agree by chance.
_MIN_DESCRIPTION = 12
_MAX_DESCRIPTION = 200
# How the name of a secure variant differs from that of the service.
_SECURE_AFFIX = regex.compile(
    r"-?(?:tls|ssl|dtls|sec|secure|secured|s)\Z|\A(?:s|secure-?|ssl-?|tls-?)"
)
# These may mean something else, so other words have to confirm them.
_VAGUE_AFFIXES = ("s", "sec")
_CLEAR_AFFIX = regex.compile(r"-?(?:tls|ssl|dtls|secure|secured)\Z|\A(?:secure|ssl|tls)-?")
_SECURE_VARIANT = phrase(
    r"\b(?:secured?|encrypted|TLS|SSL|DTLS) (?:version|variant|form|edition"
    r"|mode) of (?:the )?(?:service )?\"?([A-Za-z0-9-]++)",
    regex.ASCII,
)
_SECURE_WORDS = phrase(r"\b(?:TLS|SSL|DTLS|secured?|encrypted|encryption)\b", regex.ASCII)


_SECOND_PORT = phrase(
    r"\b(?:second|additional|another|further|extra) port(?: number)? (?:for"
    r"|of) (?:the )?(?:existing )?(?:service )?\"?([A-Za-z0-9-]++)",
    regex.ASCII,
)


def continued_services(case: Case) -> list[Assignment]:
    """The assignments with another port, of the same assignee, whose service the request continues.

    Its name or description begins with that of the other service, or a text says so.
    """
    registry = case.registry
    if case.name_status.kind != "new" or not case.asks_for_port:
        return []
    if same_service(case) or insecure_services(case):
        return []
    entries = [entry for key in _names_inside(case) for entry in registry.by_name.get(key, ())]
    descriptions = assignments_by_description(registry)
    for text in _beginnings(normal_space(case.text("description")).casefold()):
        entries += descriptions.get(text, ())
    return [
        entry
        for entry in dict.fromkeys(entries)
        if entry.ports is not None and not (case.port is not None and case.port in entry.ports)
        if is_assignee(case, entry.record)
    ]


def _names_inside(case: Case) -> Iterator[str]:
    for key in ("description", "assignment_notes", "why_not_existing_port"):
        yield from (fold(match[1]) for match in _SECOND_PORT.finditer(case.text(key)))
    parts = case.key.split("-")
    for count in range(1, len(parts)):
        if not VERSION_PART.fullmatch("-".join(parts[count:])):
            yield "-".join(parts[:count])
        yield "-".join(parts[count:])


def _beginnings(description: str) -> Iterator[str]:
    """The beginnings of a description, whole words, that are long enough to mean something."""
    words = description[:_MAX_DESCRIPTION].split(" ")
    for count in range(1, len(words)):
        text = " ".join(words[:count]).rstrip(" ,;:.(-–—/")
        if len(text) >= _MIN_DESCRIPTION:
            yield text


def same_service(case: Case) -> Sequence[Assignment]:
    """The assignments of the service that the request gives another name.

    The request calls itself an alias, or the same assignee has a service with the very same
    description, or one on the same port whose name differs in hyphens and digits alone.
    """
    if not case.key or case.name_status.kind != "new":
        return []
    return _aliased(case) or _with_same_description(case) or _with_similar_name(case)


def _aliased(case: Case) -> Sequence[Assignment]:
    for key in ("description", "assignment_notes"):
        for match in _ALIAS.finditer(case.text(key)):
            entries = case.registry.by_name.get(name_key(match[1].rstrip("-")))
            if entries is not None:
                return entries
    return []


def _with_same_description(case: Case) -> Sequence[Assignment]:
    description = normal_space(case.text("description")).casefold()
    if len(description) < _MIN_DESCRIPTION:
        return []
    entries = assignments_by_description(case.registry).get(description, ())
    return [e for e in entries if e.key != case.key and is_requester(case, e.record)]


def _with_similar_name(case: Case) -> Sequence[Assignment]:
    letters = _letters(case.key)
    return [
        entry
        for entry in assignments_on_port(case, case.transports)
        if entry.key != case.key
        and _letters(entry.key) == letters
        and is_requester(case, entry.record)
    ]


def _letters(key: str) -> str:
    return "".join(character for character in key if character.isalpha())


def is_clearly_secure(case: Case) -> bool:
    """Whether the name says that it is a secure variant, whatever else exists."""
    return _CLEAR_AFFIX.search(case.key) is not None


def insecure_services(case: Case) -> list[str]:
    """The services, of the registry or this run, that the request is the secure variant of.

    Its description says so, or its name shows it.
    """
    description = case.text("description")
    by_name = case.registry.by_name
    keys = [fold(match[1]) for match in _SECURE_VARIANT.finditer(description)]
    described = [by_name[key][0].name for key in keys if key in by_name]
    if described:
        return described
    is_secure = _SECURE_WORDS.search(f"{description} {case.text('security')}") is not None
    names: list[str] = []
    for affix in _SECURE_AFFIX.finditer(case.key):
        base = (case.key[: affix.start()] + case.key[affix.end() :]).strip("-")
        if not base or (affix[0].strip("-") in _VAGUE_AFFIXES and not is_secure):
            continue
        if base in by_name:
            names.append(by_name[base][0].name)
        elif base in case.rivals.names:
            names.append(base)
    return names
