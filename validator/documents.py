"""The configuration and the baseline as pydantic models, by which their files are checked.

Loaded only where there is such a file.  The models of all other documents are in
`schemas/models.py`: they describe what ianalint writes and are not part of the package.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from validator.readers.source import RANGES

Severity = Literal["error", "warning", "note"]
Form = Literal["xml", "csv", "txt", "html", "json"]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{3}$", description="Code of a rule.")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class StrictModel(BaseModel):
    """A document in which no key is unknown and no value is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def optional(description: str | None = None, **more: Any) -> Any:
    """A key that may be left out and is never null; see `model_fields_set`."""
    return Field(default_factory=lambda: None, description=description, **more)


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class OneWaiver(StrictModel):
    """An excuse for findings of one rule on one record or contact."""

    model_config = ConfigDict(alias_generator=_hyphens)

    rule: str = Field(description="Code of a rule, beginning of codes, or name.")
    service: str = optional("Service name, in any case.")
    port: str | int = optional("Port number or range.")
    transport: str = optional("Transport protocol.")
    contact: str = optional("Id of a contact.")
    field: str = optional("Field of the record or contact.")
    reason: str = Field(min_length=1, description="Why it is excused.")
    until: date = optional("The last day it holds.")


class PerFile(StrictModel):
    """Settings for the inputs whose path matches a pattern."""

    model_config = ConfigDict(alias_generator=_hyphens)

    files: str = Field(description="A pattern with * and ?, for the path or the name of the file.")
    select: list[str] = optional("Rules to run there.")
    ignore: list[str] = optional("Rules not to run there.")
    severity: dict[str, Severity] = optional()
    whole: bool = optional()


def _limit(name: str, description: str) -> Any:
    least, most, _ = RANGES[name]
    return optional(description, ge=least, le=most)


class Configuration(StrictModel):
    """What ianalint.toml says, or the table [tool.ianalint] of pyproject.toml."""

    model_config = ConfigDict(title="Configuration of ianalint", alias_generator=_hyphens)

    files: list[str] = optional("Files, folders and globs to check, relative to the configuration.")
    select: list[str] = optional("Rules to run: codes, beginnings of codes, names, ALL.")
    ignore: list[str] = optional("Rules not to run.")
    severity: dict[str, Severity] = optional(
        "Severity of rules, by code, beginning of codes or name."
    )
    fail_on: Literal["error", "warning", "note", "never"] = optional(
        "The least severity that makes the exit status 1."
    )
    legacy: Literal["summary", "show", "fail"] = optional(
        "What becomes of findings of legacy records."
    )
    legacy_cutoff: Month = optional("The month, YYYY-MM, before which a record is legacy.")
    format: Literal[
        "text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "html"
    ] = optional("Format of the report on standard output.")
    whole: bool = optional("Whether inputs are whole registries; found out if left out.")
    input_format: Form = optional("Form of the inputs; recognised by content if left out.")
    max_size: int = _limit("size", "The largest input that is read, in MiB.")
    max_length: int = _limit("length", "How many characters of a value are read.")
    max_depth: int = _limit("depth", "How many levels deep what is nested is read.")
    max_records: int = _limit("records", "How many records, and how many contacts, are read.")
    max_findings: int = _limit(
        "findings", "How many findings of one rule in one input are listed; others are counted."
    )
    max_match: int = _limit(
        "match", "How many seconds a rule may take for a match with a long text."
    )
    max_request_size: int = _limit(
        "request_size", "The largest file of requests that is read, in KiB; drafts: 64 times that."
    )
    max_requests: int = _limit("requests", "How many requests a file may hold.")
    registry: str = optional(
        "The dump that requests are compared with, relative to the configuration."
    )
    baseline: str = optional("A baseline of known findings, relative to the configuration.")
    waive: list[OneWaiver] = optional("Excused findings.")
    per_file: list[PerFile] = optional("Settings for some of the inputs; the last wins.")


class BaselineEntry(StrictModel):
    """A finding that is known."""

    fingerprint: str
    code: Code
    message: str = optional("What was found; for people.")
    reason: str = optional("Why it is not mended; for people.")


class Baseline(StrictModel):
    """Findings that are known: what `ianalint check --write-baseline` writes."""

    model_config = ConfigDict(title="Baseline of ianalint")

    schema_: str = optional(alias="$schema")
    format_version: Literal[1]
    findings: list[BaselineEntry]
