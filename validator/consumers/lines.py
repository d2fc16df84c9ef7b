"""Reads services(5), nmap-services and Wireshark's services: one entry on a line.

A line is NAME PORT/TRANSPORT [ALIAS...] before the first `#`.  Blanks are those of C's isspace.
nmap has a frequency in the third place; Wireshark has ranges and several transports on a line.
"""

from __future__ import annotations

import re
from itertools import accumulate, islice

from validator.consumers.entry import (
    ENTRY_TRANSPORTS,
    UNREAD,
    ConsumerFile,
    Entry,
    LineFault,
    Word,
    hyphenated,
)
from validator.engine.rule import NOTE
from validator.errors import did_you_mean
from validator.model.vocabulary import LAST_PORT, TRANSPORT_PROTOCOLS, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.consumers.entry import Kind

_WORD = re.compile(rb"[^ \t\v\f\r]+")
_PORTS = re.compile(r"(0|[1-9][0-9]*)(?:-(0|[1-9][0-9]*))?")
_NUMBER_LIKE = re.compile(r"[-+]?[0-9]|[-+]|0[xX]")
FREQUENCY = re.compile(r"0\.[0-9]+|[0-9]+/[0-9]+")
_ODD = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f-\xff]")
_PROSE_MARK = re.compile(r"""[(),;!?'"\[\]<>{}=&|]""")
_DIGITS_OR_HYPHENS = re.compile(r"[0-9-]+")
_CAPITALIZED = re.compile(r"[A-Z][a-z]{2,}")
_FUNCTION_WORDS = frozenset(
    "a an and are as at be by for from in into is it not of on or over the this to used via"
    " with".split()
)
# What nearly all lines are: a name, port and transport in ASCII, and perhaps a comment.
_PLAIN_LINE = re.compile(
    rb"([!-\"$-~]++)[ \t]++((?:0|[1-9][0-9]{0,4})(?![0-9]))/(tcp|udp|sctp|dccp)"
    rb"[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)"
)
_TRANSPORT_TEXT = {text.encode(): text for text in TRANSPORT_PROTOCOLS}
_MOST_ALIASES = 4
# A line with more words than this is prose; the rest of its words are of no interest.
_MOST_WORDS = 12
# nmap-services has lines for ports that have no name.
_NAMELESS = "unknown"


def decoded(data: bytes) -> str:
    """Return bytes of a file as text; those that are not UTF-8 stay as surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def read_lines(path: str, data: bytes, kind: Kind, most: int) -> ConsumerFile:
    """Return what a file of one entry a line says.

    `kind` is services, nmap or wireshark; no more than `most` entries are read.
    """
    file = ConsumerFile(path, kind, data)
    add = file.entries.append
    # nmap's third word is read with the rest.
    plain = None if kind == "nmap" else _PLAIN_LINE.match
    at = number = 0
    while at < len(data):
        number += 1
        if len(file.entries) >= most:
            message = f"more than {most:,} entries: nothing is read from this line on"
            file.add_fault(UNREAD, message, at)
            break
        match = plain(data, at) if plain is not None else None
        if match is not None and (port := int(match[2])) <= LAST_PORT:
            add(
                Entry(
                    match[1].decode("ascii"), match[2].decode("ascii"), (port, port),
                    _TRANSPORT_TEXT[match[3]], number, (at, at, match.start(2), match.start(3)),
                )
            )  # fmt: skip
            at = match.end()
            continue
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        mark = data.find(b"#", at, end)
        text = data[at : end if mark < 0 else mark]
        if text and not text.isspace():
            _read_line(file, number, at, text)
        at = end + 1
    _add_line_ends(file)
    return file


def _read_line(file: ConsumerFile, number: int, offset: int, text: bytes) -> None:
    spans = [match.span() for match in islice(_WORD.finditer(text), _MOST_WORDS)]
    words = [Word(decoded(text[low:high]), offset + low) for low, high in spans]
    if not words:  # nothing but blanks that bytes.isspace does not know
        return
    if len(words) < 2:
        _malformed(file, words[0], f"{quoted(words[0].text)} has no port and transport", words)
        return
    ports = _ports_and_transports(file, words)
    if ports is None:
        return
    low, high, port_text, transports, places = ports
    name, rest = words[0], words[2:]
    if file.kind == "nmap":
        rest = _after_frequency(file, words, port_text, transports[0])
        if name.text == _NAMELESS:
            return
    entries = [
        Entry(
            name.text, port_text, (low, high), transport, number,
            (offset, name.offset, words[1].offset, place), rest,
        )
        for transport, place in zip(transports, places, strict=True)
    ]  # fmt: skip
    file.entries += entries
    if file.kind == "services" and rest and _add_prose_fault(file, entries[0], words[1], text):
        # A comment: no other rule looks at its words.
        text = text[: rest[0].offset - offset]
        entries[0].aliases = ()
    _add_character_faults(file, entries[0], text)


def _add_prose_fault(file: ConsumerFile, entry: Entry, place: Word, text: bytes) -> bool:
    """Report words after an entry that are a comment; say whether they are."""
    reason = _prose(entry)
    if not reason:
        return False
    aliases = entry.aliases
    answered = next((a for a in aliases if _CAPITALIZED.fullmatch(a.text)), aliases[0])
    message = (
        f"the words after {quoted(place.text)} read like a comment without # ({reason}):"
        f" getservbyname({quoted(answered.text)}) answers port {entry.low}"
    )
    comment = decoded(text[aliases[0].offset - entry.places[0] :]).rstrip()
    file.add_fault("CS005", message, aliases[0].offset, "alias", comment, entry.subject)
    return True


def _add_character_faults(file: ConsumerFile, entry: Entry, text: bytes) -> None:
    """Report a blank before the name, and a character that no name has."""
    offset, name_at = entry.places[:2]
    if name_at > offset:
        fact = f"blank before {quoted(entry.name)}"
        message = with_effect(file.kind, fact, "musl and the BSDs skip this line")
        file.add_fault("CS013", message, offset, "line", None, entry.subject)
    odd = _ODD.search(text)
    if odd is not None:
        at = odd.start()
        character = decoded(text[at : at + 4])[0]
        message = f"character {_code(character)} before #: expected printable ASCII"
        file.add_fault("CS019", message, offset + at, "line", None, entry.subject)


def _code(character: str) -> str:
    number = ord(character)
    return f"byte 0x{number - 0xDC00:02X}" if 0xDC80 <= number <= 0xDCFF else f"U+{number:04X}"


def _malformed(file: ConsumerFile, word: Word, message: str, words: list[Word]) -> None:
    subject = {"service_name": words[0].text, "port": None, "transport_protocol": None}
    file.add_fault("CS001", message, word.offset, "line", word.text, subject)


def _ports_and_transports(
    file: ConsumerFile, words: list[Word]
) -> tuple[int, int, str, list[str], list[int]] | None:
    """Low and high port, the text of both, the transports and the places of a line's fields.

    None, and a fault of the file, where the second word is no PORT/TRANSPORT.
    """
    name, word = words[0], words[1]
    port_text, slash, rest = word.text.partition("/")
    if not slash or not _NUMBER_LIKE.match(port_text):
        _malformed(file, word, _place_message(name, word), words)
        return None
    transports = rest.split("/")
    at = word.offset + len(port_text.encode("utf-8", "surrogateescape")) + 1
    # An unknown transport is reported, and those before it are ASCII.
    places = [*accumulate((len(text) + 1 for text in transports[:-1]), initial=at)]
    fault = _place_fault(file.kind, word, transports, places)
    if fault is not None:
        fault.subject.update(
            service_name=name.text, port=port_text, transport_protocol=rest or None
        )
        file.faults.append(fault)
        return None
    low, _, high = port_text.partition("-")
    return int(low), int(high or low), port_text, transports, places


def _place_message(name: Word, word: Word) -> str:
    """What is wrong with the second word of a line that is no PORT/TRANSPORT."""
    port_text = word.text.partition("/")[0]
    if not _NUMBER_LIKE.match(port_text):
        return f"{quoted(word.text)} after {quoted(name.text)}: expected PORT/TRANSPORT"
    missing = "the transport is missing: " if port_text.isdigit() else ""
    return f"{quoted(word.text)}: {missing}expected PORT/TRANSPORT"


def _place_fault(
    kind: Kind, word: Word, transports: list[str], places: list[int]
) -> LineFault | None:
    """What is wrong with a port, or the transports at some places, of a line."""
    port_text, _, rest = word.text.partition("/")
    port_fault = _port_fault(port_text, rest, ranges=kind == "wireshark")
    if port_fault is not None:
        message = f"{quoted(word.text)}: {with_effect(kind, *port_fault)}"
        return LineFault("CS002", message, word.offset, "port_number", port_text)
    if len(transports) > 1 and kind != "wireshark":
        fact = f"{quoted(word.text)} has {len(transports)} transports"
        message = with_effect(kind, fact, "glibc and the BSDs skip this line")
        return LineFault("CS003", message, places[0], "transport_protocol", rest)
    for transport, place in zip(transports, places, strict=True):
        if transport not in ENTRY_TRANSPORTS:
            hint = did_you_mean(transport, ENTRY_TRANSPORTS) or _EXPECTED
            message = f"unknown transport {quoted(transport)}{hint}"
            return LineFault("CS004", message, place, "transport_protocol", transport)
    return None


def with_effect(kind: Kind, fact: str, effect: str) -> str:
    """A fact with what C libraries do then, which read no other form than services(5)."""
    return f"{fact}: {effect}" if effect and kind == "services" else fact


_EXPECTED = " (expected tcp, udp, sctp or dccp)"
# What is wrong with a port that is not a decimal number, by the first pattern that matches, and
# what C libraries do then.
_PORT_FAULTS = (
    (re.compile("0[xX]"), "hexadecimal port; expected a decimal number", ""),
    (re.compile("[-+]"), "port with a sign; expected a plain decimal number", ""),
    (re.compile(r"0+[0-3]?[0-7]{1,10}\Z"), "leading zero", "glibc reads the port as octal"),
    (re.compile("0[0-9]"), "leading zero", "glibc skips this line"),
    (re.compile(""), "malformed port; expected a plain decimal number", ""),
)


def _port_fault(port_text: str, rest: str, *, ranges: bool) -> tuple[str, str] | None:
    """What is wrong with a port, and what C libraries do then, in words; None where nothing is."""
    if not all(rest.split("/")):
        return "expected one slash between port and transport", ""
    match = _PORTS.fullmatch(port_text)
    if match is None:
        return next((fact, effect) for p, fact, effect in _PORT_FAULTS if p.match(port_text))
    # Numbers of thousands of digits are not read.
    ends = [int(text) if len(text) <= 10 else 1 << 32 for text in match.groups() if text]
    if len(ends) > 1 and not ranges:
        return "range of ports", "every C library skips this line"
    if max(ends) > LAST_PORT:
        is_cut = len(ends) == 1 and ends[0] < 1 << 32
        reading = "NetBSD take the remainder of 65536" if is_cut else "musl skip this line"
        return f"port above {LAST_PORT}", f"glibc and {reading}"
    return ("range of ports with its ends reversed", "") if ends[-1] < ends[0] else None


def _after_frequency(
    file: ConsumerFile, words: list[Word], port_text: str, transport: str
) -> list[Word]:
    """Check the frequency in the third place; return the words after it."""
    name, third = words[0], words[2] if len(words) > 2 else None
    subject = {"service_name": name.text, "port": port_text, "transport_protocol": transport}
    if third is None:
        message = f"{quoted(name.text)} has no frequency"
        at = words[1].offset
        file.add_fault("CS016", message, at, "frequency", None, subject, NOTE)
        return []
    if not _is_frequency(third.text):
        message = f"malformed frequency {quoted(third.text)}: expected 0.DIGITS, or N/D with N <= D"
        file.add_fault("CS016", message, third.offset, "frequency", third.text, subject)
    return words[3:] if FREQUENCY.fullmatch(third.text) else []


def _is_frequency(text: str) -> bool:
    if FREQUENCY.fullmatch(text) is None:
        return False
    part, slash, whole = text.partition("/")
    if not slash:
        return True
    # Numbers of thousands of digits are compared as texts.
    part, whole = part.lstrip("0"), whole.lstrip("0")
    return bool(whole) and (len(part), part) <= (len(whole), whole)


def _prose(entry: Entry) -> str:
    """Why the words after an entry are no aliases, in words; empty where they may be some."""
    aliases = [alias.text for alias in entry.aliases]
    if len(aliases) > _MOST_ALIASES:
        return f"more than {_MOST_ALIASES} aliases"
    for alias in aliases:
        if _PROSE_MARK.search(alias) or _DIGITS_OR_HYPHENS.fullmatch(alias):
            return f"{quoted(alias)} is not a name"
        if len(aliases) >= 2 and alias.lower() in _FUNCTION_WORDS:
            return f"{quoted(alias)} is a common word"
    for alias in aliases:
        if _CAPITALIZED.fullmatch(alias) and hyphenated(alias) != hyphenated(entry.name):
            return f"{quoted(alias)} is a capitalized word"
    return ""


def _add_line_ends(file: ConsumerFile) -> None:
    """A fault where lines end in CRLF: of less weight where all of them do."""
    first = file.data.find(b"\r\n")
    if first < 0:
        return
    both = file.data.count(b"\n")
    crlf = file.data.count(b"\r\n")
    start = file.data.rfind(b"\n", 0, first) + 1
    if crlf == both:
        message = "all lines end in CRLF; a services file has LF"
        file.add_fault("CS014", message, start, severity=NOTE)
    else:
        message = f"{crlf:,} of {both:,} lines end in CRLF, the others in LF"
        file.add_fault("CS014", message, start)
