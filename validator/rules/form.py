"""FM: defects of the file itself.

The readers find them while they read; each rule here reports those with its own code.
"""

from __future__ import annotations

from validator.engine.rule import ERROR, WARNING, Violation, rule
from validator.model.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def _defects(registry: Registry, code: str) -> Iterator[Violation]:
    for defect in registry.dump.defects:
        if defect.code == code:
            cites = _CLAUSES.get(code, {}).get(registry.dump.form)
            yield Violation(
                defect, defect.field, defect.message, cites=cites, severity=defect.severity
            )


# What the rules cite that speak of several forms, by form.
_CLAUSES = {
    "FM001": {
        "xml": "XML 1.0, Section 2.1",
        "csv": "RFC 4180, Section 2",
        "json": "RFC 8259, Section 2",
        "txt": "Registry convention",
        "html": "Registry convention",
    },
    "FM002": {"txt": "Registry convention", "html": "Registry convention"},
}


@rule("FM001", ERROR, "XML 1.0, Section 2.1; RFC 4180, Section 2", is_about_reading=True)
def broken_document(registry: Registry) -> Iterator[Violation]:
    """The document is truncated or not well-formed.

    What was read up to that place is checked. A record or row in which the document breaks off is not
    read. In XML, the rest of the document is ignored. In CSV, a quote that is never closed affects
    only its own row. Input that exceeds a limit is also
    reported here: values that are too long, elements that are nested too deeply and records beyond
    the maximum number. So is one HTML page of several that is given alone.

    Why it matters: a reader that does not notice takes part of the registry for all of it.

    Flagged (csv)::

        harbor,4621,tcp,"Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,,,,

    Accepted (csv)::

        harbor,4621,tcp,"Harbor log",[Ann_Example],[Ann_Example],2020-01-02,,,,,
    """
    return _defects(registry, "FM001")


@rule("FM002", ERROR, "RFC 4180, Section 2", is_about_reading=True)
def ragged_row(registry: Registry) -> Iterator[Violation]:
    """A CSV row has too few or too many cells, or text after a closing quote.

    Each row must have one cell for each column. The cells that exist are read. In HTML, a cell must
    not span several columns or rows, and a row of headings alone is not read.

    Why it matters: a missing comma moves every following cell into the wrong column.

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example]

    Accepted (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,,,,
    """
    return _defects(registry, "FM002")


@rule("FM003", ERROR, "Registry convention", is_about_reading=True)
def unknown_column(registry: Registry) -> Iterator[Violation]:
    """A table has an unknown column, or the same column twice.

    Columns are identified by their headings, not by their position. "Known Unauthorized Uses" and
    "Unauthorized Use Reported" are the same column.

    Why it matters: the values in such a column are not checked.

    Flagged (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes,Color

    Accepted (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Known Unauthorized Uses,Assignment Notes
    """
    return _defects(registry, "FM003")


@rule("FM004", ERROR, "RFC 6335, Section 8.1.1", is_about_reading=True)
def missing_column(registry: Registry) -> Iterator[Violation]:
    """A table does not have all columns of the registry.

    The registry has the columns that Section 8.1.1 requires, and two columns for dates. Where
    other rules are selected, the columns that these need are reported as a warning.

    Why it matters: every record lacks that field, and readers that go by position take one column
    for another.

    Flagged (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Assignment Notes

    Accepted (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes
    """
    return _defects(registry, "FM004")


@rule("FM005", ERROR, "RFC 3629, Section 3", is_about_reading=True)
def encoding_error(registry: Registry) -> Iterator[Violation]:
    """The file has bytes that are not valid in its encoding.

    The registry is published in UTF-8. Each byte sequence that cannot be decoded is read as U+FFFD.
    So are NUL bytes, which a disk or a transfer leaves where it has lost a part of a file.

    Why it matters: one reader stops at such bytes, another shows different characters.

    Flagged::

        <?xml version="1.0" encoding="UTF-16"?><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>

    Accepted::

        <?xml version="1.0" encoding="UTF-8"?><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>
    """
    return _defects(registry, "FM005")


@rule("FM006", WARNING, "Registry convention", is_about_reading=True)
def unknown_element(registry: Registry) -> Iterator[Violation]:
    """The XML has an unknown element.

    Its content is ignored, except for records and persons in it.

    Why it matters: the content is not checked, and other readers ignore it too.

    Flagged::

        <record><name>harbor</name><color>blue</color></record>

    Accepted::

        <record><name>harbor</name><description>blue</description></record>
    """
    return _defects(registry, "FM006")


@rule("FM007", WARNING, "Registry convention")
def unknown_attribute(registry: Registry) -> Iterator[Violation]:
    """The XML has an unknown attribute.

    Attributes that give the location of a schema are accepted.

    Why it matters: a date in a misspelled attribute is lost for every reader.

    Flagged::

        <record dates="2020-01-02"><name>harbor</name></record>

    Accepted::

        <record date="2020-01-02"><name>harbor</name></record>
    """
    return _defects(registry, "FM007")


@rule("FM008", ERROR, "Registry convention", is_about_reading=True)
def repeated_element(registry: Registry) -> Iterator[Violation]:
    """An element occurs twice where only one is allowed.

    A record has each element at most once, except for references. The first one is read.

    Why it matters: other readers use the last one.

    Flagged::

        <record><name>harbor</name><name>quay</name></record>

    Accepted::

        <record><name>harbor</name></record><record><name>quay</name></record>
    """
    return _defects(registry, "FM008")


@rule("FM009", ERROR, "Registry convention", is_about_reading=True)
def misplaced_element(registry: Registry) -> Iterator[Violation]:
    """An element or text is in a place where it is not allowed.

    A record inside another record is read as a record of its own.

    Why it matters: other readers lose it, or mix it with the element that contains it.

    Flagged::

        <record><name>harbor</name><record><name>quay</name></record></record>

    Accepted::

        <record><name>harbor</name></record><record><name>quay</name></record>
    """
    return _defects(registry, "FM009")


@rule("FM010", ERROR, "XML 1.0, Section 2.8")
def forbidden_construct(registry: Registry) -> Iterator[Violation]:
    """The XML has a document type declaration.

    The published registry has none. Entities are not expanded and nothing external is loaded.
    Processing instructions and locations of schemas are accepted.

    Why it matters: such declarations can make a parser load other files or use unlimited memory.

    Flagged::

        <!DOCTYPE registry><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>
    """
    return _defects(registry, "FM010")


@rule("FM011", ERROR, "JSON Schema 2020-12; schemas/registry.schema.json", is_about_reading=True)
def schema_violation(registry: Registry) -> Iterator[Violation]:
    """A JSON document does not conform to the registry schema.

    Run `ianalint schema registry` to print the schema. Values of the right type are read anyway.

    Why it matters: a misspelled key, or a port written as a number, is read differently by other
    programs.

    Flagged (json)::

        {"service_name": "harbor", "port_number": 4621}

    Accepted (json)::

        {"service_name": "harbor", "port_number": "4621"}
    """
    return _defects(registry, "FM011")
