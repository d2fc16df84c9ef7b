"""Unpacks `.gz` and `.xz` files.

This is loaded only where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.errors import Unusable
from validator.limits import in_mib

_PIECE = 1 << 16
# A packed dump unpacks to ten to twenty times its size; one that unpacks to more than `_RATIO`
# times and to more than this number of bytes is refused.
_RATIO = 200
_UNPACKED_AT_LEAST = 10_000_000


def unpacked(data: bytes, name: str, limit: int) -> tuple[bytes, str | None]:
    """Return what `data`, packed by gzip or else xz, holds, as far as it can be unpacked.

    The second value says why no further.  `name` is what messages call the file.  Raises
    `Unusable` where that is nothing, more than `limit` bytes, or a bomb.
    """
    if data.startswith(b"\x1f\x8b"):
        import gzip
        import io
        import zlib

        opened = gzip.open(io.BytesIO(data))
        pieces = iter(lambda: opened.read1(_PIECE), b"")
        faults: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error)
    else:
        import lzma

        pieces = _pieces_of_xz(data)
        faults = (EOFError, lzma.LZMAError)
    plain = bytearray()
    fault = None
    most = max(_UNPACKED_AT_LEAST, _RATIO * len(data))
    try:
        for piece in pieces:
            plain += piece
            if len(plain) > limit:
                raise Unusable(f"{name} unpacks to more than {in_mib(limit)} (--max-size)")
            if len(plain) > most:
                raise Unusable(
                    f"{name} unpacks to more than {_RATIO} times its size."
                    " Unpack it first if it is a registry."
                )
    except faults as error:
        fault = str(error)
        if not plain:
            raise Unusable(f"{name} cannot be unpacked: {fault}") from None
    return bytes(plain), fault


def require_no_archive(data: bytes, name: str) -> None:
    """Raise `Unusable` for an archive, a spreadsheet, or a file that is packed in another way."""
    if data.startswith(b"PK"):
        is_spreadsheet = b"xl/" in data or b"opendocument.spreadsheet" in data[:100]
        what = "a spreadsheet; export it as CSV" if is_spreadsheet else "a ZIP archive; unpack it"
    elif data.startswith(b"BZh"):
        if data[4:10] != b"1AY&SY":
            return
        what = "packed by bzip2; unpack it"
    elif data.startswith(b"7z"):
        what = "a 7z archive; unpack it"
    elif data[257:262] == b"ustar":
        what = "a tar archive; unpack it"
    else:
        what = "packed by zstd; unpack it"
    raise Unusable(f"{name} is {what}")


def _pieces_of_xz(data: bytes) -> Iterator[bytes]:
    """Yield what the streams of `data` hold.

    Raises `lzma.LZMAError` for what is no stream after one, which `lzma.open` passes over, and
    `EOFError` where a stream breaks off.
    """
    import lzma

    while data:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        piece = stream.decompress(data, _PIECE)
        while not stream.eof:
            if not piece and stream.needs_input:
                raise EOFError("the compressed data breaks off")
            yield piece
            piece = stream.decompress(b"", _PIECE)
        yield piece
        data = stream.unused_data.lstrip(b"\0")
