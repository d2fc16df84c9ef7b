"""CS0: the file by itself, as C libraries read it."""

from __future__ import annotations

from validator.consumers.entry import FOREIGN_TRANSPORTS, UNREAD, Entry, Line, Word
from validator.consumers.lines import with_effect
from validator.engine.rule import ERROR, NOTE, WARNING, Related, Violation, rule
from validator.model.vocabulary import SERVICE_NAME_CHARACTERS, SERVICE_NAME_LENGTH, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.consumers.case import AuditCase

_SERVICES = "services(5)"
_ON_LINES = ("lines",)


def reading_faults(case: AuditCase, code: str) -> Iterator[Violation]:
    """Yield what the reader reported under the code of a rule."""
    for fault in case.file.faults:
        if fault.code == code:
            yield Violation(
                fault, fault.field, fault.message, value=fault.value, severity=fault.severity
            )


@rule("CS001", ERROR, _SERVICES, needs=_ON_LINES, is_about_reading=True)
def malformed_entry(case: AuditCase) -> Iterator[Violation]:
    """A line is not NAME PORT/TRANSPORT, perhaps with aliases after it.

    Text before `#` must be a name, then port and transport with a slash between them and no blank.

    Why it matters: C libraries skip the line without a word, so the service has no port.

    Flagged::

        # services
        http 80

    Accepted::

        # services
        http 80/tcp
    """
    return reading_faults(case, "CS001")


@rule("CS002", ERROR, _SERVICES, needs=_ON_LINES, is_about_reading=True)
def malformed_entry_port(case: AuditCase) -> Iterator[Violation]:
    """The port of a line is not a plain decimal number up to 65535.

    A sign, a leading zero, hexadecimal, a number above 65535, a second slash, or a range where the
    form has none.

    Why it matters: glibc reads `017` as octal, skips `085`, and takes the remainder of 65536 for
    numbers up to 4294967295. musl does none of these: the same file gives another port on each
    system.

    Flagged::

        # services
        http 080/tcp

    Accepted::

        # services
        http 80/tcp
    """
    return reading_faults(case, "CS002")


@rule("CS003", ERROR, _SERVICES, needs=_ON_LINES, is_about_reading=True)
def several_transports(case: AuditCase) -> Iterator[Violation]:
    """A line has several transports, which only Wireshark's form allows.

    Write a line for each transport.

    Why it matters: glibc and the BSDs compare the whole text after the slash with the transport
    that a program asks for; such a line answers nothing.

    Flagged::

        # services
        domain 53/tcp/udp
        http 80/tcp
        https 443/tcp
        ssh 22/tcp
        ntp 123/udp
        ftp 21/tcp
        smtp 25/tcp
        pop3 110/tcp
        imap 143/tcp
        ldap 389/tcp
        rsync 873/tcp

    Accepted::

        # wireshark
        domain 53/tcp/udp
        http 80/tcp
    """
    return reading_faults(case, "CS003")


@rule("CS004", ERROR, _SERVICES, needs=_ON_LINES, is_about_reading=True)
def unknown_entry_transport(case: AuditCase) -> Iterator[Violation]:
    """The transport is not tcp, udp, sctp or dccp in lower case.

    ddp, divert, udplite and mptcp, which some systems have, are notes of CS018.

    Why it matters: programs ask for `tcp`; a line for `TCP` answers none of them.

    Flagged::

        # services
        http 80/TCP

    Accepted::

        # services
        http 80/tcp
    """
    return reading_faults(case, "CS004")


@rule("CS005", ERROR, _SERVICES, needs=_ON_LINES)
def comment_without_hash(case: AuditCase) -> Iterator[Violation]:
    """The words after an entry read like a comment, but have no `#`.

    There are more than four, or one of them is a common English word, has a bracket or another
    mark that no name has, or is a capitalized word unlike the name.

    Why it matters: every word is taken for an alias. A list that says `Simple Service Discovery`
    after 1900/udp answers 1900 to whoever asks for the port of `Service`.

    Flagged::

        # services
        ssdp 1900/udp Simple Service Discovery

    Accepted::

        # services
        ssdp 1900/udp # Simple Service Discovery
    """
    return reading_faults(case, "CS005")


@rule("CS006", WARNING, _SERVICES, needs=_ON_LINES)
def duplicate_entry(case: AuditCase) -> Iterator[Violation]:
    """A line repeats name, port and transport of an earlier line.

    Why it matters: only the first is read; aliases of the second are lost.

    Flagged::

        # services
        http 80/tcp
        http 80/tcp

    Accepted::

        # services
        http 80/tcp
        http 80/udp
    """
    first: dict[tuple[str, int, int, str], Entry] = {}
    for entry in case.file.entries:
        earlier = first.setdefault((entry.name, entry.low, entry.high, entry.transport), entry)
        if earlier is not entry:
            message = (
                f"{quoted(entry.name)} {entry.port_text}/{entry.transport} is already on line"
                f" {earlier.line_number}"
            )
            yield Violation(
                entry, "service_name", message, related=[Related("first line", earlier)]
            )


@rule("CS007", WARNING, _SERVICES, needs=_ON_LINES)
def port_shadowed(case: AuditCase) -> Iterator[Violation]:
    """An earlier line has the same port and transport under another name.

    It is no finding where the registry, or an earlier one, has both names on the port.

    Why it matters: getservbyport answers the first line; the second name is never shown.

    Flagged::

        # services
        proxy 8080/tcp
        webcache 8080/tcp

    Accepted::

        # services
        proxy 8080/tcp webcache
    """
    before = None
    for entry, earlier, port in case.port_shadows:
        if entry is before:
            continue  # a range with ports of several earlier lines is one fault
        if case.claims is not None and hides_registered_name(case, entry, earlier, port):
            continue  # CS117
        if all(case.is_claim(e.name, e.transport, port) for e in (entry, earlier)):
            continue
        fact = f"{port}/{entry.transport} is already {quoted(earlier.name)} on line"
        effect = f"getservbyport never answers {quoted(entry.name)}"
        message = with_effect(case.file.kind, f"{fact} {earlier.line_number}", effect)
        before = entry
        yield Violation(entry, "port_number", message, related=[Related("first line", earlier)])


def hides_registered_name(case: AuditCase, entry: Entry, earlier: Entry, port: int) -> bool:
    """Say whether the first line of a port is no claim of it, and this later one is."""
    claims = case.claims
    assert claims is not None
    transport = entry.transport
    return claims.has(entry.name, transport, port, port) and not claims.has(
        earlier.name, transport, port, port
    )


@rule("CS008", WARNING, _SERVICES, needs=_ON_LINES)
def name_shadowed(case: AuditCase) -> Iterator[Violation]:
    """A name or alias is on an earlier line with another port and the same transport.

    It is no finding where the registry, or an earlier one, has the name on both ports, and not in
    nmap's form, which is read by port alone.

    Why it matters: getservbyname answers the first line; the second port is never found.

    Flagged::

        # services
        search 2010/tcp
        search 7654/tcp

    Accepted::

        # services
        search 2010/tcp
        search-2 7654/tcp
    """
    if case.file.kind == "nmap":
        return
    first: dict[tuple[str, str], Entry] = {}
    for entry in case.file.entries:
        words = _distinct_words(entry) if entry.aliases else ((entry.name, None),)
        for text, word in words:
            earlier = first.setdefault((text, entry.transport), entry)
            if earlier.low == entry.low:
                continue
            if all(case.is_claim(text, e.transport, e.low) for e in (earlier, entry)):
                continue
            fact = f"{quoted(text)}/{entry.transport} is already port {earlier.port_text} on line"
            effect = f"getservbyname never answers {entry.port_text}"
            message = with_effect(case.file.kind, f"{fact} {earlier.line_number}", effect)
            field = "service_name" if word is None else "alias"
            yield Violation(
                entry, field, message, value=text, item=word,
                related=[Related("first line", earlier)],
            )  # fmt: skip


def _distinct_words(entry: Entry) -> Iterator[tuple[str, Word | None]]:
    """The different words of an entry, each with its place; None for the name."""
    yield entry.name, None
    seen = {entry.name}
    for alias in entry.aliases:
        if alias.text not in seen:
            seen.add(alias.text)
            yield alias.text, alias


@rule("CS009", ERROR, _SERVICES, needs=_ON_LINES)
def numeric_name(case: AuditCase) -> Iterator[Violation]:
    """A name consists of digits alone.

    Why it matters: musl refuses it, and getaddrinfo takes it for the number of a port.

    Flagged::

        # services
        100 98/tcp

    Accepted::

        # services
        tacnews-100 98/tcp
    """
    for entry in case.lines:
        if entry.name in case.odd_names and entry.name.isdigit() and entry.name.isascii():
            message = f"{quoted(entry.name)} is a number: programs take it for a port"
            yield Violation(entry, "service_name", message)


@rule("CS010", WARNING, "RFC 6335, Section 5.1", needs=_ON_LINES)
def long_name(case: AuditCase) -> Iterator[Violation]:
    """A name has more than 15 characters.

    Why it matters: musl's getservbyport answers nothing for such a line, and no registered service
    name is longer.

    Flagged::

        # services
        predictive-harbour 8011/tcp

    Accepted::

        # services
        harbour 8011/tcp
    """
    for entry in case.lines:
        length = len(entry.name)
        if length > SERVICE_NAME_LENGTH:
            message = (
                f"{quoted(entry.name)} has {length} characters; a service name has at most"
                f" {SERVICE_NAME_LENGTH}"
            )
            yield Violation(entry, "service_name", message)


@rule("CS011", NOTE, "RFC 6335, Section 5.1", needs=_ON_LINES)
def entry_name_syntax(case: AuditCase) -> Iterator[Violation]:
    """A name breaks the syntax of service names in another way than CS009 and CS010.

    It has other characters than letters, digits and hyphens, no letter, a hyphen at an end, or two
    side by side.

    Why it matters: DNS-SD and other mechanisms cannot use the name.

    Flagged::

        # services
        harbour_master 8011/tcp

    Accepted::

        # services
        harbour-master 8011/tcp
    """
    for entry in case.lines:
        reasons = _syntax(entry.name) if entry.name in case.odd_names else []
        if reasons:
            message = f"{quoted(entry.name)} is not a service name: {', '.join(reasons)}"
            yield Violation(entry, "service_name", message)


def _syntax(name: str) -> list[str]:
    """What of Section 5.1 a name breaks, in words, length and digits alone aside."""
    reasons = []
    # Others are CS019.
    odd = sorted(c for c in set(name) - SERVICE_NAME_CHARACTERS if c.isascii() and c.isprintable())
    if odd:
        reasons.append(f"it has {' '.join(odd)}")
    letters = any(character.isalpha() or not character.isascii() for character in name)
    if not letters and not name.isdigit():
        reasons.append("it has no letter")
    if name.startswith("-") or name.endswith("-"):
        reasons.append("it has a hyphen at an end")
    if "--" in name:
        reasons.append("it has two hyphens side by side")
    return reasons


@rule("CS012", NOTE, _SERVICES, needs=_ON_LINES)
def repeated_alias(case: AuditCase) -> Iterator[Violation]:
    """A word is on a line twice.

    Why it matters: it has no effect; often another alias was meant.

    Flagged::

        # services
        http 80/tcp www www

    Accepted::

        # services
        http 80/tcp www
    """
    for entry in case.lines:
        seen = {entry.name}
        for alias in entry.aliases:
            if alias.text in seen:
                message = f"{quoted(alias.text)} is on this line twice"
                yield Violation(entry, "alias", message, value=alias.text, item=alias)
            seen.add(alias.text)


@rule("CS013", WARNING, _SERVICES, needs=_ON_LINES)
def leading_blank(case: AuditCase) -> Iterator[Violation]:
    """A line begins with a blank before the name.

    Why it matters: musl and the BSDs skip the line, glibc reads it.

    Flagged::

        # services
         http 80/tcp

    Accepted::

        # services
        http 80/tcp
    """
    return reading_faults(case, "CS013")


@rule("CS014", WARNING, _SERVICES, needs=_ON_LINES)
def carriage_return(case: AuditCase) -> Iterator[Violation]:
    r"""Some lines end in CRLF and others in LF; where all end in CRLF it is a note.

    One finding speaks of the whole file, at the first line that ends so.

    Why it matters: a tool that splits at LF keeps the carriage return as part of the last word.

    Flagged::

        # services
        http 80/tcp\r
        https 443/tcp

    Accepted::

        # services
        http 80/tcp
        https 443/tcp
    """
    return reading_faults(case, "CS014")


@rule("CS015", NOTE, _SERVICES, needs=_ON_LINES)
def entry_order(case: AuditCase) -> Iterator[Violation]:
    """A line has a lower port than the line before it.

    Why it matters: people look for a port where its number belongs.

    Flagged::

        # services
        https 443/tcp
        http 80/tcp

    Accepted::

        # services
        http 80/tcp
        https 443/tcp
    """
    before = None
    for entry in case.lines:
        if before is not None and entry.low < before.low:
            message = f"port {entry.low} is listed after port {before.low}"
            yield Violation(entry, "port_number", message, related=[Related("before it", before)])
        before = entry


@rule("CS016", ERROR, "nmap-services", needs=_ON_LINES)
def malformed_frequency(case: AuditCase) -> Iterator[Violation]:
    """The third column of nmap's form is not a frequency; a missing one is a note.

    A frequency is `0.DIGITS`, or `N/D` with N no larger than D and D above 0.

    Why it matters: nmap ends with an error where D is 0.

    Flagged::

        # nmap
        http 80/tcp 12/0

    Accepted::

        # nmap
        http 80/tcp 0.484143
    """
    return reading_faults(case, "CS016")


@rule("CS017", ERROR, _SERVICES, is_about_reading=True)
def no_entries(case: AuditCase) -> Iterator[Violation]:
    """The file has no entry at all.

    Why it matters: a file that says nothing must not pass for a clean one.

    Flagged::

        # services
        # nothing is here

    Accepted::

        # services
        http 80/tcp
    """
    has_columns = all(fault.code != "CS404" for fault in case.file.faults)
    if not case.file.entries and has_columns:
        # The first line tells one such file from another.
        data = case.file.data
        words = data.split(None, 1)
        start = data.index(words[0]) if words else 0
        line = data[start:].split(b"\n", 1)[0].decode("utf-8", "replace").strip() or None
        what = "nothing in this list" if case.file.kind == "private" else "no line of this file"
        yield Violation(Line(start), "line", f"{what} is an entry", value=line)


@rule("CS018", NOTE, _SERVICES, needs=_ON_LINES)
def foreign_transport(case: AuditCase) -> Iterator[Violation]:
    """The transport is one of ddp, divert, udplite and mptcp, which the registry does not have.

    Why it matters: musl answers nothing for it, and no assignment of IANA speaks of it.

    Flagged::

        # services
        rtmp 1/ddp

    Accepted::

        # services
        tcpmux 1/tcp
    """
    for entry in case.file.entries:
        if entry.transport in FOREIGN_TRANSPORTS:
            message = f"{quoted(entry.name)}: {entry.transport} is not a transport of the registry"
            yield Violation(entry, "transport_protocol", message, value=entry.transport)


@rule("CS019", WARNING, _SERVICES, needs=_ON_LINES)
def odd_character(case: AuditCase) -> Iterator[Violation]:
    """A line has a control character, or one beyond ASCII, before `#`.

    Why it matters: it is part of a name that nobody can type, a no-break space for instance.

    Flagged::

        # services
        hafenüber 80/tcp

    Accepted::

        # services
        harbour 80/tcp # Hafen über alles
    """
    return reading_faults(case, "CS019")


@rule("CS020", ERROR, "port list", is_about_reading=True)
def unread_part(case: AuditCase) -> Iterator[Violation]:
    """A part of the file was not read, or not as it was meant.

    Entries and rows beyond the maximum number of records, ports and cells beyond what one cell or
    row may have; a cell without a heading, and a heading or key that is there twice; in CSV, a
    quote that is never closed, or text after a closing quote; in Markdown, headings that
    begin no table.

    Why it matters: nobody can say whether what was not read is right.

    Flagged::

        # ports.csv
        service,port,owner
        billing,8500,"Ann

    Accepted::

        # ports.csv
        service,port,owner
        billing,8500,"Ann"
    """
    return reading_faults(case, UNREAD)
