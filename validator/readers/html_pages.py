"""A registry in several HTML pages, read as one dump."""

from __future__ import annotations

from operator import attrgetter

from validator.model.record import CITING_FIELDS, LONE_PAGE, Citation, Defect, Dump
from validator.model.vocabulary import CONTACT_FIELDS, METADATA_FIELDS
from validator.readers import html
from validator.readers.brackets import link_footnotes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeVar

    from validator.model.record import Contact, Footnote, Note, Part, Record
    from validator.readers.source import Source

    Entry = TypeVar("Entry", Contact, Note, Footnote)


def read_pages(path: str, sources: Iterable[Source]) -> Dump:
    """Read the pages of one registry as one dump, called `path`, in the order of their numbers.

    A page that is missing, one that is there twice, one of another date and one that does not say
    its number, which comes last, are FM001.  A contact that several pages list counts once.
    """
    pages = [html.read(source) for source in sources]
    pages.sort(key=lambda page: (page.page is None, page.page or (0, 0)))
    first = pages[0]
    whole = Dump(path, "html", b"", first.carries.union(*(page.carries for page in pages)))
    whole.missing_columns = frozenset().union(*(page.missing_columns for page in pages))
    _join(pages, whole)
    whole.contacts += _once((page.contacts for page in pages), CONTACT_FIELDS)
    whole.notes += _once((page.notes for page in pages), ("title", "text"))
    whole.footnotes += _once((page.footnotes for page in pages), ("anchor", "text"))
    if whole.footnotes:
        whole.carries |= {"footnotes"}
    for field in (*METADATA_FIELDS, "references", "metadata_places"):
        setattr(whole, field, getattr(first, field))
    whole.number_entries()
    link_footnotes(whole)
    whole.locate = first.locate
    return whole


def _join(pages: Sequence[Dump], whole: Dump) -> None:
    """Put the content of all pages, one after the other, into the `whole`."""
    data = bytearray()
    parts: list[tuple[int, str]] = []
    faults, missing = _page_faults(pages)
    for page, fault in zip(pages, faults, strict=True):
        start = len(data)
        parts.append((start, page.path))
        if fault:
            whole.defects.append(Defect("FM001", fault, start))
        _shift(page, start)
        data += page.data if page.data.endswith(b"\n") else page.data + b"\n"
        whole.defects.extend(page.defects)
        whole.records += page.records
    if missing:
        whole.defects.append(Defect("FM001", missing, len(data)))
    whole.data = bytes(data)
    whole.parts = parts


def lone_page(dump: Dump) -> Iterator[Defect]:
    """Yield what is wrong with one page that is read alone as the registry."""
    if dump.page is None:
        return
    number, count = dump.page
    at = next(at for page, is_link, at in html.page_numbers(dump.data) if not is_link)
    message = (
        f"page {number} of {count} of the registry; the records on the other pages are not read"
        " (expected the folder with all pages)"
    )
    yield Defect("FM001", message, at, field=LONE_PAGE, value=str(number))


def _once(pages: Iterable[Sequence[Entry]], fields: Sequence[str]) -> Iterator[Entry]:
    """Yield the entries of all pages, but for those that an earlier page has in the same words."""
    key = attrgetter(*fields)
    earlier: set[object] = set()
    for entries in pages:
        keys = [key(entry) for entry in entries]
        yield from (entry for entry, k in zip(entries, keys, strict=True) if k not in earlier)
        earlier.update(keys)


def _page_faults(pages: Sequence[Dump]) -> tuple[list[str], str]:
    """What is wrong with each page in its place, and with the pages as a whole; "" for nothing."""
    faults: list[str] = []
    last = 0
    for page in pages:
        number, _ = page.page or (0, 0)
        faults.append(_page_fault(page, pages[0], number, last))
        last = max(last, number)
    count = max(page.page[1] if page.page is not None else 0 for page in pages)
    return (
        faults,
        f"{_pages(last + 1, count)} missing; the registry has {count} pages"
        if last < count
        else "",
    )


def _page_fault(page: Dump, first: Dump, number: int, last: int) -> str:
    """What is wrong with this page, which follows page `last`."""
    if not number:
        return "page does not show its page number"
    if number == last:
        return f"duplicate page {number}"
    if number > last + 1:
        return f"{_pages(last + 1, number - 1)} missing before this page"
    if page.updated != first.updated:
        return f"page is dated {page.updated}, but the first page is dated {first.updated}"
    return ""


def _pages(low: int, high: int) -> str:
    return f"page {low} is" if low == high else f"pages {low} to {high} are"


def _shift(page: Dump, start: int) -> None:
    """Move every place of `page` on by `start` bytes, the length of the pages before it."""
    entries: list[Record | Contact] = [*page.records, *page.contacts]
    for entry in entries:
        entry.offset += start
        entry.places = {field: at + start for field, at in (entry.places or {}).items()}
    for contact in page.contacts:
        contact.uri_offsets = [at + start for at in contact.uri_offsets]
    page.metadata_places = {field: at + start for field, at in page.metadata_places.items()}
    # A citation of free text stands in two lists.
    others: dict[int, Note | Footnote | Defect | Citation] = {
        id(part): part for part in _citations(page)
    }
    for other in (*page.notes, *page.footnotes, *page.defects, *others.values()):
        other.offset += start
    for footnote in page.footnotes:
        footnote.text_offset += start


def _citations(page: Dump) -> Iterator[Citation]:
    lists: list[Iterable[Part]] = [page.references]
    for record in page.records:
        lists += [getattr(record, field) for field in CITING_FIELDS]
        lists += (record.mixed or {}).values()
    lists += [note.mixed for note in page.notes]
    lists += [footnote.mixed for footnote in page.footnotes]
    for parts in lists:
        yield from (part for part in parts if isinstance(part, Citation))
