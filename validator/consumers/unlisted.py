"""Whether the ports of what is not read of a private list are listed elsewhere in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from validator.consumers.entry import ConsumerFile
from validator.consumers.intervals import PortSets
from validator.consumers.port_cells import single_ports
from validator.engine.rule import NOTE, WARNING
from validator.model.vocabulary import USER_PORTS


class ListedPorts:
    """The ports of a list that is read, and those of its rows whose faults are reported."""

    def __init__(self, file: ConsumerFile) -> None:
        self.file = file

    @cached_property
    def _ports(self) -> PortSets:
        ports = PortSets()
        for entry in self.file.entries:
            ports.add("", entry.low, entry.high)
        for row in self.file.unread_rows:
            for port in single_ports(row.port_text):
                ports.add("", port, port)
        return ports

    def lack(self, ports: Iterable[int]) -> bool:
        """Say whether any User or Dynamic Port of `ports` is not among them.

        System Ports are named in tables of firewalls and the like, which are no lists.
        """
        return any(
            port >= USER_PORTS[0] and not self._ports.covers("", port, port) for port in ports
        )

    def warn_of_others(self) -> None:
        """Make warnings of the notes about ports that are not read and are listed nowhere else."""
        for fault in self.file.faults:
            if fault.severity == NOTE and self.lack(fault.unread_ports):
                fault.severity = WARNING
