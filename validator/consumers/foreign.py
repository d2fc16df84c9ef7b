"""Documents that have ports and are no lists: those of Compose and of Kubernetes."""

from __future__ import annotations

import re

from validator.consumers.node import Node
from validator.consumers.port_cells import is_port_cell
from validator.errors import Unusable

# One of these is in a service of a Compose file.
_COMPOSE_KEYS = frozenset(
    ("image", "build", "extends", "volumes", "environment", "env_file", "depends_on", "networks",
     "container_name"),
)  # fmt: skip
# One of these is beside the services of a Compose file only.
_COMPOSE_TOP = frozenset(("networks", "volumes", "configs", "secrets"))
# A port of the host, perhaps with its address, and one of the container.
_MAPPED = re.compile(r"(?:[^\s/]*:)?[0-9]+(?:-[0-9]+)?:[0-9]+(?:-[0-9]+)?(?:/[a-z]+)?")


def refuse_foreign(path: str, root: Node) -> None:
    """Raise `Unusable` for a Compose file or an object of Kubernetes."""
    found = ""
    if is_kubernetes(root):
        found = "a Kubernetes object"
    elif _is_compose(root):
        found = "a Compose file"
    if found:
        raise Unusable(
            f"{path}: expected a list of names and ports, found {found}: its ports are those"
            " of containers (a list has a name and a port for each service)"
        )


def is_kubernetes(root: Node) -> bool:
    """Say whether a document is an object of Kubernetes."""
    top = {key.text for key, value in root.members or () if value.word is not None}
    return {"apiVersion", "kind"} <= top


def _is_compose(root: Node) -> bool:
    top = _keys(root)
    services = [_keys(value) for value in _keys(top.get("services")).values()]
    if any("port" in keys for keys in services):
        return False
    ports = [item for keys in services if "ports" in keys for item in keys["ports"].items or ()]
    if any(map(_is_mapped, ports)):
        return True
    has_keys = [bool(keys.keys() & _COMPOSE_KEYS) for keys in services if keys]
    # A list of one's own may name images, too.
    is_plain = any(map(_is_plain, ports)) and not (top.keys() & _COMPOSE_TOP and all(has_keys))
    return any(has_keys) and not is_plain


def _keys(node: Node | None) -> dict[str, Node]:
    members = node.members if node is not None else None
    return {key.text.lower(): value for key, value in members or ()}


def _is_mapped(item: Node) -> bool:
    """Say whether a port is that of a container, with or without one of the host."""
    if item.members is not None:
        return "target" in {key.text for key, _ in item.members}
    return item.word is not None and _MAPPED.fullmatch(item.word.text) is not None


def _is_plain(item: Node) -> bool:
    return item.word is not None and is_port_cell(item.word.text)
