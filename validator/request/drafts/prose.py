"""Sentences of an IANA Considerations section about a port or a service name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from validator.request.documents.parsed import RequestKind
from validator.request.drafts import kinds, mentions
from validator.request.drafts.contents import SentenceRequest
from validator.request.drafts.mentions import PortMention
from validator.request.drafts.names import (
    names_before_ports,
    names_with_transports,
    served_names,
    service_names,
    srv_names,
)
from validator.request.drafts.prose_fields import MENTIONS_REFERENCE, described_as, reference_update
from validator.request.drafts.renaming import lists_old_and_new, renamings
from validator.request.drafts.sections import TRANSPORT_LIST, TRANSPORTS, Passage, blanked
from validator.request.drafts.unrequested import (
    REFERS_BACK,
    without_asides,
    without_other_actions,
    without_reasons,
)
from validator.request.fields import CHOSEN
from validator.request.phrase import exact_phrase, phrase

# This much of a sentence is read; what comes after it is not, and `unread` reports it.
_MAX_SENTENCE = 2_000
# The words at the limit, of which the first may have been read without the last.
_OVERLAP = 100
_MIN_SENTENCE = 5
_SENTENCE_END = exact_phrase(
    r"(?<=[\w)\]>\"”'`])[.!?][\"'”’)]?+ (?=[A-Z\"“(\[]|[0-9]{2,5} (?:is|would|should|will)\s)"
    rf"(?!{mentions.STATED_NUMBER})|; (?=and IANA)"
)
# A clause with a number or service name of its own.
_CLAUSE = phrase(
    r"(?P<end>; |, and (?=(?!to\b)(?:[\w-]++ ){1,4}?(?:is|are|was|were|uses?|listens?|registered"
    r"|runs?|sends?)\b)|, and (?=that\b))|(?:, | )and "
    r"(?=(?:to )?(?:assign|allocate|register|reserve|add|release"
    r"|remove|delete|de-?assign|update|change|modify|rename|replace)\b"
    r"(?=[^;]{0,200}?(?:\bservice name|(?<![\w.-])[0-9]{2,5}(?![\w.-])"
    rf"|[\"“`][\w-]++[\"”`] (?:for|on|over) {TRANSPORTS}\b)))"
)
# "...; IANA is requested to assign it", "..., and this port is assigned"
_REFERS_BACK = phrase(REFERS_BACK)
# "ships listen on TCP port 4646", and no field of what is requested
_STATES_PORT = phrase(
    r"\b(?:is|are|was|were|uses?|listens?|runs?|sends?|registered)\b[^;]{0,100}?\b(?:ports?"
    rf"|{TRANSPORTS}) [0-9]{{2,5}}\b|\b(?:ports?|{TRANSPORTS}) [0-9]{{2,5}}\b[^;]{{0,60}}?\s(?:is"
    r"|are|was|were)\b(?! (?:suggest|prefer|desir|propos|request))"
)
# "Port 4646 remains unchanged."
_UNCHANGED = r"(?:unchanged|unaffected|not (?:to be )?(?:affected|changed|released|updated))\b"
UNCHANGED = phrase(
    r"(?:\A|; (?:and )?)(?:(?!;\s)[^.]){1,100}?\b(?:is|are|remains?|stays?) "
    rf"(?:\w++ )?{_UNCHANGED}[^.;,]{{0,60}}(?=[.;]|\Z)"
)
# What a change leaves as it is: "but not 4646/udp", "except 22/tcp", "9/sctp remains unchanged".
_EXCEPTED = phrase(
    r"(?:,\s*+)?\b(?:but|and) (?:not|(?:to )?(?:keep|leave|retain))\b[^.;]{0,200}"
    r"|\b(?:except(?:ing)?|excluding|apart from|other than|with the exception of)\b[^.;]{0,200}"
    r"|(?:(?<=;)\s[^;.]{1,100}?|(?:(?<=,)|\band)\s(?:(?!\b(?:and|to)\s)[^;,.]){1,100}?)\b(?:(?:is"
    r"|are) (?:kept|retained|unchanged|not (?:to be )?(?:changed|affected|released|updated))"
    r"|remains?|stays?|keeps?)\b[^;.]{0,100}"
)
_POINTS_BACK = phrase(
    r"\b(?:this|these|that|those|the|its) (?:port|service|assignment|allocation|registration|entry"
    r"|entries|name|description)"
)
# "Their service names are ..."
_NAMES_THEM = phrase(
    r"(?:Their|Its|The) (?:(?:assigned|requested|corresponding|service) )*+(?:keywords?|names?"
    r"|port numbers?|numbers?|values?)\b"
)
# "register it as "tides""
_NAMES_IT = phrase(
    r"\b(?:allocate|assign|register|reserve) (?:it|(?:this|that) (?:port|number)) (?:as|for|to"
    r"|under)\b"
)
# "This assignment is valid for TCP and UDP."
_GIVES_TRANSPORTS = phrase(
    r"\A(?:This|These|Both|The) (?:\w++ ){0,2}(?:assignments?|ports?|allocations?|registrations?"
    r"|services?)\b(?: \w++){0,4}? (?:is|are|applies|apply)\b"
)
# "This document uses the UDP namespace."
_USES_TRANSPORT = exact_phrase(
    r"\A(?:It|This \w++|The \w++(?: protocol)?|[A-Z][\w-]*+) (?:also )?(?:uses?|runs? (?:over|on)"
    r"|operates? over)\s|\A(?:The|Its) (?:transport(?: protocols?)?|(?:transport )?protocols?) "
    rf"(?:is|are)\s|\A(?:Both )?{TRANSPORT_LIST} (?:is|are) used\b"
)


def sentence_requests(
    paragraph: Sequence[Passage],
    earlier: list[SentenceRequest],
    before: Passage | None = None,
    *,
    is_announced: bool = False,
    in_context: bool = False,
    denies_all: bool = False,
) -> list[SentenceRequest]:
    """What the sentences of a paragraph request, update or release.

    The sentence before them is `before`.  One may complete the last request of this paragraph, or
    of those `earlier`.  `is_announced` says that an introduction requests what the paragraph names,
    `in_context` that the section is about ports or service names, and `denies_all` that it says
    that nothing is asked: what states which assignments exist is no request there.
    """
    requests: list[SentenceRequest] = []
    # The last sentence that mentions a port or a service name.
    previous: Passage | None = None
    for sentence in paragraph:
        names_them = bool(requests and _NAMES_THEM.match(sentence.text))
        kind = _kind_of(sentence, is_announced or names_them, denies_all)
        is_of_others = not kinds.is_about_services(sentence.text, in_context=in_context)
        in_context = in_context or not is_of_others
        of_sentence = _own_requests(sentence, before, kind, is_announced)
        if is_of_others:
            of_sentence = _without_renamed(of_sentence)
        if kind == "update" and previous is not None:
            of_sentence = _updates_after(previous, sentence, requests, of_sentence)
        mentions_port = mentions.mentions_port(sentence)
        if of_sentence or mentions_port:
            previous = sentence
        for last in [] if of_sentence else [*earlier, *requests][-1:]:
            _complete(last, sentence, has_transports=not mentions_port)
        _take_from_announcement(requests, of_sentence)
        _take_stated(before, [*earlier, *requests], of_sentence)
        before = sentence
        _add_to(requests, of_sentence, earlier)
    return requests


def _own_requests(
    sentence: Passage, before: Passage | None, kind: RequestKind | None, is_announced: bool
) -> list[SentenceRequest]:
    """What a sentence requests, updates or releases, perhaps with words of the one before it."""
    requests = _requests_of(sentence, kind, is_announced)
    if kind == "request" and before is not None and not requests:
        return _named_after(before, sentence)
    return requests


def _without_renamed(requests: list[SentenceRequest]) -> list[SentenceRequest]:
    """Requests without new names: other registries rename their entries, too."""
    return [request for request in requests if request.new_name is None]


def _named_after(before: Passage, sentence: Passage) -> list[SentenceRequest]:
    """ "Tides uses TCP port 4646. IANA is requested to register it as "tides"." """
    names = served_names(sentence, sentence.text) if _NAMES_IT.search(sentence.text) else []
    requests = _requests_of(before, "request") if len(names) == 1 else []
    for request in requests:
        request.name = names[0]
    return requests if len(requests) == 1 and requests[0].has_number else []


def _kind_of(sentence: Passage, is_announced: bool, denies_all: bool) -> RequestKind | None:
    kind = kinds.sentence_kind(sentence.text, is_announced=is_announced)
    if kind is None and lists_old_and_new(sentence.text):
        return "update"
    return None if denies_all and kind == "request" and kinds.states_only(sentence.text) else kind


def _complete(last: SentenceRequest, sentence: Passage, *, has_transports: bool) -> None:
    """Add what a sentence says of the last request and of nothing else."""
    text = without_asides(sentence.text)
    # "From the System range, since ..."
    words = mentions.stated_range(sentence, text)
    if words is not None and last.port_value == "user":
        last.port = PortMention("system", words)
    if last.kind != "request":
        return
    # "The port number should be 853."
    last.port = last.port if last.has_number else mentions.stated_port(sentence) or last.port
    # "This assignment is valid for TCP and UDP.", "The protocol uses UDP."
    gives = _GIVES_TRANSPORTS.search(sentence.text) or _USES_TRANSPORT.search(sentence.text)
    if has_transports and gives:
        last.transports = last.transports or mentions.transports(sentence, text)


def _take_stated(
    before: Passage | None,
    earlier: Sequence[SentenceRequest],
    following: Sequence[SentenceRequest],
) -> None:
    """ "This document uses UDP.", "The preferred port is 853." before "It requests a port." """
    asks = [request for request in following if request.kind == "request"]
    if before is None or not asks:
        return
    port = mentions.preferred_port(before) if len(following) == 1 else None
    # A number that completes a request before it is not that of the next one.
    if port and all(r.sentence is before or r.port_value != port.value for r in earlier):
        asks[0].port = port if asks[0].port_value in CHOSEN else asks[0].port
    uses = _USES_TRANSPORT.search(before.text)
    words = mentions.transports(before, without_asides(before.text)) if uses else []
    for request in asks:
        if request.port is not None and len(words) == 1:
            request.transports = request.transports or words


def _take_from_announcement(
    requests: list[SentenceRequest], following: Sequence[SentenceRequest]
) -> None:
    """ "IANA has assigned two TCP ports. Their names are ..." """
    if len(requests) != 1 or not requests[0].is_announcement:
        return
    for request in following:
        request.transports = request.transports or requests[0].transports
    if any(request.has_number or request.name for request in following):
        requests.clear()


def _add_to(
    requests: list[SentenceRequest],
    following: Sequence[SentenceRequest],
    earlier: Sequence[SentenceRequest],
) -> None:
    """Add the requests of a sentence, or what they add to the request before."""
    for request in following:
        last = next(iter(requests[-1:] or earlier[-1:]), None)
        if request.new_name is not None and not _has_name(request):
            # "The service name is changed to ...": of what the last sentence speaks of.
            _rename(last, request)
        elif last is not None and request.completes(last, is_near=bool(requests)):
            last.add(request)
        else:
            requests.append(request)


def _updates_after(
    previous: Passage,
    sentence: Passage,
    requests: Sequence[SentenceRequest],
    updates: list[SentenceRequest],
) -> list[SentenceRequest]:
    """The updates of a sentence, with what `previous` says of the same assignments."""
    if not any(map(_has_name, updates)):
        return _updates_of(previous, sentence, requests, updates)
    for update in updates:
        if update.port is None and update.key and update.key in previous.text.lower():
            mentioned = _requests_of(previous, "update")
            numbered = [request for request in mentioned if request.has_number]
            for request in numbered if len(numbered) == 1 else []:
                update.port = request.port
                update.transports = update.transports or request.transports
    return updates


def _has_name(request: SentenceRequest) -> bool:
    """Whether a sentence says which assignment it is about."""
    return request.name is not None or request.port is not None


def _rename(last: SentenceRequest | None, update: SentenceRequest) -> None:
    if last is not None:
        last.kind = "update"
        last.new_name = last.new_name or update.new_name


def _updates_of(
    previous: Passage,
    sentence: Passage,
    requests: Sequence[SentenceRequest],
    nameless: Sequence[SentenceRequest],
) -> list[SentenceRequest]:
    """What a sentence updates that names no entry: "IANA has updated the reference of this port."

    It is what `previous` speaks of, or what the paragraph has requested.  The `nameless` updates of
    the sentence have a new name for the last of them.
    """
    points_back = _POINTS_BACK.search(sentence.text) or MENTIONS_REFERENCE.search(sentence.text)
    if not (points_back or nameless):
        return []
    reference = reference_update(sentence)
    updates = [] if requests else _requests_of(previous, "update")
    changed = [*requests, *updates]
    for request in changed[-1:] if nameless else changed:
        request.kind = "update"
        request.reference = request.reference or reference
        request.fields = [*request.fields, *described_as(sentence, sentence.text, "update")]
        for update in nameless:
            request.new_name = request.new_name or update.new_name
    return updates


def sentences(paragraph: Passage) -> Iterator[Passage]:
    """The sentences of a paragraph."""
    for start, end in _sentence_spans(paragraph.text):
        for clause in _clauses(paragraph.text, start, min(end, start + _MAX_SENTENCE)):
            yield paragraph.part(*clause)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a sentence that do different things: "release port 5, and to assign port 6"."""
    matches = (
        [] if kinds.is_change_log(text[start:end]) else list(_CLAUSE.finditer(text, start, end))
    )
    ends = [*(match.start() for match in matches), end]
    kind = kinds.sentence_kind(text[start : ends[0]]) if matches else None
    for match, clause_end in zip(matches, ends[1:], strict=True):
        clause = text[match.end() : clause_end]
        following = kinds.sentence_kind(clause)
        is_end = match["end"] and (following is not None or _STATES_PORT.search(clause))
        is_end = is_end and not _REFERS_BACK.search(clause)
        if kind != following and (is_end or None not in (kind, following)):
            yield start, match.start()
            start, kind = match.end(), following
    yield start, end


def sentence_remainders(paragraph: Passage) -> Iterator[Passage]:
    """What sentences of a paragraph have beyond the length that is read."""
    for start, end in _sentence_spans(paragraph.text):
        if end - start > _MAX_SENTENCE:
            yield paragraph.part(start + _MAX_SENTENCE - _OVERLAP, end)


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        if end - start > _MIN_SENTENCE:
            yield start, end
        start = end


def _text_of(sentence: Passage, kind: RequestKind) -> str:
    """The text of a sentence with blanks in place of what it does nothing with."""
    text = kinds.masked_registries(without_other_actions(sentence.text))
    if kind == "request":
        return without_asides(text)
    text = without_reasons(text)
    if kind == "update":
        text = kinds.without_destinations(text)
    return blanked(text, _EXCEPTED)


def _requests_of(
    sentence: Passage, kind: RequestKind | None, is_announced: bool = False
) -> list[SentenceRequest]:
    if kind is None:
        return []
    text = _text_of(sentence, kind)
    reference = reference_update(sentence) if kind == "update" else None
    base = SentenceRequest(sentence, kind, reference=reference)
    if srv := srv_names(sentence, text):
        numbers = mentions.ports(sentence, text)
        port = numbers[0] if len(numbers) == len(srv) == 1 else None
        return [replace(base, name=name, port=port, transports=[word]) for name, word in srv]
    is_request = kind == "request" and (is_announced or kinds.REQUEST.search(text) is not None)
    ports = _ports_of(sentence, text, may_be_chosen=is_request)
    if kind == "update" and (renamed := _renamed(base, text, ports)):
        return renamed
    own = _with_own_transports(base, text, ports)
    return own or _pairs_of(base, text, ports)


def _with_own_transports(
    base: SentenceRequest, text: str, ports: list[PortMention]
) -> list[SentenceRequest]:
    """ "... "a" for TCP and "b" for UDP": what each has, unless a port is of neither."""
    sentence = base.sentence
    matches = names_with_transports(text)
    requests: dict[tuple[str, int | str | None], SentenceRequest] = {}
    for match, port in zip(matches, _own_ports(sentence, matches, ports), strict=True):
        name = sentence.part(*match.span("name"))
        words = mentions.transports(sentence, text, match.span("transports"))
        request = replace(base, name=name, port=port, transports=words)
        first = requests.setdefault((request.key, request.port_value), request)
        first.transports += [] if first is request else words
    values = {request.port_value for request in requests.values()}
    return list(requests.values()) if all(port.value in values for port in ports) else []


def _own_ports(
    sentence: Passage, matches: Sequence[regex.Match[str]], ports: Sequence[PortMention]
) -> Sequence[PortMention | None]:
    """The port of each name: the number beside it, "a TCP port", or else one of the sentence."""
    if not any(match["number"] for match in matches):
        return ports if len(ports) == len(matches) else [*ports, None][:1] * len(matches)
    own: list[PortMention | None] = []
    for match in matches:
        group = "number" if match["number"] else "transports"
        value = int(match["number"]) if match["number"] else "user"
        has_port = group == "number" or " port" in match[0].lower()
        own.append(PortMention(value, sentence.part(*match.span(group))) if has_port else None)
    return own


def _renamed(base: SentenceRequest, text: str, ports: list[PortMention]) -> list[SentenceRequest]:
    """The updates of a sentence that changes names: each has a port, or one has all of them."""
    sentence = base.sentence
    names = renamings(sentence, text)
    if len(names) == 1 and ports:
        names = names * len(ports)
    if len(ports) == 1:
        ports = ports * len(names)
    listed: list[PortMention | None] = [*ports] if len(ports) == len(names) else [None] * len(names)
    words = mentions.transports(sentence, text)
    has_own_transports = bool(ports) and all(port.transports for port in ports)
    requests: list[SentenceRequest] = []
    for renaming, port in zip(names, listed, strict=True):
        name = renaming.old or (None if port is None else port.name)
        own = port.transports if has_own_transports and port is not None else words
        request = replace(base, name=name, port=port, transports=own, new_name=renaming.new)
        request.fields = described_as(sentence, text, base.kind)
        requests.append(request)
    return requests


def _pairs_of(base: SentenceRequest, text: str, ports: list[PortMention]) -> list[SentenceRequest]:
    sentence, kind = base.sentence, base.kind
    names = _names_of(sentence, text, kind, port_count=len(ports))
    transports = mentions.transports(sentence, text, kinds.added_transports(text))
    mentions.set_following_transports(sentence, text, ports)
    has_own_transports = len(ports) > 1 and all(port.transports for port in ports)
    requests: list[SentenceRequest] = []
    for name, port in _pairs(names, ports):
        fields = described_as(sentence, text, kind)
        request = replace(base, name=name, port=port, transports=transports, fields=fields)
        if port is not None:
            request.name = name or port.name
            request.fields = [*port.fields, *fields, *mentions.service_code(sentence, text)]
            request.transports = port.transports if has_own_transports else transports
        requests.append(request)
    return requests


def _names_of(sentence: Passage, text: str, kind: RequestKind, *, port_count: int) -> list[Passage]:
    """The service names of a sentence; beside ports, no word has to say that they are some."""
    names = service_names(sentence, text)
    if not port_count:
        return [] if kinds.has_only_other_names(sentence.text) else names
    names = names or names_before_ports(sentence, text)
    if kind != "request" or len(names) >= port_count:
        return names
    served = served_names(sentence, text, port_count)
    return served if not names or len(served) == port_count else names


def _ports_of(sentence: Passage, text: str, *, may_be_chosen: bool) -> list[PortMention]:
    """The ports that a sentence is about; one without a number only if it `may_be_chosen`."""
    ports = mentions.ports(sentence, text)
    if not ports and may_be_chosen:
        port = mentions.unnumbered_port(sentence, text)
        ports = [] if port is None else [port]
    if len(ports) == 1 and ports[0].value == "user":
        ports = [mentions.chosen_port(sentence, text, ports[0].passage)]
    return ports


def _pairs(
    names: list[Passage], ports: list[PortMention]
) -> list[tuple[Passage | None, PortMention | None]]:
    """The names and ports that belong together, as far as their order says it."""
    if not ports:
        return [(name, None) for name in names]
    if len(ports) == 1 and names:
        return [(name, ports[0]) for name in names]
    if any(port.fields for port in ports):
        return [(None, port) for port in ports]
    if len(names) == len(ports):
        return list(zip(names, ports, strict=True))
    if len(names) == 1:
        # One service on several ports is one request, which RFC 6335 does not allow.
        return [(names[0], _several(ports))]
    return [(None, port) for port in ports]


def _several(ports: Sequence[PortMention]) -> PortMention:
    values = " and ".join(str(port.value) for port in ports)
    own = [word for port in ports for word in port.transports]
    return PortMention(values, ports[0].passage, own)
