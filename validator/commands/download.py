"""The download: one document over HTTP, within limits of time and size, whole or not at all.

Nothing the server says is taken on trust: where it redirects to, how long it says the document is,
how it is packed, and what it is.  Only `https` is spoken, and `http` where the caller allows it.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
import urllib.request
import zlib
from contextlib import suppress
from urllib.error import URLError
from urllib.parse import urldefrag, urljoin, urlsplit

from validator import __version__
from validator.errors import CallError
from validator.limits import LIMITS, in_mib
from validator.model.vocabulary import REGISTRY_ID, normal_space, quoted
from validator.readers import read, recognise
from validator.readers.source import Source, UnknownEncoding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from typing import Final

    from validator.model.record import Dump, Form

    Clock = Callable[[], float]
    Tell = Callable[[str], None]

# How long a server may be silent, in seconds.
SILENCE_LIMIT = 20.0
REDIRECT_LIMIT: Final = 5
TRIES: Final = 3

_PIECE = 1 << 16
_BEAT = 0.2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({429, 500, 502, 503, 504})
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_SHOWN = 200
_STAMP_LENGTH = 1000


class Stamp:
    """By what a server knows one state of a document again: ETag and Last-Modified, as it sent
    them; `None` for what it did not send, or what could not be sent back."""

    __slots__ = ("etag", "last_modified")

    def __init__(self, etag: object = None, last_modified: object = None) -> None:
        self.etag = _fit(etag)
        self.last_modified = _fit(last_modified)


class Answer:
    """What a server sent.  `data` is unpacked, `None` where the document has not changed; `url` is
    where it came from in the end, `content_type` what the server calls it."""

    __slots__ = ("content_type", "data", "stamp", "url")

    def __init__(self, url: str, data: bytes | None, headers: Message) -> None:
        self.url = url
        self.data = data
        self.content_type = headers.get("Content-Type")
        self.stamp = Stamp(headers.get("ETag"), headers.get("Last-Modified"))


class _Refused(Exception):  # noqa: N818
    """Why there is no document; ends a sentence about its address."""


class _Passing(_Refused):
    """A refusal that another try may not meet; `wait` is how long the server asks to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def require_address(url: str, *, insecure: bool) -> None:
    """Raise `CallError` where `url` is no address that may be asked."""
    try:
        _require_address(url, insecure=insecure)
    except _Refused as error:
        # An address with a password in it is not for showing.
        shown = "the address" if "@" in url else _shown(url)
        raise CallError(f"{shown} cannot be fetched: {error}") from None


def download(
    url: str,
    *,
    timeout: float,
    tell: Tell,
    insecure: bool = False,
    stamp: Stamp | None = None,
    limit: int = LIMITS.size,
    clock: Clock = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Answer:
    """Return what is at `url`, or that it is as `stamp` has it.

    All of it, waits and further tries included, takes at most `timeout` seconds.  `insecure` allows
    http.  `limit` is in bytes, as they are sent and as they unpack to.  `tell` is given what is
    being done, from another thread.  Raises `CallError` with one sentence.
    """
    require_address(url, insecure=insecure)
    deadline = clock() + timeout
    headers = {"User-Agent": f"ianalint/{__version__}", "Accept-Encoding": "gzip"}
    if stamp is not None and stamp.etag is not None:
        headers["If-None-Match"] = stamp.etag
    if stamp is not None and stamp.last_modified is not None:
        headers["If-Modified-Since"] = stamp.last_modified
    tries = 0
    while True:
        tries += 1
        exchange = _Exchange(url, headers, insecure, limit, tell)
        try:
            return exchange.within(deadline, clock)
        except _Passing as fault:
            wait = max(float(2 ** (tries - 1)), fault.wait)
            if tries == TRIES:
                reason = f"{fault} (tried {TRIES} times)"
            elif clock() + wait >= deadline:
                reason = f"{fault}; another try in {wait:,.0f} s would pass the time limit"
            else:
                tell(f"{fault}; trying again in {wait:,.0f} s")
                sleep(wait)
                continue
        except _Refused as fault:
            reason = str(fault)
        except TimeoutError:
            reason = f"it took longer than {timeout:g} s"
        raise CallError(f"{_shown(url)} was not fetched: {reason}")


def require_registry(answer: Answer, form: Form) -> Dump:
    """Return the dump that `answer` holds, in `form`.

    Raises `CallError` where it holds something else, another form, or not all of a dump.
    """
    try:
        return _registry(answer, form)
    except _Refused as error:
        raise CallError(f"{_shown(answer.url)} was fetched and is not used: {error}") from None


# -- the exchange -----------------------------------------------------------------------------


class _Exchange:
    """One try: a request and what it is redirected to, in a thread of its own.

    Name service, handshake and a server that sends a byte now and then have no time limit that the
    standard library could be given; a thread can be left behind.
    """

    def __init__(
        self, url: str, headers: dict[str, str], insecure: bool, limit: int, tell: Tell
    ) -> None:
        self.url = url
        self.limit = limit
        self.headers = headers
        self.insecure = insecure
        self.tell = tell
        self.silence = SILENCE_LIMIT
        self.stopped = False
        self.socket: socket.socket | None = None
        self.ended = threading.Event()
        self.answer: Answer | None = None
        self.error: BaseException | None = None

    def within(self, deadline: float, clock: Clock) -> Answer:
        """Return the answer.  Raises `_Refused`, or `TimeoutError` at the deadline."""
        # Where both end at once, it is the deadline that is told.
        self.silence = min(SILENCE_LIMIT, max(deadline - clock(), 0.0) + 1.0)
        thread = threading.Thread(target=self._run, name="fetch", daemon=True)
        thread.start()
        try:
            while not self.ended.wait(min(_BEAT, max(deadline - clock(), 0.0))):
                if clock() >= deadline:
                    raise TimeoutError
        finally:
            self.stopped = True
            if not self.ended.is_set():
                self._hang_up()
            thread.join(1.0)
        if self.error is not None:
            raise self.error
        assert self.answer is not None
        return self.answer

    def _hang_up(self) -> None:
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            self.answer = self._followed()
        except BaseException as error:
            self.error = error
        finally:
            self.ended.set()

    def _followed(self) -> Answer:
        opener = self._opener()
        url = self.url
        seen = {url}
        while True:
            request = urllib.request.Request(url, headers=self.headers)
            try:
                target = self._asked(opener, request)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise _fault(error, request) from None
            if isinstance(target, Answer):
                return target
            if target in seen:
                raise _Refused(f"it is redirected in a circle, to {_shown(target)} again")
            if len(seen) > REDIRECT_LIMIT:
                raise _Refused(f"it is redirected more than {REDIRECT_LIMIT} times")
            seen.add(target)
            url = target

    def _asked(
        self, opener: urllib.request.OpenerDirector, request: urllib.request.Request
    ) -> Answer | str:
        """Return what is at an address, or the address it names instead."""
        url = request.full_url
        host = urlsplit(url).netloc
        self.tell(f"asking {host}")
        response = opener.open(request, timeout=self.silence)
        assert isinstance(response, http.client.HTTPResponse)
        with response:
            status = response.status
            if status == 200:
                return Answer(url, self._body(response, host), response.headers)
            if status in _REDIRECTS:
                return _target(url, response.headers.get("Location"), insecure=self.insecure)
            if status == 304 and self._is_conditional:
                return Answer(url, None, response.headers)
            said = f"the server answered {status} {response.reason or ''}".rstrip()[:_SHOWN]
            if status in _PASSING:
                raise _Passing(said, _seconds(response.headers.get("Retry-After")))
            raise _Refused(said)

    @property
    def _is_conditional(self) -> bool:
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers

    def _opener(self) -> urllib.request.OpenerDirector:
        """An opener that knows http, https and proxies, and neither redirects nor files."""
        hold = self._hold

        class Plain(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                hold(self.sock)

        class Secure(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                hold(self.sock)

        # HTTPSHandler loads all certificates, for plain http too.
        class Handler(urllib.request.AbstractHTTPHandler):
            http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

            def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
                return self.do_open(Plain, req)

            def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
                return self.do_open(Secure, req, context=ssl.create_default_context())

        opener = urllib.request.OpenerDirector()
        opener.add_handler(urllib.request.ProxyHandler())
        opener.add_handler(Handler())
        return opener

    def _hold(self, connected: socket.socket) -> None:
        self.socket = connected
        if self.stopped:
            self._hang_up()

    def _body(self, response: http.client.HTTPResponse, host: str) -> bytes:
        expected = None if response.chunked else _length(response.headers)
        body = _Body(response.headers.get("Content-Encoding"), self.limit)
        if expected is not None and expected > self.limit:
            raise _Refused(f"it is larger than {in_mib(self.limit)}")
        while not self.stopped and (piece := response.read1(_PIECE)):
            body.add(piece)
            share = f", {100 * body.sent // expected} %" if expected else ""
            self.tell(f"fetching from {host}: {body.sent:,} bytes{share}")
        if expected is not None and body.sent < expected:
            raise _Passing(f"the connection ended after {body.sent:,} of {expected:,} bytes")
        return body.whole()


class _Body:
    """The document as it comes, unpacked where it is packed."""

    def __init__(self, encoding: str | None, limit: int) -> None:
        self.sent = 0
        self._limit = limit
        self._data = bytearray()
        word = (encoding or "identity").strip().lower()
        if word not in ("identity", "gzip", "x-gzip"):
            raise _Refused(f"it came packed as {quoted(word)}, which was not asked for")
        self._unpacker = None if word == "identity" else zlib.decompressobj(wbits=31)

    def add(self, piece: bytes) -> None:
        self.sent += len(piece)
        if self.sent > self._limit:
            raise _Refused(f"it is larger than {in_mib(self._limit)}")
        if self._unpacker is None:
            self._data += piece
            return
        try:
            self._data += self._unpacker.decompress(piece, self._limit - len(self._data) + 1)
        except zlib.error as error:
            raise _Refused(f"it came packed as gzip and damaged: {error}") from None
        if len(self._data) > self._limit:
            raise _Refused(f"it unpacks to more than {in_mib(self._limit)}")
        if self._unpacker.unused_data:
            raise _Refused("it came packed as gzip, with something behind its end")

    def whole(self) -> bytes:
        if self._unpacker is not None and not self._unpacker.eof and self.sent:
            raise _Passing(f"the gzip data broke off after {self.sent:,} bytes")
        if not self._data:
            raise _Refused("what came is empty")
        return bytes(self._data)


def _require_address(url: str, *, insecure: bool) -> None:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise _Refused("an address has neither blanks nor characters outside ASCII")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise _Refused(str(error)[:_SHOWN]) from None
    if parts.scheme == "http" and not insecure:
        raise _Refused("http is not secure (--insecure-http allows it)")
    if parts.scheme not in ("http", "https"):
        raise _Refused(
            f"{quoted(parts.scheme)} is not https" if parts.scheme else "it has no https:"
        )
    if not host:
        raise _Refused("it names no host")
    if "@" in parts.netloc:
        raise _Refused("addresses with a user name or password are not asked")


def _target(url: str, location: str | None, *, insecure: bool) -> str:
    """Return the address that `url` is redirected to."""
    if not location:
        raise _Refused("it is redirected, and the answer does not say where to")
    try:
        target = urldefrag(urljoin(url, location.strip()))[0]
        _require_address(target, insecure=insecure)
    except (_Refused, ValueError) as error:
        shown = "an address" if "@" in location else _shown(location)
        raise _Refused(f"it is redirected to {shown}: {error}") from None
    return target


def _length(headers: Message) -> int | None:
    said = set(headers.get_all("Content-Length", ()))
    if not said:
        return None
    word = str(said.pop()).strip()
    if said or not word.isascii() or not word.isdigit() or len(word) > 18:
        raise _Refused("the answer does not say plainly how long it is (Content-Length)")
    return int(word)


def _seconds(wait: str | None) -> float:
    """Return the seconds that a Retry-After, a number or a date, asks for; 0 for none."""
    word = (wait or "").strip()
    if word.isascii() and word.isdigit():
        return float(word[:12])
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(word)
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        return max((date - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def _fault(error: BaseException, request: urllib.request.Request) -> _Refused:
    """Say what went wrong between here and the server."""
    host = urlsplit(request.full_url).netloc[:_SHOWN]
    # A request that goes through a proxy has its host.
    nearest = host if request.host == host else f"the proxy {request.host[:_SHOWN]}"
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    text = (text or type(error).__name__)[:_SHOWN]
    if isinstance(error, ssl.SSLCertVerificationError):
        return _Refused(f"the certificate of {host} is not accepted: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return _Passing(f"{nearest} does not answer")
    if isinstance(error, socket.gaierror):
        kind = _Passing if error.errno == socket.EAI_AGAIN else _Refused
        return kind(f"{nearest} is not found: {text}")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return _Refused(f"there is no secure connection to {host}: {text}")
    if isinstance(error, http.client.IncompleteRead):
        return _Passing("the connection ended in the middle of the document")
    if isinstance(error, OSError):
        return _Passing(f"the connection to {nearest} failed: {text}")
    if isinstance(error, http.client.LineTooLong) or "headers" in text:
        return _Refused("the answer has too long a header")
    if isinstance(error, http.client.BadStatusLine):
        return _Refused(f"{nearest} does not answer in HTTP")
    return _Refused(f"{host} cannot be asked: {text}")


def _fit(value: object) -> str | None:
    """Return `value` where it is text that can be sent back as a header."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return None
    return value.strip() if len(value) <= _STAMP_LENGTH and value.strip() else None


def _shown(url: str) -> str:
    return url if len(url) <= _SHOWN else url[:_SHOWN] + "..."


# -- the document -----------------------------------------------------------------------------


def _registry(answer: Answer, form: Form) -> Dump:
    try:
        source = Source("the document", answer.data or b"")
    except UnknownEncoding as error:
        raise _Refused(f"it {error}") from None
    if recognise(source.data) != form:
        raise _Refused(
            f"what came is {_described(source.data, answer.content_type)}, not {_name(form)}"
        )
    if form == "csv" and not source.data.endswith(b"\n"):
        # A row that breaks off between two cells is a row like any other.
        raise _Refused("what came ends in the middle of a line")
    dump = read(source, form)
    for defect in dump.defects:
        if defect.code == "MD005":
            raise _Refused(f"what came is not the registry: {defect.message[:_SHOWN]}")
        if defect.code == "FM001":
            raise _Refused(f"what came is not whole: {defect.message[:_SHOWN]}")
    if dump.registry_id not in (None, REGISTRY_ID):
        raise _Refused(f"what came is another registry, {quoted(dump.registry_id or '')}")
    if not dump.records:
        what = _described(source.data, answer.content_type)
        raise _Refused(f"what came is {what}, without any record of the registry")
    return dump


def _described(data: bytes, content_type: str | None) -> str:
    """Say what `data` is: `HTML (titled "Sign in", text/html)`."""
    form = recognise(data)
    about = []
    if form == "html":
        from html import unescape

        title = _TITLE.search(data[:_PIECE])
        if title is not None:
            about.append(
                f"titled {quoted(normal_space(unescape(title[1].decode('utf-8', 'replace'))))}"
            )
    if content_type:
        about.append(content_type[:60])
    what = "of no form of the registry" if form is None else _name(form)
    return f"{what} ({', '.join(about)})" if about else what


def _name(form: Form) -> str:
    return "plain text" if form == "txt" else form.upper()
