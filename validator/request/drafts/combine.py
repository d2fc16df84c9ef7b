"""Combines what the sections of a draft say: each request, update and release once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validator.model.vocabulary import fold
from validator.request.documents.parsed import ParsedRequest
from validator.request.drafts.contents import SectionContents, SentenceRequest
from validator.request.drafts.values import add_transport, set_field
from validator.request.fields import CHOSEN

_CORE = frozenset({"port_number", "transport_protocols"})


def combined(contents: Sequence[SectionContents]) -> list[ParsedRequest]:
    """Return the requests, updates and releases of all sections in the order of the text.

    A sentence and a template that request the same are one request, the template's.
    """
    listed: list[ParsedRequest] = []
    restated: list[ParsedRequest] = []
    sentences: list[SentenceRequest] = []
    for content in contents:
        _add_stated_fields(content)
        listed += [*content.requests, *_differences(content.old, content.new)]
        restated += content.new
        sentences += content.sentences
    entries = _merged(listed)
    if entries:
        # Next to a template, "a port" and "ports 5 and 6" are an introduction.
        sentences = [s for s in sentences if s.name or s.has_number or s.kind != "request"]
    if len(sentences) > 1:
        # "This document registers a port": another sentence says more of it.
        sentences = [s for s in sentences if not s.is_introduction] or sentences[:1]
    sentences = _without_described(sentences, entries)
    index = _EntryIndex([*entries, *restated])
    for sentence in sentences:
        if not _is_repetition(sentence, index.similar(sentence)):
            entry = sentence.parsed()
            entries.append(entry)
            index.add(entry)
    return sorted(entries, key=lambda request: request.offset)


class _EntryIndex:
    """Entries by their service name and by their port."""

    def __init__(self, entries: Iterable[ParsedRequest]) -> None:
        self.by_word: dict[tuple[str, str], list[ParsedRequest]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: ParsedRequest) -> None:
        for key in ("service_name", "port_number"):
            word = fold(str(entry.values.get(key)))
            self.by_word.setdefault((key, word), []).append(entry)

    def similar(self, sentence: SentenceRequest) -> list[ParsedRequest]:
        """The entries with a name of a sentence or, where one of both has none, with its port."""
        names = [name.text for name in (sentence.name, sentence.new_name) if name is not None]
        entries = [e for name in names for e in self.by_word.get(("service_name", fold(name)), [])]
        if sentence.name is None or sentence.kind == "update":
            entries += self.by_word.get(("port_number", fold(str(sentence.port_value))), [])
        return entries


def _add_stated_fields(content: SectionContents) -> None:
    """Add to the requests of a section what its sentences state of all of them.

    A release beside others keeps its fields: the sentence is about what is to be.
    """
    requests = [*content.requests, *content.new]
    sentences = content.sentences
    kinds = {request.kind for request in requests} | {sentence.kind for sentence in sentences}
    if kinds != {"release"}:
        requests = [request for request in requests if request.kind != "release"]
        sentences = [sentence for sentence in sentences if sentence.kind != "release"]
    for labeled in content.stated:
        for request in requests:
            set_field(request, labeled.label.path, labeled.value, True)
        for sentence in sentences:
            sentence.fields = [*sentence.fields, labeled]


def _without_described(
    sentences: list[SentenceRequest], entries: Sequence[ParsedRequest]
) -> list[SentenceRequest]:
    """The sentences without those that only add a port to the one template that has none.

    They say what it is for in the words of the template: "Tide tables" as a TCP port (716).
    """
    portless = [entry for entry in entries if "port_number" not in entry.values]
    description = fold(str(portless[0].values.get("description", ""))) if portless else ""
    if len(portless) != 1 or not description:
        return sentences
    others: list[SentenceRequest] = []
    for sentence in sentences:
        is_nameless = sentence.name is None and sentence.has_number
        if (
            is_nameless
            and sentence.kind == "request"
            and description in fold(sentence.sentence.text)
            and not _is_for_another_transport(sentence, portless[0])
        ):
            _merge(portless[0], sentence.parsed())
        else:
            others.append(sentence)
    return others


def _is_repetition(sentence: SentenceRequest, entries: Iterable[ParsedRequest]) -> bool:
    """Whether a sentence speaks of what is read already; add what only it says."""
    for entry in entries:
        if not _is_same(sentence, entry) or _is_for_another_transport(sentence, entry):
            continue
        if sentence.new_name is not None and entry.kind != "release":
            _rename(entry, sentence)
            return True
        if entry.kind == sentence.kind or sentence.kind == "request":
            if entry.kind == "request" and not _CORE.issubset(entry.values):
                _merge(entry, sentence.parsed())
            return True
        if entry.kind == "request" and sentence.kind == "update":
            # What is requested is an entry that exists, then.
            entry.kind = "update"
            _merge(entry, sentence.parsed())
            return True
    return False


def _rename(entry: ParsedRequest, sentence: SentenceRequest) -> None:
    """Make an entry, which may have its new name already, the update that a sentence speaks of."""
    entry.kind = "update"
    update = sentence.parsed()
    if entry.values.get("service_name") == update.new_name:
        del entry.values["service_name"], entry.places["service_name",]
    _merge(entry, update)


def _is_same(sentence: SentenceRequest, entry: ParsedRequest) -> bool:
    """Whether both have one name or, where one of both has none, one port."""
    name = fold(str(entry.values.get("service_name", "")))
    if sentence.new_name is not None and fold(sentence.new_name.text) == name:
        return sentence.port_value in (None, entry.values.get("port_number"))
    if sentence.name is not None and (name or sentence.kind != "update"):
        return fold(sentence.name.text) == name
    port = sentence.port.value if sentence.port is not None else None
    return port == entry.values.get("port_number") and port not in (None, *CHOSEN)


def _is_for_another_transport(sentence: SentenceRequest, entry: ParsedRequest) -> bool:
    own = {word.text.lower() for word in sentence.transports}
    others = set(entry.values.get("transport_protocols", ()))
    if not own or not others or not own.isdisjoint(others):
        return False
    if sentence.has_number:
        return sentence.name is not None or sentence.kind != "request"
    # What is requested for one transport protocol is not what exists for the other.
    return sentence.kind == "update" and entry.kind == "request"


def _differences(
    old: Sequence[ParsedRequest], new: Sequence[ParsedRequest]
) -> Iterator[ParsedRequest]:
    """What becomes of entries that are listed as they were and as they are to be."""
    _mark_renamed(old, new)
    replacements = {_identity(request): request for request in _without_portless(old, new)}
    originals = {_identity(request): request for request in old}
    for identity, request in originals.items():
        replacement = replacements.get(identity)
        if replacement is None and new:
            request.kind = "release"
            yield request
        elif replacement is not None and _is_changed(request, replacement):
            yield replacement
    for identity, request in replacements.items():
        if identity not in originals:
            request.kind = "request" if old else "update"
            yield request


def _without_portless(
    old: Sequence[ParsedRequest], new: Sequence[ParsedRequest]
) -> Iterator[ParsedRequest]:
    """The new entries without those that keep the name of old ones and have no port any more.

    These release the ports of the old ones, whose reference becomes that of the new one.
    """
    by_name: dict[str, list[ParsedRequest]] = {}
    for request in old:
        if "port_number" in request.values:
            by_name.setdefault(_identity(request)[0], []).append(request)
    for request in new:
        has_port = any(map(request.values.get, _CORE))
        former = [] if has_port else by_name.get(_identity(request)[0], [])
        if not former:
            yield request
        for entry in former if "reference" in request.values else []:
            entry.set("reference", request.values["reference"], request.place(("reference",)))


def _is_changed(original: ParsedRequest, replacement: ParsedRequest) -> bool:
    return bool(replacement.new_name) or replacement.values != original.values


def _mark_renamed(old: Sequence[ParsedRequest], new: Sequence[ParsedRequest]) -> None:
    """Give each new entry on the port of an old one that is gone the name of the old one."""
    old_identities, new_identities = ({_identity(r) for r in listed} for listed in (old, new))
    gone = {
        _identity(request)[1:]: request
        for request in old
        if "service_name" in request.values and _identity(request) not in new_identities
    }
    for request in new:
        original = gone.get(_identity(request)[1:])
        name = request.values.get("service_name")
        if original is not None and name and _identity(request) not in old_identities:
            request.rename(str(name), request.place(("service_name",)))
            name, place = original.values["service_name"], original.place(("service_name",))
            request.set("service_name", name, place)


def _identity(request: ParsedRequest) -> tuple[str, str, tuple[str, ...]]:
    values = request.values
    transports = tuple(sorted(values.get("transport_protocols", ())))
    return fold(str(values.get("service_name", ""))), str(values.get("port_number")), transports


def _merged(requests: list[ParsedRequest]) -> list[ParsedRequest]:
    """Merge templates that differ in their transport protocols alone into one request."""
    first_by_key: dict[tuple[str, str, str], ParsedRequest] = {}
    merged: list[ParsedRequest] = []
    for request in requests:
        name = request.values.get("service_name")
        key = (request.kind, fold(str(name)), str(request.values.get("port_number")))
        first = first_by_key.setdefault(key, request)
        if first is not request and name and _differ_in_transport_alone(first, request):
            _merge(first, request)
        else:
            merged.append(request)
    return merged


def _merge(first: ParsedRequest, other: ParsedRequest) -> None:
    """Add to `first` the transport protocols of `other`, and the fields that only `other` has."""
    listed = first.values.get("transport_protocols", ())
    for index, transport in enumerate(other.values.get("transport_protocols", [])):
        if transport in listed:
            continue
        add_transport(first, transport, other.places["transport_protocols", index])
    first.problems += other.problems
    is_chosen = first.values.get("port_number") in CHOSEN
    for key, value in other.values.items():
        is_number = key == "port_number" and is_chosen and isinstance(value, int)
        if key not in first.values or is_number:
            first.values[key] = value
            first.places.update((path, at) for path, at in other.places.items() if path[0] == key)
            first.adds_reference |= key == "reference" and other.adds_reference
    first.removed_reference = first.removed_reference or other.removed_reference
    if other.new_name:
        first.rename(other.new_name, other.place(("new_name",)))


def _differ_in_transport_alone(one: ParsedRequest, other: ParsedRequest) -> bool:
    transports = set(one.values.get("transport_protocols", ()))
    if transports & set(other.values.get("transport_protocols", ())):
        return False
    return all(
        one.values[key] == value
        for key, value in other.values.items()
        if key in one.values and key not in ("transport_protocols", "service_name")
    )
