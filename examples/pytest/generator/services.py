"""Writes /etc/services from the registry: the program under test."""

from __future__ import annotations

from validator import Registry, read_registry


def services(registry: Registry) -> str:
    """One line for each port and transport protocol of each assignment."""
    lines = []
    for assignment in registry.assignments:
        ports = assignment.ports
        if ports is not None and assignment.transport is not None:
            lines += [
                f"{assignment.name}\t{port}/{assignment.transport}\n"
                for port in range(ports.low, ports.high + 1)
            ]
    return "".join(lines)


if __name__ == "__main__":
    print(services(read_registry("service-names-port-numbers.xml")), end="")
