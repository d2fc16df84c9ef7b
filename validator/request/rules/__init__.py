"""The rules of family RQ, which look at requests: a file for each part of one.

`REQUEST_RULES` has all of them by code.
"""

from __future__ import annotations

from validator.request.rules import advice, dccp, document, name, parties, port, transport
from validator.rule import Rule, family

__all__ = ["REQUEST_RULES", "advice", "dccp", "document", "name", "parties", "port", "transport"]

REQUEST_RULES: dict[str, Rule] = family("RQ")
