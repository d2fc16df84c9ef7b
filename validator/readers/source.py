"""Bytes: where they come from, what they are encoded in, and how an offset becomes a place.

`read_source` brings a file, standard input or a compressed file into memory as UTF-8 without byte
order mark.  Every offset of the project counts bytes of that.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from codecs import utf_8_decode
from itertools import islice

from validator.budget import Untimed
from validator.errors import Unusable, nearest
from validator.limits import LIMITS, Limits, in_mib
from validator.model.pattern import pattern
from validator.model.record import Defect
from validator.model.vocabulary import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

DAMAGE_LIMIT = 100
_PIECE = 1 << 16

_DECLARATION = pattern(
    rb"""<\?xml[ \t\r\n][^>]{0,200}?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(["'])([^"'>]{0,40})\1"""
)
# What Python makes of bad bytes, and `_repaired` of a NUL.
_SURROGATES = pattern("[\udc00\udc80-\udcff]+")
_NOT_LATIN_1 = pattern("[^\\x00-\\x7f\udca0-\udcff]")
_CHUNK = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What may follow the last line of a file and says nothing: blanks of all kinds, and the Ctrl-Z that
# ends a file of DOS.
BLANKS = "".join(
    (" \t\n\v\f\r\x1a\x85\xa0\u1680", *map(chr, range(0x2000, 0x2010)),
     "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff")
)  # fmt: skip
_LINE_END = pattern(rb"[\t-\r ]*[\r\n]|[ \t]*")
# How archives begin, and files that other programs pack.
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf", b"BZh", b"\x28\xb5\x2f\xfd")
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LONE_CARRIAGE_RETURN = pattern(rb"\r(?!\n)")
# The encodings of XML documents in use; Python has more, and some are no text.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}


class Source:
    """The bytes of one input.

    `path` is how the input is named in reports; `data` is UTF-8 without byte order mark, whatever
    the input was encoded in, and without blanks after its last line; `raw` is the unpacked input as
    it was.  `damage` has a defect for each run of NUL and of bytes that were not of the encoding
    (U+FFFD stands in its place).  `limits` are for those who read it.
    """

    __slots__ = ("damage", "data", "limits", "path", "raw")

    def __init__(self, path: str, data: bytes, limits: Limits = LIMITS) -> None:
        self.path = path
        self.limits = limits
        self.raw = data
        data, self.damage = _as_utf8(data)
        self.data = _without_blank_end(data)

    @property
    def mark(self) -> int:
        """The length of the byte order mark of UTF-8 in the unpacked input."""
        return len(BYTE_ORDER_MARK) if self.raw.startswith(BYTE_ORDER_MARK) else 0


def read_source(path: str, limits: Limits = LIMITS, name: str | None = None) -> Source:
    """Read the file at `path`, `-` for standard input; `.gz` and `.xz` by their first bytes.

    `name` is what reports call it, by default its path.  Raises `Unusable` where there is no such
    file, it cannot be read, or is larger than `limits` allow (unpacked).
    """
    name = name or _name_of(path)
    data, fault = read_bytes(path, limits, name)
    source = source_of(display_path(name), data, limits)
    if fault is not None:
        message = f"compressed file is truncated: {fault}"
        source.damage.append(Defect("FM001", message, len(source.data)))
    return source


def _name_of(path: str) -> str:
    return "<stdin>" if path == "-" else path


def read_bytes(
    path: str, limits: Limits = LIMITS, name: str | None = None
) -> tuple[bytes, str | None]:
    """Return the bytes of a file, unpacked, and why they break off, where a packed one does.

    Raises `Unusable` as `read_source` does.
    """
    name = name or _name_of(path)
    try:
        data = _content(path, limits.size + 1)
    except OSError as error:
        raise Unusable(unreadable(name, error)) from None
    except ValueError:
        raise Unusable(f"{display_path(name)} is not a valid file name") from None
    if len(data) > limits.size:
        raise Unusable(f"{display_path(name)} is larger than {in_mib(limits.size)} (--max-size)")
    fault = None
    if is_packed(data):
        from validator.readers.packed import unpacked

        data, fault = unpacked(data, display_path(name), limits.size)
    if not data:
        raise Unusable(f"{display_path(name)} is empty")
    if data.startswith(_ARCHIVES) or (data[257:262] == b"ustar" and b"\0" in data[:257]):
        from validator.readers.packed import require_no_archive

        require_no_archive(data, display_path(name))
    return data, fault


def _content(path: str, most: int) -> bytes:
    """Read `most` bytes of the file at `path`, or all there are."""
    if path == "-":
        with Untimed():  # who writes it may take long
            return _read(sys.stdin.buffer, most)
    import os
    import stat

    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise Unusable(f"{display_path(path)} is {what}")
    with open(path, "rb") as stream:
        return _read(stream, most)


def _read(stream: BinaryIO, most: int) -> bytes:
    """Read `most` bytes, or all there are; memory is taken for what is there, not for `most`."""
    data = stream.read(min(most, LIMITS.size + 1))
    if len(data) <= LIMITS.size or len(data) == most:
        return data
    pieces = [data]
    left = most - len(data)
    while left and (piece := stream.read(min(left, LIMITS.size))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def require_no_pointer(path: str, data: bytes) -> None:
    """Raise `Unusable` for what Git LFS has instead of the file."""
    if data.startswith(LFS_POINTER):
        raise Unusable(f'{path} is a Git LFS pointer, not the file itself; run "git lfs pull"')


def source_of(path: str, data: bytes, limits: Limits = LIMITS) -> Source:
    """Return `data` as the source called `path`; raise `Unusable` for an encoding not read here."""
    require_no_pointer(path, data)
    try:
        return Source(path, data, limits)
    except UnknownEncoding as error:
        raise Unusable(f"{path} {error}") from None


class UnknownEncoding(Exception):  # noqa: N818
    """A document in an encoding that is not read; the text ends a sentence about it."""


def display_path(path: str) -> str:
    """Return `path` in valid Unicode: bytes that are not UTF-8 as `\\xNN`."""
    if path.isascii():
        return path
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def unreadable(path: str, error: OSError) -> str:
    """Return the sentence for a file that cannot be read because of `error`.

    For one that does not exist it names the file of its folder that may be meant.
    """
    hint = ""
    if path.startswith(("http://", "https://")):
        return f'{display_path(path)} is an address; "ianalint fetch --url" downloads a dump'
    if isinstance(error, FileNotFoundError):
        import os
        from contextlib import suppress

        folder, name = os.path.split(path)
        with suppress(OSError):
            near = nearest(name, sorted({*os.listdir(folder or ".")} - {name}))
            hint = f"; did you mean {display_path(os.path.join(folder, near))}?" if near else ""
    return f"{display_path(path)} cannot be read: {error.strerror or type(error).__name__}{hint}"


def is_packed(data: bytes) -> bool:
    """Say whether `data` begins as `.gz` and `.xz` files do."""
    return data.startswith((b"\x1f\x8b", b"\xfd7zXZ\x00"))


def _as_utf8(data: bytes) -> tuple[bytes, list[Defect]]:
    encoding, data, doubt = _encoding(data)
    if encoding == "utf-8":
        if b"\0" not in data and _is_utf8(data):
            return data, doubt
        repaired, damage = _repaired(data.decode("utf-8", "surrogateescape"))
        return repaired, doubt + damage
    try:
        text = data.decode(encoding)
        repaired, damage = _repaired(text) if "\0" in text else (text.encode("utf-8"), [])
        return repaired, doubt + damage
    except UnicodeDecodeError as error:
        good = data[: error.start].decode(encoding).encode("utf-8")
        bad = " ".join(f"0x{byte:02X}" for byte in data[error.start : error.end][:8])
        damage = [
            Defect(
                "FM005",
                f"invalid {encoding.upper()}: {bad}; the rest of the document is not read",
                len(good),
            )
        ]
        return good, doubt + damage


def _without_blank_end(data: bytes) -> bytes:
    """Return `data` up to the line ends that it ends with, without other blanks after them."""
    end = len(data)
    kept = ""
    while not kept and end:
        tail = data[max(0, end - _CHUNK) : end].decode("utf-8", "ignore")
        kept = tail.rstrip(BLANKS)
        end -= len(tail[len(kept) :].encode())
    line_end = _LINE_END.match(data, end)
    return data[: line_end.end()] if kept and line_end else data


def _is_utf8(data: bytes) -> bool:
    """Decode piece by piece: as one text it would take twice its size in memory for a moment."""
    at = 0
    view = memoryview(data)
    try:
        while at < len(data):
            last = at + _PIECE >= len(data)
            at += utf_8_decode(view[at : at + _PIECE], "strict", last)[1]
    except UnicodeDecodeError:
        return False
    return True


def _encoding(data: bytes) -> tuple[str, bytes, list[Defect]]:
    """The codec of `data`, `data` without byte order mark, and a defect if it declares another."""
    if data.startswith(BYTE_ORDER_MARK):
        return "utf-8", data[3:], []
    for mark, codec in (
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return codec, data[len(mark) :], []
    if data.startswith(b"<\x00"):
        return "utf-16-le", data, []
    if data.startswith(b"\x00<"):
        return "utf-16-be", data, []
    declaration = _DECLARATION.match(data[:400])
    if declaration is None:
        return "utf-8", data, []
    name = declaration[2].decode("ascii", "replace")
    codec_name = _CODECS.get(name.lower())
    if codec_name is None:
        raise UnknownEncoding(f"declares the encoding {quoted(name)}, which is not supported")
    if codec_name.startswith("utf-16"):
        wrong = Defect(
            "FM005",
            f"document declares {name}, but its bytes are not UTF-16; it is read as UTF-8",
            declaration.start(2),
            value=name,
        )
        return "utf-8", data, [wrong]
    return codec_name, data, []


def _repaired(text: str) -> tuple[bytes, list[Defect]]:
    """Replace each run of lone surrogates, which stand for bad bytes, by U+FFFD and a defect.

    NUL counts as one: it is left where a disk or a transfer has lost a part of a file.
    """
    text = text.replace("\0", "\udc00")
    pieces: list[bytes] = []
    damage: list[Defect] = []
    length = 0
    last = 0
    for run in islice(_SURROGATES.finditer(text), DAMAGE_LIMIT):
        piece = text[last : run.start()].encode("utf-8")
        pieces.append(piece)
        length += len(piece)
        damage.append(Defect("FM005", f"{_damage(run[0])}, read as U+FFFD", length))
        pieces.append("\ufffd".encode())
        length += 3
        last = run.end()
    rest = text[last:]
    repaired = _SURROGATES.sub("\ufffd", rest)
    more = repaired.count("\ufffd") - rest.count("\ufffd")
    pieces.append(repaired.encode("utf-8"))
    if _reads_as_latin_1(text):
        damage[0].message += "; the file reads well as ISO-8859-1"
    if more:
        damage[-1].message += f" (and {more:,} more)"
    return b"".join(pieces), damage


def _damage(surrogates: str) -> str:
    """What is wrong with a run of bytes that `surrogates` stand for."""
    if not surrogates.strip("\udc00"):
        count = len(surrogates)
        return f"{count:,} NUL {'byte' if count == 1 else 'bytes'} instead of text"
    damaged = " ".join(f"0x{ord(bad) - 0xDC00:02X}" for bad in surrogates[:8])
    return f"invalid UTF-8: {damaged}{' ...' if len(surrogates) > 8 else ''}"


def _reads_as_latin_1(text: str) -> bool:
    """Whether all that is not ASCII are bytes that are printed characters of ISO-8859-1."""
    return _NOT_LATIN_1.search(text) is None


class Offsets:
    """Which byte of a text, written in UTF-8, a character of it begins at."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        if not text.isascii():
            at = 0
            for start in range(0, len(text) + 1, _CHUNK):
                self._starts.append(at)
                at += len(text[start : start + _CHUNK].encode())

    def __call__(self, at: int) -> int:
        if not self._starts:
            return at
        chunk = at // _CHUNK
        return self._starts[chunk] + len(self._text[chunk * _CHUNK : at].encode())

    def character(self, at: int) -> int:
        """Return which character begins at the byte `at`."""
        if not self._starts:
            return at
        chunk = bisect_right(self._starts, at) - 1
        piece = self._text[chunk * _CHUNK : (chunk + 1) * _CHUNK].encode()
        return chunk * _CHUNK + len(piece[: at - self._starts[chunk]].decode())

    def ascending(self, places: Sequence[int]) -> Sequence[int]:
        """The byte of each of `places`, which must ascend."""
        if not self._starts:
            return places
        offsets: list[int] = []
        last = byte = 0
        for at in places:
            piece = self._text[last:at]
            byte += at - last if piece.isascii() else len(piece.encode())
            offsets.append(byte)
            last = at
        return offsets


def line_bytes(data: bytes) -> bytes:
    """Return `data` with LF for each lone carriage return, same length: lines end at LF only."""
    if b"\r" not in data or data.count(b"\r") == data.count(b"\r\n"):
        return data
    if b"\0" in data:
        return bytes(_LONE_CARRIAGE_RETURN.sub(b"\n", data))
    # The same without a piece of memory for each of them.
    return data.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n").replace(b"\0", b"\r")


def unusable_at(source: Source, offset: int, message: str) -> Unusable:
    """Return an error about the byte `offset` of `source`, with its line and column."""
    ((line, column),) = places(source.data, [offset])
    return Unusable(f"{source.path}:{line}:{column}: {message}")


def places(data: bytes, offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield line and column, both from 1, of each of `offsets`, which must ascend.

    Columns count characters.  `data` is UTF-8; an offset beyond its end is taken for the end.
    One forward pass, whatever the number of offsets.
    """
    data = line_bytes(data)
    end = len(data)
    count, rfind = data.count, data.rfind
    line = column = 1
    last = 0
    for offset in offsets:
        if offset > end:
            offset = end
        if offset > last:
            ends = count(b"\n", last, offset)
            if ends:
                line += ends
                column = 1
                last = rfind(b"\n", last, offset) + 1
            piece = data[last:offset]
            column += len(piece if piece.isascii() else piece.decode("utf-8", "replace"))
            last = offset
        yield line, column


_MARKUP = pattern(rb"<!--.{0,1000}?-->|<!\[CDATA\[|<[^<>]{1,1000}+>", "s")
_MOST_MARKUP = 20
_LINE_BREAK = pattern(r"<br[ \t]*/?>(?:</br>)?", "i")
_TAG = pattern(rb"<[^>\r\n]*+>?+")
_LINE = pattern(rb"[^\r\n]*+")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_LONGEST_ENTITY = 10
_LONGEST_ESCAPE = 12
# Of a longer value only the beginning is looked for.
_LONGEST_VALUE = 10_000
_LONGEST_WRITTEN = 1_000


def value_end(data: bytes, offset: int, value: str) -> int | None:
    """Return the byte of `data` after `value`, which begins at `offset`; `None` if it does not.

    A form may write a character as an entity, an escape or two quotes.  Where markup or a break of
    a line comes between, it is the end of the part before that.
    """
    if len(value) > _LONGEST_VALUE:
        value = value[:_LONGEST_VALUE]
    encoded = value.encode("utf-8", "surrogatepass")
    if data.startswith(encoded, offset):
        return offset + len(encoded) if encoded else None
    most = min(len(value), _LONGEST_WRITTEN)
    text = data[offset : offset + _LONGEST_ESCAPE * most].decode("utf-8", "ignore")
    # In a quoted cell every quote is doubled.
    doubled = offset > 0 and data[offset - 1 : offset] == b'"'
    length = _written(value[:most], text, doubled=doubled)
    if length:
        return offset + len(text[:length].encode())
    if text.startswith('"') and not value.startswith('"'):
        # A string of JSON is a value with its quotes.
        end = value_end(data, offset + 1, value)
        return end if end is None or data[end : end + 1] != b'"' else end + 1
    if text.startswith("<"):
        return _end_after_markup(data, offset, value[:most])
    return value_end(data, offset, value[1:most].partition("]")[0]) if value[:1] == "[" else None


def _end_after_markup(data: bytes, offset: int, value: str) -> int | None:
    """The end of a value that begins with markup, such as a comment."""
    for _ in range(_MOST_MARKUP):
        markup = _MARKUP.match(data, offset)
        if markup is None:
            break
        offset = markup.end()
        text = data[offset : offset + _LONGEST_ESCAPE * len(value)].decode("utf-8", "ignore")
        length = _written(value, text, doubled=False)
        if length:
            return offset + len(text[:length].encode())
    return None


def first_line_end(data: bytes, offset: int) -> int | None:
    """Return the byte after the tag that begins at `offset`, or after the line where none does.

    `None` where nothing is there.
    """
    match = (_TAG if data[offset : offset + 1] == b"<" else _LINE).match(data, offset)
    return match.end() if match is not None and match.end() > offset else None


def _written(value: str, text: str, *, doubled: bool) -> int:
    """Count the characters at the start of `text` that write a start of `value`."""
    at = 0
    for character in value:
        length = _length_of(character, text, at, doubled=doubled)
        if not length:
            break
        at += length
    return at


def _length_of(character: str, text: str, at: int, *, doubled: bool) -> int:
    """How many characters of `text` write `character` at `at`; 0 if it is not there."""
    piece = text[at : at + 1]
    if piece == "&":
        entity = text[at : text.find(";", at, at + _LONGEST_ENTITY) + 1]
        if character in (_ENTITIES.get(entity), _numbered(entity)):
            return len(entity)
    elif piece == "<" and character == "\n":
        line_break = _LINE_BREAK.match(text, at)
        return 0 if line_break is None else len(line_break[0])
    elif piece == "\\":
        return _escape_length(text, at, character) or int(character == piece)
    elif piece == "\r" and character == "\n":
        return 2 if text.startswith("\r\n", at) else 1
    elif piece == '"':
        return _quote_length(character, text, at, doubled=doubled)
    return int(piece == character)


def _quote_length(character: str, text: str, at: int, *, doubled: bool) -> int:
    """The same where `text` has a quote at `at`: of a value, or one that begins a value's part."""
    if character == '"' and not doubled:
        return 1
    if character == '"':
        return 2 if text.startswith('""', at) else 0
    return 2 if text[at - 1 : at] == '"' and text[at + 1 : at + 2] == character else 0


def _numbered(entity: str) -> str | None:
    digits, base = (entity[3:-1], 16) if entity[:3] == "&#x" else (entity[2:-1], 10)
    if entity[:2] != "&#" or not digits.isalnum() or not digits.isascii():
        return None
    try:
        return chr(int(digits, base))
    except (ValueError, OverflowError):
        return None


def _escape_length(text: str, at: int, character: str) -> int:
    """The length of the escape of JSON for `character` at `at`; 0 if there is another text."""
    from json import dumps

    for escape in (dumps(character)[1:-1], "\\/" if character == "/" else ""):
        if escape[:1] == "\\" and text[at : at + len(escape)].lower() == escape.lower():
            return len(escape)
    return 0


def end_place(data: bytes, offset: int, end: int, line: int, column: int) -> tuple[int, int]:
    """Return line and column of `end`; `offset`, before it, is at `line` and `column`."""
    piece = data[offset:end]
    if b"\n" in piece or b"\r" in piece:
        piece = line_bytes(piece)
        breaks = piece.count(b"\n")
        if breaks:
            line += breaks
            column = 1
            piece = piece[piece.rfind(b"\n") + 1 :]
    return line, column + len(piece if piece.isascii() else piece.decode("utf-8", "replace"))
