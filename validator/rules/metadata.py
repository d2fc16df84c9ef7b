"""MD: the registry as a whole."""

from __future__ import annotations

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.registry import Registry
from validator.model.vocabulary import REGISTRY_ID, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def _is_other_document(registry: Registry) -> bool:
    """Whether the root element is another one: then MD005 is enough."""
    return any(defect.code == "MD005" for defect in registry.dump.defects)


@rule("MD001", ERROR, "Registry convention", needs=("metadata",), is_about_reading=True)
def registry_id(registry: Registry) -> Iterator[Violation]:
    """The id of the registry is not service-names-port-numbers.

    The id distinguishes this registry from the many other registries in the same XML format.

    Why it matters: the rules for ports make no sense for another registry.

    Flagged::

        <registry xmlns="http://www.iana.org/assignments" id="port-numbers"><title>Ports</title>
          <updated>2026-08-17</updated><record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated>
          <record><name>harbor</name></record></registry>
    """
    identity = registry.dump.registry_id
    if identity != REGISTRY_ID and not _is_other_document(registry):
        what = f"the registry id is {quoted(identity)}" if identity else "the registry has no id"
        message = f"{what} (expected {quoted(REGISTRY_ID)})"
        yield Violation(registry.dump, "registry_id", message)


@rule("MD002", WARNING, "Registry convention", needs=("metadata",))
def registry_title(registry: Registry) -> Iterator[Violation]:
    """The registry has no title.

    The published registry has a title, which web pages and reports show.

    Why it matters: a dump without a title was often edited by hand.

    Flagged::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <updated>2026-08-17</updated><record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated>
          <record><name>harbor</name></record></registry>
    """
    if not (registry.dump.title or "").strip() and not _is_other_document(registry):
        yield Violation(registry.dump, "title", "the registry has no title")


@rule("MD003", ERROR, "Registry convention", needs=("registry-date",))
def registry_updated(registry: Registry) -> Iterator[Violation]:
    """The date of the registry is missing, malformed or impossible.

    The registry gives the day of its last update as YYYY-MM-DD. A date in the future is reported by
    DT004.

    Why it matters: nobody can tell how old the dump is, and DT003 cannot be checked.

    Flagged::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>17 August 2026</updated>
          <record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated>
          <record><name>harbor</name></record></registry>
    """
    if _is_other_document(registry):
        return
    text = registry.updated
    date = registry.date(text)
    if not text:
        message = 'the registry has no "last updated" date'
    elif date is None or date.day is None:
        message = f"expected a date (YYYY-MM-DD), found {quoted(text)}"
    elif date.impossible:
        message = f"{quoted(text)} is not a valid date: there is no such day"
    else:
        return
    yield Violation(registry.dump, "updated", message)


@rule("MD004", ERROR, "Registry convention", is_about_reading=True)
def registry_empty(registry: Registry) -> Iterator[Violation]:
    """The dump has no records.

    A dump without records has nothing to check, so it cannot pass. If the document is of another
    kind, or is truncated before the first record, that is reported instead.

    Why it matters: a failed download, or a filter that removed everything, must not pass.

    Flagged::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated>
          <record><name>harbor</name></record></registry>
    """
    instead = ("MD005", "FM001", "FM004", "FM005")
    if not registry.records and not any(d.code in instead for d in registry.dump.defects):
        yield Violation(registry.dump, None, "the dump has no records")


@rule("MD005", ERROR, "Registry convention", is_about_reading=True)
def registry_root(registry: Registry) -> Iterator[Violation]:
    """The XML has another root element or namespace than the registry.

    The root element must be `registry` in the namespace http://www.iana.org/assignments. A registry
    in another namespace is read anyway.

    Why it matters: readers that look for records in that namespace find none, and report no error.

    Flagged::

        <registry xmlns="urn:example" id="service-names-port-numbers"><title>Ports</title>
          <updated>2026-08-17</updated><record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments" id="service-names-port-numbers">
          <title>Ports</title><updated>2026-08-17</updated>
          <record><name>harbor</name></record></registry>
    """
    for defect in registry.dump.defects:
        if defect.code == "MD005":
            yield Violation(defect, None, defect.message)
