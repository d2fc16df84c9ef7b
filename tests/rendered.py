"""Published pages of a dump, laid out as the registry's own: plain text and HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from tests.generated import HEADINGS
from validator.model.record import Citation, Contact, Dump, Record
from validator.model.vocabulary import CONTACT_HEADINGS, RECORD_FIELDS, normal_space

WIDTHS = {
    "service_name": 15, "description": 28, "assignment_notes": 60, "known_unauthorized_uses": 13,
}  # fmt: skip
# So wide that these headings are not broken; in the published table they never are.
LEAST = {"service_name": 12, "port_number": 11, "description": 28}
CENTERED = {"port_number", "transport_protocol", "service_code"}


def cells(record: Record) -> list[str]:
    """The cells of a record as the forms without markup of their own have them."""
    texts: dict[str, str] = {}
    for field in RECORD_FIELDS:
        value = getattr(record, field)
        if field in ("assignee", "contact", "reference"):
            cited: Sequence[Citation] = value
            if field == "assignee":
                cited = value or record.contact
            texts[field] = "".join(f"[{citation.display}]" for citation in cited)
        else:
            texts[field] = normal_space(value or "")
    return [texts[field] for field in RECORD_FIELDS]


def of_contact(contact: Contact) -> list[str]:
    return [
        f"[{contact.contact_id}]",
        normal_space(contact.name or ""),
        normal_space(contact.organization or ""),
        " ".join(contact.contact_uri),
        contact.last_updated or "",
    ]


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` bytes, each with as many words as it holds."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(f"{lines[-1]} {word}".encode()) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    fields: Sequence[str] = (),
    wraps: bool = True,
) -> list[str]:
    """A table as a text browser lays it out: columns in bytes, everything centered in its height.

    Where nothing wraps, each record has a line, and none can be taken for its neighbor's.
    """
    wide = [
        max([len(word) for word in heading.split()] + [1]) for heading in headings
    ]  # headings are broken where that saves room
    for number, field in enumerate(fields):
        wide[number] = max(wide[number], LEAST.get(field, 0))
    for row in rows:
        for number, text in enumerate(row):
            limit = 24 if not fields else WIDTHS.get(fields[number], 10_000) if wraps else 10_000
            longest = max((len(word.encode()) for word in text.split()), default=0)
            wide[number] = max(wide[number], longest, min(limit, len(text.encode())))
    wrapped = [[_wrapped(text, wide[n]) for n, text in enumerate(row)] for row in rows]
    titles = [_wrapped(heading, wide[n]) for n, heading in enumerate(headings)]
    out: list[str] = []
    for lines in [titles, *wrapped]:
        height = max(map(len, lines))
        page = [[b"" for _ in lines] for _ in range(max(height, 1))]
        for number, cell in enumerate(lines):
            for index, line in enumerate(cell, (height - len(cell)) // 2):
                page[index][number] = line.encode()
        for row_of in page:
            parts = []
            for number, word in enumerate(row_of):
                centered = lines is titles or (fields and fields[number] in CENTERED)
                before = (wide[number] - len(word)) // 2 if centered else 0
                parts.append((b" " * before + word).ljust(wide[number]))
            out.append(b" ".join(parts).decode().rstrip())
    return out


def as_text(dump: Dump, wraps: bool = True) -> str:
    """The plain-text form of a dump."""
    out = [f"{'':40}{dump.title}", "", "   Last Updated", f"           {dump.updated}", ""]
    out += ["   Expert(s)", "", f" {normal_space(dump.experts or '')}", ""]
    cited = "".join(f"[{reference.display}]" for reference in dump.references)
    out += ["   Reference", f"           {cited}", ""]
    for note in dump.notes:
        out += [f"   {note.title or 'Note'}", ""]
        out += [f" {line}".rstrip() for line in note.text.strip().split("\n")]
    out += ["", "   Alternative Formats", "           [IMG]", "           CSV [IMG]", ""]
    rows = [cells(record) for record in dump.records]
    out += table(HEADINGS, rows, RECORD_FIELDS, wraps)
    out += ["", f"{'':70}People", ""]
    out += table(list(CONTACT_HEADINGS), [of_contact(contact) for contact in dump.contacts])
    if dump.footnotes:
        out += ["", f"{'':70}Footnote", ""]
    for footnote in dump.footnotes:
        first, *more = textwrap.wrap(normal_space(footnote.text), 60) or [""]
        out += [f"   [{footnote.anchor}] {first}", *(f"       {line}" for line in more)]
    return "\n".join(out) + "\n"


def _words(text: str | None) -> str:
    return escape(text or "", quote=False).replace("\n", "<br />")


def _linked(citation: Citation) -> str:
    words = escape(citation.display, quote=False)
    data = escape(citation.data or "")
    href = {
        "person": f"#{data}",
        "rfc": f"http://www.iana.org/go/{data}",
        "draft": f"http://www.iana.org/go/{data}",
        "uri": data,
        "note": f"#note{data}",
    }.get(citation.kind)
    return f"[{words}]" if href is None else f'[<a href="{href}">{words}</a>]'


def as_html(dump: Dump) -> str:
    """The HTML form of a dump, all on one page."""
    out = [
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
        '<html xmlns="http://www.w3.org/1999/xhtml">',
        "  <head>",
        f"    <title>{dump.title}</title>",
        '    <script type="text/javascript">if (1 < 2) { "<table><tr><td>" }</script>',
        "  </head>",
        "  <body>",
        f"    <h1>{dump.title}</h1>",
        "    <dl>",
        "      <dt>Last Updated</dt>",
        f"      <dd>{dump.updated}</dd>",
        "      <dt>Expert(s)</dt>",
        f"      <dd>\n        <pre>{_words(dump.experts)}</pre>\n      </dd>",
        "      <dt>Reference</dt>",
        f"      <dd>{''.join(map(_linked, dump.references))}</dd>",
    ]
    for note in dump.notes:
        out.append(f"      <dt>{escape(note.title or 'Note')}</dt>")
        out.append(f"      <dd>\n        <pre>{escape(note.text)}</pre></dd>")
    out += ["    </dl>", '    <table id="table-service-names-port-numbers" class="sortable">']
    out += ["      <thead>", "        <tr>"]
    out += [f"          <th>{heading}</th>" for heading in HEADINGS]
    out += ["        </tr>", "      </thead>", "      <tbody>"]
    for record in dump.records:
        out.append("        <tr>")
        for field in RECORD_FIELDS:
            value = getattr(record, field)
            if field == "assignee":
                value = value or record.contact
            if field in ("assignee", "contact", "reference"):
                cell = "".join(map(_linked, value))
            else:
                cell = _words(value)
            centered = ' align="center"' if field in CENTERED else ""
            out.append(f"          <td{centered}>{cell}</td>")
        out.append("        </tr>")
    out += ["      </tbody>", "    </table>", "    <h2>Contact Information</h2>"]
    out += ['    <table id="table-service-names-port-numbers-contacts" class="sortable">']
    out += ["      <thead>", "        <tr>"]
    out += [f"          <th>{heading}</th>" for heading in CONTACT_HEADINGS]
    out += ["        </tr>", "      </thead>", "      <tbody>"]
    for contact in dump.contacts:
        anchor = escape(contact.contact_id or "")
        links = [
            f'<a href="{escape(uri)}">{escape(uri, quote=False)}</a>' for uri in contact.contact_uri
        ]
        out += [
            "        <tr>",
            f'          <td>\n            <a name="{anchor}" id="{anchor}">[{anchor}]</a>',
            "          </td>",
            f"          <td>{_words(contact.name)}</td>",
            f"          <td>{_words(contact.organization)}</td>",
            f"          <td>\n            {'<br />'.join(links)}\n          </td>",
            f"          <td>{_words(contact.last_updated)}</td>",
            "        </tr>",
        ]
    out += ["      </tbody>", "    </table>"]
    if dump.footnotes:
        out += ["    <h2>Footnotes</h2>", '    <table id="table-footnotes">', "      <tbody>"]
        for footnote in dump.footnotes:
            anchor = escape(footnote.anchor or "")
            out += [
                "        <tr>",
                f'          <td><a name="note{anchor}" id="note{anchor}">[{anchor}]</a></td>',
                f"          <td>{_words(normal_space(footnote.text))}</td>",
                "        </tr>",
            ]
        out += ["      </tbody>", "    </table>"]
    out += ["  </body>", "</html>"]
    return "\n".join(out) + "\n"
