"""The addresses of contacts: how the registry writes them, and what is wrong with others."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*+):(.*+)", "as")
# The registry writes "&" where the address has "@".  Hosts of the old days have no name, or an
# address for one; mailboxes of theirs are paths with "!" in them.
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
# What TX003 reports; white space is not among it.
_UNSEEN = pattern(r"(?![\t\n\r])[\p{Cc}\p{Cf}]")


def address_fault(text: str) -> str | None:
    """What is wrong with an address; `None` also if another rule reports it."""
    uri = text.strip()
    if not uri.isprintable():
        uri = _UNSEEN.sub("", uri)
    if not uri:
        return "the address is empty"
    if "\ufffd" in uri:
        return None  # TX004
    match = _SCHEME.fullmatch(uri)
    if match is None:
        hint = "; mailto: may be meant" if "@" in uri or "&" in uri else ""
        return f"{quoted(uri)} has no scheme{hint}"
    scheme, rest = match[1].lower(), match[2]
    if scheme == "mailto":
        faults = _mail_faults(rest)
        return f"{quoted(uri)} has {' and '.join(faults)}" if faults else None
    if scheme not in _SCHEMES:
        scheme = quoted(match[1])
        return f"{quoted(uri)} has the scheme {scheme}; mailto, tel, http, https are known"
    shape, kind = _SCHEMES[scheme]
    return None if shape.fullmatch(rest) else f"{quoted(uri)} is no {kind}"


def _mail_faults(address: str) -> list[str]:
    """What is wrong with the address of a mailto URI."""
    if MAIL_URI.fullmatch(f"mailto:{address}"):
        return []
    if not address.strip():
        return ["no address behind the scheme"]
    signs = address.count("&") + address.count("@")
    if signs > 1 and _SEVERAL.search(address) is not None:
        return ["more than one address in it"]
    faults: list[str] = []
    if not signs:
        faults.append("no & for the at sign")
    elif signs > 1:
        faults.append(f"{signs} at signs")
    elif "@" in address:
        faults.append("@ where the registry writes &")
    mailbox, _, domain = address.replace("@", "&").partition("&")
    stray = None if _DOMAIN.fullmatch(domain) else STRAY.search(address)
    if stray is not None:
        faults.append(f"a stray {stray[0]}")
    elif address.split() != [address]:
        faults.append("white space in it")
    elif signs == 1:
        faults += _part_faults(mailbox, domain)
    return faults


def _part_faults(mailbox: str, domain: str) -> Iterator[str]:
    if not _MAILBOX.fullmatch(mailbox):
        yield f"{quoted(mailbox)} in place of a mailbox" if mailbox else "no mailbox"
    if not _DOMAIN.fullmatch(domain):
        yield f"{quoted(domain)} in place of a full domain" if domain else "no domain"
