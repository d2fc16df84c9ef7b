"""Bytes of every kind and where they come from: read, or refused in one sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator import Unusable, check, read_registry
from validator.limits import Limits
from validator.readers import recognize
from validator.readers.source import places, read_source

SMALL = Path(__file__).parent.parent / "fixtures" / "registry" / "small.xml"
CSV = SMALL.with_suffix(".csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),  # the same bytes in every worker
        (b"\x1f\x8b broken from the start", "cannot be unpacked: "),
        (b"\xfd7zXZ\x00 broken from the start", "cannot be unpacked: "),
        (b"PK\x03\x04\x14\x00 dump.xml", "is a ZIP archive; unpack it"),
        (b"PK\x03\x04\x14\x00 xl/workbook.xml", "is a spreadsheet; export it as CSV"),
        (
            b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "is a spreadsheet; export it as CSV",
        ),
        (bz2.compress(b"<registry/>"), "is packed by bzip2; unpack it"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "is packed by zstd; unpack it"),
        (b"7z\xbc\xaf\x27\x1c\x00", "is a 7z archive; unpack it"),
        (gzip.compress(b"dump.xml".ljust(257, b"\0") + b"ustar\0", mtime=0), "is a tar archive; "),
        (b"BZh is a word\n", "unrecognized format (expected XML, CSV, plain text, HTML or JSON)"),
        (b"\x00" * 5000, "unrecognized format (expected XML, CSV, plain text, HTML or JSON)"),
        (
            b"name,number\nhttp,80\n",
            "unrecognized format (expected XML, CSV, plain text, HTML or JSON)",
        ),
        (b"%PDF-1.7\n", "unrecognized format (expected XML, CSV, plain text, HTML or JSON)"),
        (
            b'<?xml version="1.0" encoding="ebcdic"?><registry/>',
            'declares the encoding "ebcdic", which is not supported',
        ),
    ],
)
def test_what_is_no_registry_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    with pytest.raises(Unusable) as refusal:
        read_registry(path)
    assert said in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, said in [
        (tmp_path, "is a folder"),
        (tmp_path / "missing", "cannot be read: "),
        (tmp_path / ("x" * 5000), "cannot be read: "),
        (tmp_path / "a\x00b", "is not a valid file name"),
    ]:
        with pytest.raises(Unusable, match=said):
            read_source(str(path))


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no /dev/zero")
def test_a_device_is_refused() -> None:
    with pytest.raises(Unusable, match="is not a regular file"):
        read_source("/dev/zero")


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b" " * ((1 << 20) + 1))
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(b" " * (64 << 20)))
    with pytest.raises(Unusable, match="plain is larger than 1 MiB"):
        read_source(str(plain), Limits(size=1 << 20))
    with pytest.raises(Unusable, match="packed unpacks to more than 1 MiB"):
        read_source(str(packed), Limits(size=1 << 20))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gz", "xz"])
@pytest.mark.parametrize("name", ["small.xml", "small.csv"])
def test_a_packed_file_that_breaks_off_is_read_as_far_as_it_goes(
    tmp_path: Path, pack: object, name: str
) -> None:
    whole = SMALL.with_name(name).read_bytes() * 40  # more than one piece of the packers
    packed = pack(whole)  # type: ignore[operator]
    path = tmp_path / name
    path.write_bytes(packed[: len(packed) - 20])
    registry = read_registry(path, whole=False)
    assert registry.dump.data
    assert whole.startswith(registry.dump.data)
    found = [finding for finding in check(registry).findings if finding.code == "FM001"]
    if name == "small.csv":
        (broken,) = found
        assert broken.message.startswith("compressed file is truncated: ")
        assert broken.location.offset == len(registry.dump.data)
    else:
        assert len(found) == 1


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"<a/>"))))
    source = read_source("-")
    assert (source.path, source.data) == ("<stdin>", b"<a/>")


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (SMALL.read_bytes(), "xml"),
        (CSV.read_bytes(), "csv"),
        (b"\n  <registry/>", "xml"),
        (b"<!doctype HTML><title>x</title>", "html"),
        (b'"Port Number","Service Name"\r\n', "csv"),
        (b"{}", "json"),
        (b"words, and more words\n", None),
        (b"", None),
    ],
)
def test_the_form_is_told_by_content(data: bytes, form: str | None) -> None:
    assert recognize(data) == form


@given(st.text(st.sampled_from("aé€\U0001f600\r\n\t "), max_size=40))
def test_places_are_those_of_the_text(text: str) -> None:
    offsets: list[int] = []
    expected: list[tuple[int, int]] = []
    line = column = 1
    at = 0
    for index, character in enumerate(text):
        offsets.append(at)
        expected.append((line, column))
        at += len(character.encode())
        ends = character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    assert list(places(text.encode(), offsets)) == expected
