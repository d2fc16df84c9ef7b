"""The record that was probably meant by a name, port and transport that no record has."""

from __future__ import annotations

from collections.abc import Sequence

from validator.diff.blame import Key, covers_port
from validator.errors import nearest
from validator.model.values import port_range
from validator.model.vocabulary import TRANSPORT_PROTOCOLS, fold


def nearest_record(text: str, keys: Sequence[Key]) -> str | None:
    """Return how one of the records `keys` is named that `text` (NAME/PORT/TRANSPORT) is near to.

    It has the name and another port or transport, or the port and another name, or a name with the
    same first letter that `text` misspells.  None where there is none of these.
    """
    name, port, transport = _parts(text)
    candidates = [key for key in keys if key[0] == name] if name else _of_port(keys, port)
    if not candidates:
        candidates = _of_misspelled_name(name, _of_port(keys, port)) or _of_port(keys, port)
        candidates = candidates or _of_misspelled_name(name, keys)
    if not candidates:
        return None
    best = max(candidates, key=lambda key: (covers_port(port, key[1]), key[2] == transport))
    return "/".join(filter(None, best)) if port or transport else best[0]


def _parts(text: str) -> Key:
    """Name, port and transport of a text that may lack some."""
    words = fold(text).split("/")
    transport = words.pop() if words[-1] in TRANSPORT_PROTOCOLS else ""
    port = words.pop() if words and port_range(words[-1]) is not None else ""
    return "/".join(words).strip("/"), port, transport


def _of_port(keys: Sequence[Key], port: str) -> list[Key]:
    """The assignments of a port."""
    return [key for key in keys if key[0] and covers_port(port, key[1])]


def _of_misspelled_name(name: str, keys: Sequence[Key]) -> list[Key]:
    """The records with the name that `name` misspells: few misspell the first letter."""
    near = nearest(name, dict.fromkeys(key[0] for key in keys if name and key[0][:1] == name[0]))
    return [key for key in keys if key[0] == near]
