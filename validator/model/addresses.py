"""The addresses of contacts: how the registry writes them, and what is wrong with others."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*+):(.*+)", "as")
# The registry writes "&" in place of "@".  A host may be an IP address in brackets, and an old
# mailbox a path with "!".
_ATOMS = r"[A-Za-z0-9!#$%'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%'*+/=?^_`{|}~-]++)*+"
_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})++|\[(?:IPv6:)?[0-9A-Fa-f.:]++\])"
_MAILBOX = pattern(_ATOMS, "a")
_DOMAIN = pattern(_HOST, "a")
MAIL_URI = pattern(f"mailto:{_ATOMS}&{_HOST}", "a")
STRAY = pattern(r"[\[\](){}<>\"]", "a")
_SEVERAL = pattern(r"[\s,;]|mailto:", "i")
_TELEPHONE = pattern(r"\+?[0-9(][0-9().-]*+(?:;[a-z]++=[^\s;]++)*+")
_WEB = pattern(r"//[^\s/?#<>\[\]\"]++(?:[/?#][^\s<>\"]*+)?+")
_SCHEMES = {
    "tel": (_TELEPHONE, "telephone number"),
    "http": (_WEB, "web address"),
    "https": (_WEB, "web address"),
}
# TX003 reports these characters; white space is not among them.
_INVISIBLE = pattern(r"(?![\t\n\r])[\p{Cc}\p{Cf}]")


def address_fault(text: str) -> str | None:
    """What is wrong with an address; `None` also if another rule reports it."""
    uri = text.strip()
    if not uri.isprintable():
        uri = _INVISIBLE.sub("", uri)
    if not uri:
        return "empty address"
    if "\ufffd" in uri:
        return None  # TX004
    match = _SCHEME.fullmatch(uri)
    if match is None:
        hint = "; did you mean mailto:?" if "@" in uri or "&" in uri else ""
        return f"address {quoted(uri)} has no scheme{hint}"
    scheme, rest = match[1].lower(), match[2]
    if scheme == "mailto":
        faults = _mail_faults(rest)
        return f"address {quoted(uri)}: {', '.join(faults)}" if faults else None
    if scheme not in _SCHEMES:
        expected = "expected mailto, tel, http or https"
        return f"address {quoted(uri)}: unknown scheme {quoted(match[1])} ({expected})"
    shape, kind = _SCHEMES[scheme]
    return None if shape.fullmatch(rest) else f"address {quoted(uri)} is not a valid {kind}"


def _mail_faults(address: str) -> list[str]:
    """What is wrong with the address of a mailto URI."""
    if MAIL_URI.fullmatch(f"mailto:{address}"):
        return []
    if not address.strip():
        return ["expected a mailbox, & and a domain after mailto:"]
    signs = address.count("&") + address.count("@")
    if signs > 1 and _SEVERAL.search(address) is not None:
        return ["expected one address, found several"]
    faults: list[str] = []
    if not signs:
        faults.append("no at sign (which the registry writes as &)")
    elif signs > 1:
        faults.append(f"expected one at sign, found {signs}")
    elif "@" in address:
        faults.append("expected & as at sign, found @")
    mailbox, _, domain = address.replace("@", "&").partition("&")
    stray = None if _DOMAIN.fullmatch(domain) else STRAY.search(address)
    if stray is not None:
        faults.append(f"unexpected {stray[0]}")
    elif address.split() != [address]:
        faults.append("unexpected white space")
    elif signs == 1:
        faults += _part_faults(mailbox, domain)
    return faults


def _part_faults(mailbox: str, domain: str) -> Iterator[str]:
    if not _MAILBOX.fullmatch(mailbox):
        yield f"{quoted(mailbox)} is not a valid mailbox" if mailbox else "no mailbox"
    if not _DOMAIN.fullmatch(domain):
        yield f"{quoted(domain)} is not a full domain name" if domain else "no domain name"
