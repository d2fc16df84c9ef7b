"""The rules of family RQ, which look at requests: a file for each part of one."""

from __future__ import annotations

from validator.request.rules import advice, dccp, document, name, parties, port, transport

__all__ = ["advice", "dccp", "document", "name", "parties", "port", "transport"]
