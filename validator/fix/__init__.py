"""Fixes of findings: edits of the bytes of a dump, each of which is verified before it is offered.

`fixers` has one small function for each rule whose findings can be fixed in place, `order` moves
records, `plan` verifies what they propose, and `patch` writes it as a unified diff.
"""
