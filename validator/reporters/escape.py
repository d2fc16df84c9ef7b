"""Text of an input made safe to print: nothing in it can move a cursor or be invisible.

Controls (C0, DEL, C1), bidi controls, zero-width and other invisible characters, U+2028, U+2029,
lone surrogates and every blank but the plain one become escapes as in Python: `\\n`, `\\x1b`,
`\\u202e`.  Every format for people prints through this; JSON escapes all that is not ASCII.
"""

from __future__ import annotations

# Printable to Python, but without a shape of their own: nobody would see them.
_INVISIBLE = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x2800,
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)
_LONGEST_NAME = 60
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """Return `text` with every character that has no shape of its own as an escape."""
    if text.isprintable() and (text.isascii() or _INVISIBLE.isdisjoint(text)):
        return text
    return "".join(map(escaped, text))


def escaped(character: str) -> str:
    """Return one character as `visible` prints it."""
    if character.isprintable() and character not in _INVISIBLE:
        return character
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def subject_name(subject: dict[str, str | None]) -> str:
    """Name what a finding is about: `http 80/tcp`, `port 585`, `contact SAP_2`."""
    if "service_name" not in subject:
        return " ".join(f"{kind} {_shortened(name)}" for kind, name in subject.items() if name)
    name = subject["service_name"]
    port = subject["port"]
    transport = subject["transport_protocol"]
    numbers = "/".join(_shortened(part) for part in (port, transport) if part)
    if name:
        return f"{_shortened(name)} {numbers}".rstrip()
    return f"port {numbers}" if port else numbers


def _shortened(text: str) -> str:
    return visible(text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "...")
