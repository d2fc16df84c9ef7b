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
            yield Violation(defect, defect.field, defect.message)


@rule("FM001", ERROR, "XML 1.0, Section 2.1; RFC 4180, Section 2")
def broken_document(registry: Registry) -> Iterator[Violation]:
    """The document breaks off, or is not well-formed.

    What was read up to that place is checked all the same. In XML nothing behind it is read; in
    CSV a quote that is never closed costs its own row alone. What is not read because a limit is
    met is told here, too: a value that is too long, what is nested too deep, and more records than
    any registry has.

    Why it matters: a reader that does not notice takes half a registry for the whole.

    Flagged (csv)::

        harbor,4621,tcp,"Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,,,,

    Accepted (csv)::

        harbor,4621,tcp,"Harbor log",[Ann_Example],[Ann_Example],2020-01-02,,,,,
    """
    return _defects(registry, "FM001")


@rule("FM002", ERROR, "RFC 4180, Section 2")
def ragged_row(registry: Registry) -> Iterator[Violation]:
    """A row of CSV has too few or too many cells, or characters behind a closing quote.

    Each row has a cell for each column. The cells that are there are read.

    Why it matters: a missing comma moves every cell behind it into the wrong column.

    Flagged (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example]

    Accepted (csv)::

        harbor,4621,tcp,Harbor log,[Ann_Example],[Ann_Example],2020-01-02,,,,,
    """
    return _defects(registry, "FM002")


@rule("FM003", ERROR, "Registry convention")
def unknown_column(registry: Registry) -> Iterator[Violation]:
    """A table has a column that the registry does not know, or one column twice.

    Columns are found by their headings, never by their place. "Known Unauthorized Uses" and
    "Unauthorized Use Reported" are the same column.

    Why it matters: what stands in it is not checked.

    Flagged (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes,Colour

    Accepted (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Known Unauthorized Uses,Assignment Notes
    """
    return _defects(registry, "FM003")


@rule("FM004", ERROR, "RFC 6335, Section 8.1.1")
def missing_column(registry: Registry) -> Iterator[Violation]:
    """A table lacks a column of the registry.

    The registry has the columns that Section 8.1.1 asks for, and the two dates.

    Why it matters: every record lacks that field, and a reader that goes by places takes one
    column for another.

    Flagged (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Assignment Notes

    Accepted (csv)::

        Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes
    """
    return _defects(registry, "FM004")


@rule("FM005", ERROR, "RFC 3629, Section 3")
def encoding_error(registry: Registry) -> Iterator[Violation]:
    """Bytes of the file are not of the encoding it is in.

    The registry is published in UTF-8. U+FFFD stands for what cannot be read.

    Why it matters: one reader stops there, another shows a different letter.

    Flagged::

        <?xml version="1.0" encoding="UTF-16"?><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>

    Accepted::

        <?xml version="1.0" encoding="UTF-8"?><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>
    """
    return _defects(registry, "FM005")


@rule("FM006", WARNING, "Registry convention")
def unknown_element(registry: Registry) -> Iterator[Violation]:
    """The XML has an element that the registry does not know.

    What stands in it is passed over, but for records and persons.

    Why it matters: what it says is not checked, and other readers do not see it either.

    Flagged::

        <record><name>harbor</name><colour>blue</colour></record>

    Accepted::

        <record><name>harbor</name><description>blue</description></record>
    """
    return _defects(registry, "FM006")


@rule("FM007", WARNING, "Registry convention")
def unknown_attribute(registry: Registry) -> Iterator[Violation]:
    """The XML has an attribute that the registry does not know.

    Locations of schemas are passed over.

    Why it matters: a date in an attribute that is misspelt is no date for any reader.

    Flagged::

        <record dates="2020-01-02"><name>harbor</name></record>

    Accepted::

        <record date="2020-01-02"><name>harbor</name></record>
    """
    return _defects(registry, "FM007")


@rule("FM008", ERROR, "Registry convention")
def repeated_element(registry: Registry) -> Iterator[Violation]:
    """An element stands twice where one is meant.

    A record has one of each of its elements, but for references. The first one counts here.

    Why it matters: other readers keep the last one.

    Flagged::

        <record><name>harbor</name><name>quay</name></record>

    Accepted::

        <record><name>harbor</name></record><record><name>quay</name></record>
    """
    return _defects(registry, "FM008")


@rule("FM009", ERROR, "Registry convention")
def misplaced_element(registry: Registry) -> Iterator[Violation]:
    """An element, or a text, stands where it does not belong.

    A record inside another is read as a record of its own.

    Why it matters: other readers mix it with what it stands in, or lose it.

    Flagged::

        <record><name>harbor</name><record><name>quay</name></record></record>

    Accepted::

        <record><name>harbor</name></record><record><name>quay</name></record>
    """
    return _defects(registry, "FM009")


@rule("FM010", ERROR, "XML 1.0, Section 2.8")
def forbidden_construct(registry: Registry) -> Iterator[Violation]:
    """The XML has a document type declaration.

    The published registry has none. Entities it declares are not expanded, and nothing it refers
    to is loaded. (Processing instructions and locations of schemas are passed over.)

    Why it matters: such declarations can make a parser load other files or grow without end.

    Flagged::

        <!DOCTYPE registry><registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>

    Accepted::

        <registry xmlns="http://www.iana.org/assignments"
          id="service-names-port-numbers"><record><name>harbor</name></record></registry>
    """
    return _defects(registry, "FM010")


@rule("FM011", ERROR, "JSON Schema 2020-12; schemas/registry.schema.json")
def schema_violation(registry: Registry) -> Iterator[Violation]:
    """A JSON document is not as the schema of the exchange form says.

    `ianalint schema registry` prints it. What is of the right kind is read all the same.

    Why it matters: a key that is misspelt, or a port written as a number, is not what another
    reader of the same document takes it for.

    Flagged (json)::

        {"service_name": "harbor", "port_number": 4621}

    Accepted (json)::

        {"service_name": "harbor", "port_number": "4621"}
    """
    return _defects(registry, "FM011")
