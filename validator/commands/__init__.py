"""The commands, one module each with one function: `run(words)`, which returns the exit status.

A module is loaded only when its command is called.  To add one, write it and list it here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# In the order of the help: the module's name is the command's.
COMMANDS: Final = {
    "check": "check registry dumps: every violation with rule, clause, file, line and column",
    "request": "check requests for service names and ports before they are submitted",
    "compare": "tell whether two dumps, in any forms, say the same",
    "diff": "show what changed between dumps, and which changes break the procedures",
    "fix": "show a patch of what can be fixed safely, or apply it",
    "convert": "write the registry as JSON, CSV or XML",
    "rules": "list the rules; show one with its clause, reasons and examples",
    "schema": "print a JSON Schema: of the report, the registry, requests, the configuration",
    "completion": "print the script that completes commands in a shell",
    "fetch": "bring the newest dump from the registry's site",
}
