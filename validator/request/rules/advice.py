"""RQ061 and RQ070 to RQ080: what a reviewer will ask (RFC 6335, Sections 5, 7.2 and 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from validator.engine.rule import ERROR, NOTE, WARNING, Violation, rule
from validator.model.vocabulary import fold, listing, normal_space, quoted
from validator.request.case import Case, case_rule
from validator.request.changes import RequestBatch
from validator.request.documents.parsed import KeyPath
from validator.request.extensions import SENTENCE
from validator.request.fields import FIELD_BY_KEY, LEFT_TO_REVIEW, field_name, labels_of
from validator.request.phrase import phrase, undenied

_DRAFT = phrase(r"\bdraft-[a-z0-9][a-z0-9-]*+", regex.ASCII)
_URI = phrase(r"\b(?:https?|ftp)://([^/\s?#]++)\S*+", regex.ASCII)
# Hosts whose documents do not change.
_STABLE_HOSTS = (
    "rfc-editor.org", "ietf.org", "iana.org", "w3.org", "doi.org", "itu.int", "ieee.org",
    "iso.org", "etsi.org", "3gpp.org", "oasis-open.org", "ecma-international.org", "omg.org"
)  # fmt: skip
_UNWRITTEN = phrase(
    r"\b(?:tbd|tba|to be (?:written|published|announced|determined|done)|work in progress"
    r"|unpublished|internal|available (?:up)?on request|contact (?:us|me)|none|n/a"
    r"|in preparation)\b",
    regex.ASCII,
)
_WEB = phrase(
    r"\b(?:https?|(?-i:REST)(?:ful)?|web\s?(?:ui|interface|server|application|app|socket|page|site"
    r"|portal|console)s?|(?:json|http|web)[\s-]++apis?)\b",
    regex.ASCII,
)
_LOCAL = phrase(
    r"\b(?:local\s?host|loopback|same (?:host|machine|computer|device)|inter-?process|ipc"
    r"|on the local (?:host|machine|computer))\b|\b127\.0\.0\.1\b|(?<![\w:])::1(?![\w:])",
    regex.ASCII,
)
_LOOPBACK = phrase(
    r"\b(?:local\s?host|loopback)\b|\b127\.0\.0\.1\b|(?<![\w:])::1(?![\w:])", regex.ASCII
)
_WEB_PLACES = {
    "description": _WEB,
    "assignment_notes": _WEB,
    "why_not_dynamic": _WEB,
    "service_name": phrase(r"(?<![a-z])(?:https?|web)(?![a-z])"),
}
_LOCAL_PLACES = {
    "description": _LOCAL,
    "assignment_notes": _LOOPBACK,
    "why_not_dynamic": _LOOPBACK,
    "why_not_existing_port": _LOOPBACK,
}
_UNLIKE = phrase(
    r"\b(?:not|no|never|without|unlike|instead of|rather than|other than)\b[^.;]{0,30}\Z",
    regex.ASCII,
)
# What says that a protocol is in an early state, in any text and where its state is asked for.
_EARLY = (
    r"\bearly (?:\w++ ){0,2}(?:stages?|phases?|states?|development|draft|design)\b"
    r"|\bearly in (?:\w++ ){0,2}(?:development|design)\b|\bearly-stage\b|\bprototypes?\b"
    r"|\bproofs?[\s-]++of[\s-]++concept\b|\bpre-?alpha\b|\bnot (?:yet )?(?:been )?implemented\b"
    r"|\bno implementations?\b"
)
_EARLY_STATE = (
    r"|\bnot (?:yet )?(?:been )?(?:started|specified|written|begun|designed|developed)\b"
    r"|\b(?:planned|planning|concept|idea|draft only|work in progress|unimplemented)\b"
    r"|\b(?:to|will) be (?:developed|implemented|designed|written|specified)\b"
    r"|\b(?:still )?(?:under|in) (?:active |initial )?(?:development|design)\b|\balpha\b"
    r"|\bnothing\b[^.;]{0,40}\byet\b|\bdesign (?:phase|stage)\b"
)
_EARLY_PLACES = {
    "development_state": phrase(_EARLY + _EARLY_STATE, regex.ASCII),
    **dict.fromkeys(
        ("description", "assignment_notes", "reference", "versioning"), phrase(_EARLY, regex.ASCII)
    ),
}
_OVER = phrase(
    r"\b(?:no longer|not|never|beyond|past|since|after|replac\w++|former\w*+|was|left|from)\b",
    regex.ASCII,
)
_DEPLOYED = phrase(
    r"\b(?:deployed|deployment|shipped|shipping|ships|in production|in the field|in use|released"
    r"|customers)\b",
    regex.ASCII,
)
_DENIED = phrase(r"\b(?:not|never|no|nor|without|before|planned|will be|to be)\b")
_ACRONYM = regex.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,9}(?:/[A-Z]{2,9})?+s?(?![\w-])", regex.ASCII)
# The most well-known acronyms (8.1.1), and words of this registry.
_COMMON_ACRONYMS = frozenset(
    """
    TCP UDP SCTP DCCP IP IPV4 IPV6 HTTP HTTPS TLS DTLS SSL DNS DNSSEC FTP SSH SMTP IMAP POP NTP
    DHCP SNMP LDAP XML JSON HTML CSS URL URI MIME USB PC API ID CPU RAM GPS TV VPN LAN WAN WLAN
    WIFI NAT QUIC SQL ASCII UTF UTC PDF RFC IETF IESG IANA IEEE ISO ITU W3C IOT AC DC OK II III IV
    """.split()
)
_REDUNDANT = phrase(r"\b(protocol|service|port)s?\b", regex.ASCII)
_MAX_KEY = 9


@case_rule("RQ061", ERROR, "RFC 6335, Section 8.1.1")
def broadcast_statement_missing(case: Case) -> Iterator[Violation]:
    """The request does not state its use of IP broadcast, multicast or anycast.

    Every request must state it in `broadcast_multicast_anycast`, also for a proprietary protocol.
    "Uses none of them" is enough.

    Why it matters: the request is incomplete without this statement.

    Flagged::

        broadcast_multicast_anycast: null

    Accepted::

        broadcast_multicast_anycast: uses none of them
    """
    key = "broadcast_multicast_anycast"
    topic = FIELD_BY_KEY[key].review_topic
    for_all = " (for a proprietary protocol, too)" if case.is_proprietary else ""
    yield from case.unstated(key, f"state {topic}{for_all}", f"state {topic}")


@case_rule("RQ070", NOTE, "RFC 6335, Section 8.1.1")
def unstable_reference(case: Case) -> Iterator[Violation]:
    """The reference is to a document that may change or disappear.

    Internet-Drafts expire after six months, web pages change, and unpublished documents may never
    appear. RFCs and documents of other standards bodies are best.

    Why it matters: people look up the protocol long after its authors have moved on.

    Flagged::

        reference: https://example.com/tides.html

    Accepted::

        reference: RFC 9250
    """
    text = case.text("reference")
    reason = None if case.is_proprietary else _why_unstable(text)
    if reason is not None:
        message = f"{reason}; is there a stable document?"
        yield case.violation(message, "reference")


def _why_unstable(reference: str) -> str | None:
    draft = _DRAFT.search(reference)
    if draft is not None:
        return f"{draft[0]} is an Internet-Draft, which expires"
    uri = _URI.search(reference)
    if uri is not None and not _is_stable(uri[1]):
        return f"{quoted(uri[0])} is a web page that may change or disappear"
    if _UNWRITTEN.search(reference) and "RFC" not in reference:
        return f"{quoted(normal_space(reference))} does not name a published document"
    return None


def _is_stable(host: str) -> bool:
    host = fold(host).rpartition("@")[2].partition(":")[0]
    return any(host == stable or host.endswith(f".{stable}") for stable in _STABLE_HOSTS)


@case_rule("RQ071", NOTE, "RFC 8085, Section 3.1")
def congestion_control_unstated(case: Case) -> Iterator[Violation]:
    """The request is for udp but does not explain congestion control.

    Why it matters: a reviewer will ask, because UDP has no congestion control of its own.

    Flagged::

        transport_protocols: [udp]

    Accepted::

        transport_protocols: [udp]
        congestion_control: one datagram a minute
    """
    key = "congestion_control"
    if "udp" in case.transports and case.lacks_text(key):
        name = field_name("congestion_control", case.parsed)
        message = f"udp is requested without {name}; how does it avoid congestion?"
        yield case.violation(message, key)


@case_rule("RQ072", NOTE, "RFC 6335, Section 7.2")
def transport_differences_unstated(case: Case) -> Iterator[Violation]:
    """The request does not explain what each transport protocol is used for.

    Why it matters: a reviewer will ask, because ports are assigned only where they are used.

    Flagged::

        transport_protocols: [tcp, sctp]

    Accepted::

        transport_protocols: [tcp, sctp]
        transport_differences: SCTP where two links are there, TCP elsewhere.
    """
    key = "transport_differences"
    if len(case.transports) > 1 and case.lacks_text(key):
        listed = " and ".join(case.transports)
        name = field_name(key, case.parsed)
        message = f"{listed} are requested without {name}; what is each used for?"
        yield case.violation(message, key)


@case_rule("RQ073", WARNING, "RFC 6335, Section 7.2; RFC 7605, Section 7.1")
def web_service_port(case: Case) -> Iterator[Violation]:
    """The request is for a port for a service over HTTP.

    A service on plain HTTP can share the ports of http and https under another path or host name,
    or be found on any port by a URI or by DNS.

    Why it matters: requests for such ports were refused.

    Flagged::

        description: Tide tables over a REST interface

    Accepted::

        description: Tide tables for harbors
    """
    question = "why can it not share port 80 or 443 under another path or host name?"
    # RQ074 reports what a browser finds on its own host.
    is_local = _first_match(_LOCAL_PLACES, case)[1] is not None
    if not is_local and not _WEB.search(case.text("why_not_existing_port")):
        yield from _needless_ports(_WEB_PLACES, question, case)


@case_rule("RQ074", WARNING, "RFC 6335, Section 7.2; RFC 7605, Section 7.1")
def local_service_port(case: Case) -> Iterator[Violation]:
    """The request is for a port for a service inside one host.

    Processes on one host can find each other by a file, a socket in the file system or a Dynamic
    Port. A browser can talk to a program on its host by native messaging.

    Why it matters: requests for such ports were refused.

    Flagged::

        description: Tide tables for programs on the same host

    Accepted::

        description: Tide tables for harbors
    """
    question = "why does it need the same port number on all hosts?"
    yield from _needless_ports(_LOCAL_PLACES, question, case)


def _needless_ports(
    places: Mapping[str, regex.Pattern[str]], question: str, case: Case
) -> Iterator[Violation]:
    """A warning on a port that a text makes doubtful; `places` has the words to look for by key."""
    if case.range_name not in ("User", "System"):
        return
    key, match = _first_match(places, case)
    if match is not None:
        yield case.violation(f"{key} mentions {quoted(match[0])}; {question}", key)


def _first_match(
    places: Mapping[str, regex.Pattern[str]], case: Case
) -> tuple[str, regex.Match[str] | None]:
    """The first words of `places` in a text that does not deny them, and its key."""
    for key, words in places.items():
        match = undenied(words, case.text(key), _UNLIKE)
        if match is not None:
            return key, match
    return "", None


@case_rule("RQ083", NOTE, "RFC 6335, Section 8.1.1; RFC 7605, Section 7.1")
def early_state(case: Case) -> Iterator[Violation]:
    """The request is for a port for a protocol in an early state of development.

    Such a protocol can use a Dynamic Port, or a port for experiments (1021, 1022), until it is
    specified and implemented.

    Why it matters: requests for such ports were refused; a later one may succeed.

    Flagged::

        development_state: A prototype exists.

    Accepted::

        development_state: Two implementations exchange tables in a laboratory.
    """
    if case.range_name not in ("User", "System") or _deployed(case):
        return
    for key, words in _EARLY_PLACES.items():
        matches = (undenied(words, text, _OVER) for text in SENTENCE.findall(case.text(key)))
        match = next(filter(None, matches), None)
        if match is not None:
            message = (
                f"{key} says {quoted(match[0])}; is the protocol specified and implemented?"
                " Ports were refused for protocols in an early state"
            )
            yield case.violation(message, key)
            break


def _deployed(case: Case) -> regex.Match[str] | None:
    """The words that say that the service is deployed."""
    return undenied(_DEPLOYED, case.text("development_state"), _DENIED)


@case_rule("RQ075", NOTE, "RFC 6335, Section 8.1.1")
def deployed_already(case: Case) -> Iterator[Violation]:
    """The service is already deployed, but the request does not say on which port.

    RQ036 reports requests for a port that is already in use.

    Why it matters: a reviewer will ask which port it uses now, and why that is not enough.

    Flagged::

        development_state: deployed on 200 buoys

    Accepted::

        development_state: two implementations in a laboratory
    """
    text = case.text("development_state")
    match = _deployed(case)
    if not case.asks_for_port or match is None:
        return
    if case.port is not None and str(case.port) in text:
        return
    name = field_name("development_state", case.parsed)
    message = f"{name} says {quoted(match[0])}; on which port, and why is that port not enough?"
    yield case.violation(message, "development_state")


@case_rule("RQ076", NOTE, "RFC 6763, Section 6.4")
def txt_key_malformed(case: Case) -> Iterator[Violation]:
    """A TXT key does not conform to RFC 6763, Section 6.4.

    A key has at least one and should have at most nine characters, all of them printable ASCII
    except "=". Case is ignored. If the value is a text, commas or line ends separate the keys.

    Why it matters: entries with a malformed key are silently ignored.

    Flagged::

        txt_keys: [measurement-interval=5]

    Accepted::

        txt_keys: [interval=5, txtvers=1]
    """
    earlier: set[str] = set()
    for path, key in _txt_keys(case.values.get("txt_keys")):
        fault = _key_fault(key, earlier)
        earlier.add(fold(key))
        if fault is not None:
            yield case.violation(f"TXT key {quoted(key, 30)} {fault}", *path)


def _txt_keys(value: object) -> Iterator[tuple[KeyPath, str]]:
    """Yield the TXT keys of a request, each with the path of the text that has it."""
    entries: list[tuple[KeyPath, object]] = []
    if isinstance(value, list):
        entries = [(("txt_keys", index), entry) for index, entry in enumerate(value)]
    elif isinstance(value, str):
        entries = [(("txt_keys",), entry) for entry in regex.split(r"[,\n]", value)]
    for path, entry in entries:
        if isinstance(entry, str) and entry.strip():
            key = entry.strip().partition("=")[0].strip("\"'`")
            if fold(key) not in ("none", "n/a"):
                yield path, key


def _key_fault(key: str, earlier: set[str]) -> str | None:
    if not key:
        return 'has no name before "="'
    if not all(" " <= character <= "~" for character in key):
        return "has characters other than printable ASCII"
    if fold(key) in earlier:
        return "is a duplicate; case is ignored"
    if len(key) > _MAX_KEY:
        return f"has {len(key)} characters (recommended maximum {_MAX_KEY})"
    return None


@case_rule("RQ077", NOTE, "RFC 6335, Section 8.1.1")
def unexplained_acronym(case: Case) -> Iterator[Violation]:
    """The description has an unexplained acronym.

    A description should avoid all but the best-known acronyms. An acronym is explained if its words
    follow or precede it, with one of the two in brackets.

    Why it matters: most readers of the registry work in another field.

    Flagged::

        description: Tide tables by TGBP

    Accepted::

        description: Tide tables by the Tide Gauge Bulletin Program (TGBP)
    """
    text = case.text("description")
    acronyms = [
        word
        for word in dict.fromkeys(_ACRONYM.findall(text))
        if not _is_common(word.rstrip("s"))
        and not _is_explained(word, text)
        and fold(word) != case.key
    ]
    if acronyms:
        listed = ", ".join(acronyms[:5])
        noun = "acronym" if len(acronyms) == 1 else "acronyms"
        message = f"unexplained {noun} in the description: {listed}"
        yield case.violation(message, "description")


def _is_common(word: str) -> bool:
    return word in _COMMON_ACRONYMS or set(word.split("/")) <= _COMMON_ACRONYMS


def _is_explained(word: str, text: str) -> bool:
    return f"({word})" in text or f"({word}," in text or f"{word} (" in text


@case_rule("RQ078", NOTE, "RFC 6335, Section 8.1.1")
def redundant_description(case: Case) -> Iterator[Violation]:
    """The description has words that apply to every entry of the registry.

    Say instead what the service does, and for whom.

    Why it matters: the description has one cell in a table of services, ports and protocols.

    Flagged::

        description: Tide tables service

    Accepted::

        description: Tide tables for harbors
    """
    text = case.text("description")
    words = list(dict.fromkeys(fold(word) for word in _REDUNDANT.findall(text)))
    if words and not case.name_status.is_addition:
        listed = " and ".join(quoted(word) for word in words)
        noun = "word" if len(words) == 1 else "words"
        message = f"redundant {noun} {listed} in the description"
        yield case.violation(message, "description")


@case_rule("RQ079", NOTE, "RFC 6335, Section 5.1; RFC 5890, Section 2.3.1")
def internationalized_name(case: Case) -> Iterator[Violation]:
    """The service name looks like an encoded internationalized domain name.

    The prefix `xn--` marks labels of such names. Section 5.1 does not allow adjacent hyphens, so
    RQ010 reports the name as malformed.

    Why it matters: service names are identifiers in ASCII and are never decoded.

    Flagged::

        service_name: xn--hfn-tna

    Accepted::

        service_name: tide-tables
    """
    if case.key.startswith("xn--"):
        message = (
            f"{quoted(case.name)} looks like a label of an internationalized domain name; give"
            " the name of the service in ASCII"
        )
        yield case.violation(message, "service_name")


@case_rule("RQ080", WARNING, "RFC 6335, Sections 8.1.1 and 8.1.2")
def statements_left_to_review(case: Case) -> Iterator[Violation]:
    """A draft of the IETF stream does not state what Section 8.1 requires.

    For such a document the assignee is the IESG and the contact the IETF Chair, it is itself the
    reference and the specification, and IETF Review decides whether the port is justified. So a
    missing statement does not block the request; in any other draft or request it is an error.

    Why it matters: reviewers and IANA ask for these statements anyway, late in the process.

    Flagged (draft)::

        Service Name: tides
        Transport Protocol: TCP
        Assignee: IESG <iesg@ietf.org>
        Contact: IETF Chair <chair@ietf.org>

    Accepted (draft)::

        Service Name: tides
        Transport Protocol: TCP
        Assignee: IESG <iesg@ietf.org>
        Contact: IETF Chair <chair@ietf.org>
        Reference: This document
        Broadcast, Multicast, or Anycast: uses none of them
    """
    keys = [
        key
        for key in LEFT_TO_REVIEW
        if case.is_left_to_review(key)
        # Nobody asks about a port that is never assigned.
        and not (case.never_assigned and not FIELD_BY_KEY[key].concerns({}))
    ]
    if keys:
        listed = listing([LEFT_TO_REVIEW[key] for key in keys], len(keys))
        message = f"the draft does not state {listed}; IETF Review will ask ({labels_of(*keys)})"
        yield Violation(case.at(), None, message)


@rule("RQ081", WARNING, "RFC 6335, Section 8.1.1", is_about_reading=True)
def not_compared(batch: RequestBatch) -> Iterator[Violation]:
    """No registry was named: nothing of the request was compared with what is assigned.

    Names and ports may be taken, and an assignment that a draft updates or releases may not exist.
    `--registry DUMP`, or `registry` in the configuration, names one.

    Why it matters: a request for a port that somebody has must not pass as a good one.

    Flagged::

        service_name: tide-tables

    Accepted::

        service_name: tide-tables
    """
    for case in batch.all:
        if not case.is_compared:
            is_request = case.parsed.kind == "request"
            field = "service_name" if is_request or case.key else "port_number"
            doubt = "the name and the port may be taken"
            if not is_request:
                doubt = "the assignment may not exist"
            yield case.violation(f"not compared with a registry (--registry): {doubt}", field)
