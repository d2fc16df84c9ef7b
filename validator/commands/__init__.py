"""The commands, one module each with one function: `run(words)`, which returns the exit status.

A module is loaded only when its command is called.  To add one, write it and list it here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# In the order of the help: the module's name is the command's.
COMMANDS: Final = {
    "check": "check registry dumps against the rules of RFC 6335",
    "request": "check requests for service names and ports",
    "audit": "check services files, nmap and Wireshark lists, private port lists",
    "lookup": "show who has a port or service name, and what is around it",
    "compare": "compare two dumps of the same date, in any formats",
    "diff": "show what changed between dumps, and which changes break the rules",
    "fix": "show a patch of what can be fixed safely, or apply it",
    "convert": "convert a registry to JSON, CSV, XML or services(5)",
    "rules": "list the rules, or explain one with examples",
    "schema": "print a JSON Schema, for example of reports",
    "completion": "print a shell completion script",
    "fetch": "download the newest dump from the registry's site",
}
