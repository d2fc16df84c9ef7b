"""The download: one document over HTTP, within limits of time and size, whole or not at all.

Nothing that the server sends is trusted: where it redirects to, how long it says the document is,
how that is compressed.  Only `https` is used, and `http` if the caller allows it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from threading import Thread
from time import monotonic, sleep
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, ProtocolError, ProxyError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, Timeout, make_headers, parse_url

from validator import __version__
from validator.errors import CallError
from validator.limits import LIMITS, in_mib
from validator.model.vocabulary import quoted

# How long a server may be silent, in seconds.
SILENCE_LIMIT = 20.0
REDIRECT_LIMIT: Final = 5
TRIES: Final = 3

_PIECE = 1 << 14
# Ctrl-C is noticed between two beats: Windows interrupts no wait.
_BEAT = 0.2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEMPORARY = frozenset({429, 500, 502, 503, 504})
_LONGEST_TEXT = 200
_LONGEST_STAMP = 1000
_NO_LENGTH = "the server sent an invalid Content-Length"
_LONG_HEADER = "the server sent too many or too long headers"


class Stamp:
    """ETag and Last-Modified of a document, as the server sent them, to ask whether it changed.

    `None` for one that the server did not send, or that cannot be sent back.
    """

    def __init__(self, etag: object = None, last_modified: object = None) -> None:
        self.etag = _header(etag)
        self.last_modified = _header(last_modified)


class Answer:
    """A server's answer.

    `data` is decompressed, and `None` if the document has not changed; `url` is the address after
    redirects, `content_type` the header of that name.
    """

    def __init__(self, url: str, data: bytes | None, headers: Mapping[str, str]) -> None:
        self.url = url
        self.data = data
        self.content_type = headers.get("Content-Type")
        self.stamp = Stamp(headers.get("ETag"), headers.get("Last-Modified"))


class Refusal(Exception):  # noqa: N818
    """Why there is no document: the end of a sentence about its address."""


class _Temporary(Refusal):
    """A failure that another try may not meet; `wait` is how long the server asks to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


# What each error means; the first that fits counts.
_FAULTS: tuple[tuple[type[Exception], str, type[Refusal]], ...] = (
    (ssl.SSLCertVerificationError, "invalid certificate of {host}: {text}", Refusal),
    (TimeoutError, "{nearest} does not answer", _Temporary),
    (socket.gaierror, "cannot resolve {nearest}: {text}", Refusal),
    (ssl.SSLEOFError, "the connection to {nearest} failed: {text}", _Temporary),
    (ssl.SSLError, "no secure connection to {host}: {text}", Refusal),
    (
        http.client.IncompleteRead,
        "the connection was closed within the document",
        _Temporary,
    ),
    (ProtocolError, "the connection was closed within the document", _Temporary),
    (OSError, "the connection to {nearest} failed: {text}", _Temporary),
    (http.client.LineTooLong, _LONG_HEADER, Refusal),
    (http.client.BadStatusLine, "{nearest} does not speak HTTP", Refusal),
)


def require_address(url: str, *, insecure: bool) -> None:
    """Raise `CallError` if `url` is not an address that may be fetched."""
    try:
        _require_address(url, insecure=insecure)
    except Refusal as error:
        # Never print a password.
        name = "the address" if "@" in url else shortened(url)
        raise CallError(f"cannot fetch {name}: {error}") from None


def download(
    url: str,
    *,
    timeout: float,
    progress: Callable[[str], None],
    insecure: bool = False,
    stamp: Stamp | None = None,
    limit: int = LIMITS.size,
) -> Answer:
    """Return the document at `url`, or that it has not changed since `stamp`.

    Waits and further tries included, it takes at most `timeout` seconds.  `insecure` allows http.
    `limit` is in bytes, both compressed and decompressed.  `progress` is called in another thread.
    Raises `CallError` with one sentence.
    """
    require_address(url, insecure=insecure)
    transfer = _Transfer(url, monotonic() + timeout, progress, insecure, stamp, limit)
    # Name service, handshake and a server that sends a byte now and then know no time limit for
    # all of it together; a thread can be left to itself.
    thread = Thread(target=transfer.run, name="fetch", daemon=True)
    thread.start()
    try:
        while thread.is_alive() and (left := transfer.deadline - monotonic()) > 0:
            thread.join(min(_BEAT, left))
    finally:
        transfer.canceled = True
    if transfer.answer is not None:
        return transfer.answer
    if transfer.error is None:
        transfer.error = Refusal(f"it took longer than {timeout:g} s (--timeout)")
    if isinstance(transfer.error, Refusal):
        raise CallError(f"cannot fetch {shortened(url)}: {transfer.error}")
    raise transfer.error


class _Transfer:
    """The tries to get one document, with the redirects of each."""

    def __init__(
        self,
        url: str,
        deadline: float,
        progress: Callable[[str], None],
        insecure: bool,
        stamp: Stamp | None,
        limit: int,
    ) -> None:
        self.url = url
        self.deadline = deadline
        self.progress = progress
        self.insecure = insecure
        self.limit = limit
        self.headers = {"User-Agent": f"ianalint/{__version__}", "Accept-Encoding": "gzip"}
        self.conditions: dict[str, str] = {}
        if stamp is not None and stamp.etag is not None:
            self.conditions["If-None-Match"] = stamp.etag
        if stamp is not None and stamp.last_modified is not None:
            self.conditions["If-Modified-Since"] = stamp.last_modified
        self.canceled = False
        self.answer: Answer | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            attempt = 1
            while self.answer is None:
                try:
                    self.answer = self.follow()
                except _Temporary as fault:
                    self.wait(fault, attempt)
                attempt += 1
        except BaseException as error:
            self.error = error

    def wait(self, fault: _Temporary, attempt: int) -> None:
        """Wait before the next try.  Raises `Refusal` if there is none."""
        if attempt == TRIES:
            raise Refusal(f"{fault} (tried {TRIES} times)")
        seconds = max(float(2 ** (attempt - 1)), fault.wait)
        if monotonic() + seconds >= self.deadline:
            raise Refusal(f"{fault}; a retry in {seconds:,.0f} s would exceed --timeout")
        self.progress(f"{fault}; retry in {seconds:,.0f} s")
        sleep(seconds)

    def follow(self) -> Answer:
        """Return what is at the address, or where that redirects to."""
        url = self.url
        visited = {url}
        while True:
            answer = self.request(url)
            if isinstance(answer, Answer):
                return answer
            if answer in visited:
                raise Refusal(f"redirect loop at {shortened(answer)}")
            if len(visited) > REDIRECT_LIMIT:
                raise Refusal(f"more than {REDIRECT_LIMIT} redirects")
            visited.add(answer)
            url = answer

    def request(self, url: str) -> Answer | str:
        """Return what is at `url`, or the address it redirects to."""
        host = urlsplit(url).netloc
        proxy = _proxy(url)
        self.progress(f"connecting to {host}")
        # Where both end at once, the deadline is the reason.
        silence = min(SILENCE_LIMIT, max(self.deadline - monotonic(), 0.0) + 1.0)
        try:
            with _pool(proxy) as pool:
                response = pool.request(
                    "GET", url, headers=self.headers | self.conditions,
                    timeout=Timeout(connect=silence, read=silence),
                    redirect=False, retries=False, preload_content=False, decode_content=False,
                )  # fmt: skip
                with response:
                    return self.read(url, host, response)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            raise _fault(error, host, proxy) from None

    def read(self, url: str, host: str, response: BaseHTTPResponse) -> Answer | str:
        status = response.status
        if status == 200:
            return Answer(url, self.body(host, response), response.headers)
        if status in _REDIRECTS:
            return _target(url, response.headers.get("Location"), insecure=self.insecure)
        if status == 304 and self.conditions:
            return Answer(url, None, response.headers)
        reason = f"the server answered {status} {response.reason or ''}".rstrip()[:_LONGEST_TEXT]
        if status in _TEMPORARY:
            raise _Temporary(reason, _retry_after(response.headers.get("Retry-After")))
        raise Refusal(reason)

    def body(self, host: str, response: BaseHTTPResponse) -> bytes:
        encoding = _encoding(response.headers)
        expected = _length(response.headers)
        if expected is not None and expected > self.limit:
            raise Refusal(f"the document is larger than {in_mib(self.limit)} (--max-size)")
        data = bytearray()
        try:
            for piece in response.stream(_PIECE):
                data += piece
                if self.canceled or len(data) > self.limit:
                    raise Refusal(f"the document is larger than {in_mib(self.limit)} (--max-size)")
                share = f", {100 * len(data) // expected} %" if expected else ""
                self.progress(f"downloading from {host}: {len(data):,} bytes{share}")
        except ProtocolError as error:
            if expected is None or not isinstance(_cause(error), http.client.IncompleteRead):
                raise
            reason = f"the connection was closed after {len(data):,} of {expected:,} bytes"
            raise _Temporary(reason) from None
        body = bytes(data) if encoding == "identity" else _unpacked(data, self.limit)
        if not body:
            raise Refusal("the document is empty")
        return body


def _unpacked(data: bytearray, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise Refusal(f"damaged gzip data: {error}") from None
    if len(unpacked) > limit:
        raise Refusal(f"the document is larger than {in_mib(limit)} when decompressed (--max-size)")
    if unpacker.unused_data:
        raise Refusal("unexpected data after the end of the gzip data")
    if data and not unpacker.eof:
        raise _Temporary(f"truncated gzip data, {len(data):,} bytes")
    return unpacked


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for `url`."""
    scheme, host = urlsplit(url)[:2]
    proxy = getproxies().get(scheme)
    if not proxy or proxy_bypass(host):
        return None
    return proxy if ":/" in proxy else f"http://{proxy}"


def _pool(proxy: str | None) -> urllib3.PoolManager:
    context = ssl.create_default_context()
    if proxy is None:
        return urllib3.PoolManager(ssl_context=context)
    address = parse_url(proxy)
    if not address.host:
        raise ValueError("the address of the proxy has no host")
    headers = make_headers(proxy_basic_auth=unquote(address.auth)) if address.auth else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, ssl_context=context)


def _require_address(url: str, *, insecure: bool) -> None:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Refusal("the address has blanks or characters outside ASCII")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise Refusal(str(error)[:_LONGEST_TEXT]) from None
    if parts.scheme == "http" and not insecure:
        raise Refusal("http is not secure (allow it with --insecure-http)")
    if parts.scheme not in ("http", "https"):
        raise Refusal(f"expected an https address, found {quoted(parts.scheme or 'no scheme')}")
    if not host:
        raise Refusal("the address has no host")
    if "@" in parts.netloc:
        raise Refusal("the address has a user name or password, which is not supported")


def _target(url: str, location: str | None, *, insecure: bool) -> str:
    """Return the address that `url` is redirected to."""
    if not location:
        raise Refusal("the server sent a redirect without a target")
    try:
        target = urldefrag(urljoin(url, location.strip()))[0]
        _require_address(target, insecure=insecure)
    except (Refusal, ValueError) as error:
        name = "an address" if "@" in location else shortened(location)
        raise Refusal(f"refused redirect to {name}: {error}") from None
    return target


def _encoding(headers: Mapping[str, str]) -> str:
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise Refusal(f"unexpected Content-Encoding {quoted(encoding)}, expected gzip or none")
    return encoding


def _length(headers: urllib3.HTTPHeaderDict) -> int | None:
    if "Content-Length" not in headers or "chunked" in headers.get("Transfer-Encoding", "").lower():
        return None
    words = set(headers.getlist("Content-Length"))
    word = words.pop().strip()
    if words or not word.isascii() or not word.isdigit() or len(word) > 18:
        raise Refusal(_NO_LENGTH)
    return int(word)


def _retry_after(text: str | None) -> float:
    """Return the seconds of a Retry-After, a number or a date; 0 for none."""
    try:
        return Retry().parse_retry_after((text or "")[:40])
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def _fault(error: Exception, host: str, proxy: str | None) -> Refusal:
    """Say what went wrong between here and the server."""
    if isinstance(error, InvalidHeader):
        return Refusal(_NO_LENGTH)
    host = host[:_LONGEST_TEXT]
    nearest = f"the proxy {parse_url(proxy).netloc}"[:_LONGEST_TEXT] if proxy else host
    cause = _cause(error)
    text = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(cause)
    text = (text or type(cause).__name__)[:_LONGEST_TEXT]
    otherwise = (_LONG_HEADER if "headers" in text else "cannot connect to {host}: {text}", Refusal)
    entries = ((reason, result) for kind, reason, result in _FAULTS if isinstance(cause, kind))
    reason, result = next(entries, otherwise)
    if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN:
        result = _Temporary
    return result(reason.format(host=host, nearest=nearest, text=text))


def _cause(error: BaseException) -> BaseException:
    """Return the error of the operating system or the standard library that urllib3 wrapped."""
    inner: object = error.__cause__
    if isinstance(error, ProxyError):
        inner = error.original_error
    elif error.args and isinstance(error.args[-1], Exception):
        inner = error.args[-1]
    return _cause(inner) if isinstance(inner, Exception) else error


def _header(value: object) -> str | None:
    """Return `value` if it is text that can be sent back as a header."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return None
    return value.strip() if len(value) <= _LONGEST_STAMP and value.strip() else None


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
