"""The rules of family RQ, which look at requests: a file for each part of one."""

from __future__ import annotations

from validator.request.rules import advice, changes, dccp, document, name, parties, port, transport

__all__ = ["advice", "changes", "dccp", "document", "name", "parties", "port", "transport"]
