"""The rules of family RQ, which look at requests: a file for each part of one.

`REQUEST_RULES` has all of them by code.
"""

from __future__ import annotations

from validator.engine.rule import Rule, family
from validator.request.rules import advice, dccp, document, name, parties, port, transport

__all__ = ["REQUEST_RULES", "advice", "dccp", "document", "name", "parties", "port", "transport"]

REQUEST_RULES: dict[str, Rule] = family("RQ")
