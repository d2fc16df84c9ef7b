"""`ianalint fetch` against a server of our own on 127.0.0.1 that misbehaves as told."""

from __future__ import annotations

import gc
import gzip
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.cases import HEADER
from tests.conftest import CLEAN, ROOT, Called, dump, environment, interruptible, record
from tests.dumps import published
from validator.commands import download as fetch
from validator.errors import CallError

Call = Callable[..., Called]
NEWER = dump(record("file-sync"), record("mail-sync"))
CSV = f"{HEADER}\r\nfile-sync,4000,tcp,Invented,[Ann_Example],[Ann_Example],,,,,,\r\n".encode()
PORTAL = (
    b"<!DOCTYPE html><html><head><title>Sign in to \x1b[31m Guest &amp; Co</title></head></html>"
)
NAME = "registry.xml"
STATE = f".{NAME}.fetch.json"
OLD = b"what was there before\n"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        site = self.server
        site.asked.append(
            (self.path, {name.lower(): value for name, value in self.headers.items()})
        )
        answers = site.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


Answer = Callable[[Handler], None]


class Site(ThreadingHTTPServer):
    """Gives its answers one after the other, the last one for ever."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what is tested."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


class Waits:
    """Time in which waiting takes none."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return time.monotonic() + sum(self.slept)


@cache
def tls_context(
    _file: str | None, make: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> ssl.SSLContext:
    return make()


@pytest.fixture(autouse=True)
def one_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the certificates of the system takes longer than all else that a test does."""
    monkeypatch.setattr(
        ssl, "create_default_context", lambda: tls_context(os.environ.get("SSL_CERT_FILE"))
    )


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "IANALINT_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "*")
    waiting = Waits()
    monkeypatch.setattr(fetch, "sleep", waiting.sleep)
    monkeypatch.setattr(fetch, "monotonic", waiting.clock)
    return waiting


Get = Callable[..., Called]


@pytest.fixture
def get(site: Site, call: Call) -> Get:
    """Call the command for `registry.xml` of the site, with more words."""

    def got(*words: str) -> Called:
        ended = call("fetch", "--url", f"{site.address}/{NAME}", "--insecure-http", *words)
        assert "Traceback" not in ended.said
        assert "\x1b" not in ended.said
        if ended.status:
            assert ended.text == ""
            assert ended.said.startswith("ianalint: ")
            assert ended.said.count("\n") == 1, ended.said
        else:
            assert ended.said == ""
        return ended

    return got


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    """A file that is there before, and must be the only one and the same after a failure."""
    path = tmp_path / NAME
    path.write_bytes(OLD)
    yield path
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == [NAME]


def sent(data: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with `data`; `Content_Length=...` says another length, an empty one none."""

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        given = {"Content_Length": str(len(data)), "Content_Type": "application/xml", **headers}
        for name, value in given.items():
            if value:
                handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.raw(data)

    return answer


def packed(data: bytes) -> Answer:
    return sent(data, Content_Encoding="gzip")


def moved(where: str, status: int = 302) -> Answer:
    return sent(b"", status, Location=where)


def raw(data: bytes) -> Answer:
    return lambda handler: handler.raw(data)


def cut_off(handler: Handler) -> None:
    sent(CLEAN[:100], Content_Length=str(len(CLEAN)))(handler)


def chunked(data: bytes, end: bytes = b"0\r\n\r\n") -> Answer:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return raw(head + b"".join(b"1\r\n%c\r\n" % byte for byte in data) + end)


def endless(piece: bytes, pause: float = 0.0, head: bytes = b"HTTP/1.0 200 OK\r\n\r\n") -> Answer:
    def answer(handler: Handler) -> None:
        handler.raw(head)
        while not handler.server.over.wait(pause):
            handler.raw(piece)

    return answer


# -- what goes well -----------------------------------------------------------------------------


def test_a_dump_is_fetched(site: Site, get: Get, tmp_path: Path) -> None:
    site.answers = [sent(CLEAN, ETag='"one"', Last_Modified="Mon, 17 Aug 2026 10:00:00 GMT")]
    ended = get()
    digest = hashlib.sha256(CLEAN).hexdigest()
    assert ended.status == 0
    assert ended.text == (
        f"registry.xml: XML of 2026-08-17, 1 records, {len(CLEAN):,} bytes\nsha256 {digest}\n"
    )
    assert (tmp_path / NAME).read_bytes() == CLEAN
    assert json.loads((tmp_path / STATE).read_bytes()) == {
        "url": f"{site.address}/{NAME}",
        "etag": '"one"',
        "last_modified": "Mon, 17 Aug 2026 10:00:00 GMT",
        "sha256": digest,
    }
    assert sorted(os.listdir(tmp_path)) == [STATE, NAME]
    path, headers = site.asked[0]
    assert path == f"/{NAME}"
    assert headers["accept-encoding"] == "gzip"
    assert headers["user-agent"].startswith("ianalint/")
    assert not {"if-none-match", "if-modified-since"} & set(headers)


def test_csv_output_and_quiet(site: Site, get: Get, tmp_path: Path) -> None:
    site.answers = [sent(CSV)]
    (tmp_path / "data").mkdir()
    path = os.path.join("data", "new.csv")
    assert get("--form", "csv", "--output", path, "--quiet").text == ""
    assert (tmp_path / path).read_bytes() == CSV
    ended = get("--form", "csv", "--output", path)
    assert ended.text.startswith(f"{path}: CSV, 1 records, {len(CSV)} bytes\n")


def test_the_address_of_the_environment(
    site: Site, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.answers = [sent(CLEAN)]
    monkeypatch.setenv("IANALINT_URL", f"{site.address}/mirror/r.xml?a=b")
    assert call("fetch", "--insecure-http").status == 0
    assert site.asked[0][0] == "/mirror/r.xml?a=b"
    assert (tmp_path / "r.xml").read_bytes() == CLEAN


@pytest.mark.parametrize(
    ("form", "ending"), [("xml", "xml"), ("csv", "csv"), ("txt", "txt"), ("html", "xhtml")]
)
def test_the_registry_s_own_address(
    call: Call, monkeypatch: pytest.MonkeyPatch, form: str, ending: str
) -> None:
    asked: dict[str, Any] = {}

    def refused(url: str, **how: Any) -> fetch.Answer:
        asked.update(how, url=url)
        raise CallError("no network here")

    monkeypatch.setattr(fetch, "download", refused)
    assert call("fetch", "--form", form).said == "ianalint: no network here\n"
    place = "https://www.iana.org/assignments/service-names-port-numbers/"
    assert asked["url"] == f"{place}service-names-port-numbers.{ending}"
    assert (asked["timeout"], asked["insecure"], asked["stamp"]) == (60.0, False, None)


@pytest.mark.parametrize("word", ["gzip", "x-gzip", " GZIP "])
def test_gzip(site: Site, get: Get, tmp_path: Path, word: str) -> None:
    site.answers = [sent(gzip.compress(CLEAN), Content_Encoding=word)]
    assert get().status == 0
    assert (tmp_path / NAME).read_bytes() == CLEAN


@pytest.mark.parametrize("answer", [chunked(CLEAN), sent(CLEAN, Content_Length="")])
def test_without_a_length(site: Site, get: Get, tmp_path: Path, answer: Answer) -> None:
    site.answers = [answer]
    assert get().status == 0
    assert (tmp_path / NAME).read_bytes() == CLEAN


@pytest.mark.parametrize(
    ("status", "where"),
    [
        *((status, "/other.xml") for status in (301, 302, 303, 307, 308)),
        *((302, where) for where in ("other.xml", "?x=1", "/other.xml#part")),
    ],
)
def test_redirects(site: Site, get: Get, tmp_path: Path, status: int, where: str) -> None:
    site.answers = [moved(where, status), sent(CLEAN)]
    assert get().status == 0
    assert (tmp_path / NAME).read_bytes() == CLEAN
    assert len(site.asked) == 2


def test_five_redirects_are_followed(site: Site, get: Get) -> None:
    site.answers = [*(moved(f"/{number}") for number in range(5)), sent(CLEAN)]
    assert get().status == 0
    assert [path for path, _ in site.asked[1:]] == [f"/{number}" for number in range(5)]


@posix
def test_a_device_is_written_and_nothing_beside_it(site: Site, get: Get) -> None:
    site.answers = [sent(CLEAN, ETag='"one"')]
    assert get("--output", os.devnull).status == 0
    assert not os.path.exists("/dev/.null.fetch.json")


def test_the_mode_and_the_link_stay(site: Site, get: Get, tmp_path: Path) -> None:
    target = tmp_path / "target.xml"
    target.write_bytes(OLD)
    try:
        (tmp_path / NAME).symlink_to(target)
    except OSError:
        pytest.skip("no links here")
    site.answers = [sent(CLEAN)]
    assert get().status == 0
    assert (tmp_path / NAME).is_symlink()
    assert target.read_bytes() == CLEAN


# -- conditions ---------------------------------------------------------------------------------


@pytest.fixture
def fetched(site: Site, get: Get, tmp_path: Path) -> Path:
    """The file of a first fetch; the server answers 304 to whoever has that."""

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == 'W/"one"':
            assert handler.headers.get("If-Modified-Since") == "Mon, 17 Aug 2026 10:00:00 GMT"
            sent(b"", 304)(handler)
        else:
            sent(CLEAN, ETag='W/"one"', Last_Modified="Mon, 17 Aug 2026 10:00:00 GMT")(handler)

    site.answers = [answer]
    assert get().status == 0
    site.asked.clear()
    return tmp_path / NAME


def conditional(site: Site) -> bool:
    return "if-none-match" in site.asked[-1][1]


def test_not_changed(site: Site, get: Get, fetched: Path) -> None:
    before = fetched.stat()
    ended = get()
    assert ended.status == 0
    assert ended.text == "registry.xml: unchanged since Mon, 17 Aug 2026 10:00:00 GMT\n"
    assert fetched.stat() == before
    assert conditional(site)
    assert get("--quiet").text == ""


def test_the_state_is_beside_the_file(site: Site, get: Get, fetched: Path) -> None:
    folder = fetched.parent / "dumps"
    folder.mkdir()
    words = ("--output", str(folder / "ports.xml"))
    for outcome in ("XML of ", "unchanged since "):
        ended = get(*words)
        assert (ended.status, ended.text.partition(": ")[2].startswith(outcome)) == (0, True)
    assert sorted(path.name for path in folder.iterdir()) == [".ports.xml.fetch.json", "ports.xml"]


def test_not_changed_by_its_etag_alone(site: Site, get: Get, fetched: Path) -> None:
    site.answers = [sent(CLEAN, ETag='"two"')]
    get("--force")
    site.answers = [sent(b"", 304)]
    assert get().text == "registry.xml: unchanged since the last fetch\n"


def test_changed(site: Site, get: Get, fetched: Path) -> None:
    site.answers = [sent(NEWER, ETag='"two"')]
    assert "2 records" in get().text
    assert conditional(site)
    assert fetched.read_bytes() == NEWER
    assert json.loads(fetched.with_name(STATE).read_bytes())["etag"] == '"two"'


def test_force(site: Site, get: Get, fetched: Path) -> None:
    assert "1 records" in get("--force").text
    assert not conditional(site)


@pytest.mark.parametrize("change", ["gone", "edited", "state gone", "other url", "folder"])
def test_nothing_is_asked_for_what_is_not_there(
    site: Site, get: Get, fetched: Path, change: str
) -> None:
    state = fetched.with_name(STATE)
    if change == "gone":
        fetched.unlink()
    elif change == "edited":
        fetched.write_bytes(OLD)
    elif change == "state gone":
        state.unlink()
    elif change == "other url":
        state.write_text(state.read_text().replace("127.0.0.1", "example.com"))
    else:
        fetched.unlink()
        fetched.mkdir()
        assert get().status == 2
        fetched.rmdir()
    assert "1 records" in get().text
    assert not conditional(site)
    assert fetched.read_bytes() == CLEAN


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"[" * 60000,
        b'{"url": 7}',
        b'{"url": "URL", "sha256": "SUM"}',
        b'{"url": "URL", "sha256": "SUM", "etag": 7, "last_modified": []}',
        b'{"url": "URL", "sha256": "SUM", "etag": "a\\r\\nX-Evil: 1"}',
        b'{"url": "URL", "sha256": "SUM", "etag": "\\u20ac"}',
        b'{"url": "URL", "sha256": "SUM", "etag": " "}',
    ],
)
def test_a_state_of_any_kind(site: Site, get: Get, fetched: Path, state: bytes) -> None:
    digest = hashlib.sha256(CLEAN).hexdigest().encode()
    state = state.replace(b"URL", f"{site.address}/{NAME}".encode()).replace(b"SUM", digest)
    fetched.with_name(STATE).write_bytes(state)
    assert get().status == 0
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(site.asked[-1][1])


def test_a_state_that_cannot_be_written_costs_a_remark(
    site: Site, call: Call, tmp_path: Path
) -> None:
    site.answers = [sent(CLEAN)]
    (tmp_path / STATE).mkdir()
    ended = call("fetch", "--url", f"{site.address}/{NAME}", "--insecure-http")
    assert ended.status == 0
    assert "the next fetch will download everything again" in ended.said
    assert (tmp_path / NAME).read_bytes() == CLEAN


def test_stamps_that_cannot_be_sent_back_are_not_kept(site: Site, get: Get, tmp_path: Path) -> None:
    site.answers = [sent(CLEAN, ETag='"\x1b[1m"', Last_Modified="x" * 2000)]
    assert get().status == 0
    kept = json.loads((tmp_path / STATE).read_bytes())
    assert (kept["etag"], kept["last_modified"]) == (None, None)


# -- what goes wrong: the old file stays ----------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (sent(b"", 404), "the server answered 404 Not Found"),
        (sent(b"", 403), "the server answered 403 Forbidden"),
        (sent(b"", 204), "the server answered 204 No Content"),
        (sent(CLEAN, 206), "the server answered 206 Partial Content"),
        (sent(b"", 304), "the server answered 304 Not Modified"),
        (sent(b"", 200), "the document is empty"),
        (packed(b""), "the document is empty"),
        (packed(gzip.compress(b"")), "the document is empty"),
        (packed(CLEAN), "damaged gzip data: "),
        (packed(gzip.compress(CLEAN) + b"x"), "unexpected data after the end of the gzip data"),
        (packed(gzip.compress(CLEAN)[:-8] + bytes(8)), "damaged gzip data: "),
        (
            sent(CLEAN, Content_Encoding="br"),
            'unexpected Content-Encoding "br", expected gzip or none',
        ),
        (sent(CLEAN, Content_Encoding="gzip, gzip"), 'unexpected Content-Encoding "gzip, gzip"'),
        (sent(CLEAN, Content_Length=str(len(CLEAN) - 40)), "the document is incomplete"),
        (sent(CLEAN[:-40]), "the document is incomplete"),
        (sent(CLEAN, Content_Length="x"), "sent an invalid Content-Length"),
        (sent(CLEAN, Content_Length="-1"), "sent an invalid Content-Length"),
        (sent(CLEAN, Content_Length="1_000"), "sent an invalid Content-Length"),
        (sent(CLEAN, Content_Length="9" * 5000), "sent an invalid Content-Length"),
        (sent(CLEAN, Content_Length="9" * 12), "the document is larger than 64 MiB (--max-size)"),
        (raw(b"SSH-2.0-invented\r\n"), "does not speak HTTP"),
        (
            raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000 + b"\r\n\r\n"),
            "too many or too long headers",
        ),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"), "too many or too long headers"),
        (raw(b"HTTP/1.1 404 No \x1b[31m\xe2\x80\xae" + b"x" * 999 + b"\r\n\r\n"), r"\x1b[31m"),
    ],
)
def test_answers_that_are_refused_at_once(
    site: Site, get: Get, old: Path, waits: Waits, answer: Answer, said: str
) -> None:
    site.answers = [answer]
    ended = get()
    assert ended.status == 2
    assert said in ended.said
    assert len(ended.said) < 600
    assert f"cannot fetch {site.address}/{NAME}: " in ended.said or "cannot use" in ended.said
    assert waits.slept == []


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_two_lengths_are_refused(site: Site, get: Get, old: Path) -> None:
    site.answers = [sent(CLEAN, content_length="7")]
    assert "sent an invalid Content-Length" in get().said
    gc.collect()  # urllib3 leaves the socket to it


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (cut_off, f"the connection was closed after 100 of {len(CLEAN)} bytes"),
        (chunked(CLEAN[:50], b""), "the connection was closed within the document"),
        (chunked(CLEAN[:50], b"zz\r\n"), "the connection was closed within the document"),
        (packed(gzip.compress(CLEAN)[:-9]), "truncated gzip data, "),
        (raw(b""), "failed"),
        (sent(b"", 429), "the server answered 429 Too Many Requests"),
        (sent(b"", 500), "the server answered 500 Internal Server Error"),
        (sent(b"", 502), "502"),
        (sent(b"", 503), "503"),
        (sent(b"", 504), "504"),
    ],
)
def test_what_may_pass_is_tried_three_times(
    site: Site, get: Get, old: Path, waits: Waits, answer: Answer, said: str
) -> None:
    site.answers = [answer]
    ended = get()
    assert ended.status == 2
    assert said in ended.said
    assert "(tried 3 times)" in ended.said
    assert len(site.asked) == 3
    assert waits.slept == [1.0, 2.0]


@pytest.mark.parametrize("answer", [cut_off, sent(b"", 503), raw(b"")])
def test_the_third_try_may_do(
    site: Site, get: Get, tmp_path: Path, waits: Waits, answer: Answer
) -> None:
    site.answers = [answer, answer, sent(CLEAN)]
    assert get().status == 0
    assert (tmp_path / NAME).read_bytes() == CLEAN
    assert waits.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("after", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 1, 1),
        ("", 1, 1),
        ("soon", 1, 1),
        ("-5", 1, 1),
        ("1.5", 1, 1),
        ("Fri, 99 Foo 2026 99:99:99 GMT", 1, 1),
        ("Mon, 17 Aug 2020 10:00:00 GMT", 1, 1),
        ("in 20 s", 15, 20),
    ],
)
def test_retry_after(
    site: Site, get: Get, waits: Waits, after: str, least: float, most: float
) -> None:
    if after == "in 20 s":
        after = formatdate(time.time() + 20, usegmt=True)
    site.answers = [sent(b"", 429, Retry_After=after), sent(CLEAN)]
    assert get().status == 0
    assert len(waits.slept) == 1
    assert least <= waits.slept[0] <= most


@pytest.mark.parametrize("after", ["3600", "9" * 5000, "Mon, 17 Aug 9999 10:00:00 GMT"])
def test_a_retry_after_beyond_the_time_limit(
    site: Site, get: Get, old: Path, waits: Waits, after: str
) -> None:
    site.answers = [sent(b"", 503, Retry_After=after)]
    ended = get()
    assert ended.status == 2
    assert "would exceed --timeout" in ended.said
    assert waits.slept == []


def test_waiting_counts(site: Site, get: Get, old: Path, waits: Waits) -> None:
    site.answers = [sent(b"", 503)]
    assert "would exceed --timeout" in get("--timeout", "2").said
    assert waits.slept == [1.0]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("file:///etc/hostname", 'expected an https address, found "file"'),
        ("ftp://127.0.0.1/x", 'expected an https address, found "ftp"'),
        ("data:text/xml,x", 'found "data"'),
        ("javascript:x", "expected an https address"),
        ("https:///x", "the address has no host"),
        ("http://user:secret@example.com/", "user name or password"),
        ("http://[::1/", "refused redirect to"),
        ("http://127.0.0.1:99999/", "refused redirect to"),
        ("/with\x1b[31m", "blanks or characters outside ASCII"),
        ("/with blank", "blanks or characters outside ASCII"),
        ("/\xe9", "blanks or characters outside ASCII"),
        ("", "a redirect without a target"),
        (f"/{NAME}", "redirect loop at"),
        ("/" + "x" * 5000, ""),
    ],
)
def test_redirects_that_are_not_followed(
    site: Site, get: Get, old: Path, where: str, said: str
) -> None:
    site.answers = [moved(where), sent(b"", 404)]
    ended = get()
    assert ended.status == 2
    assert said in ended.said
    assert "secret" not in ended.said
    assert len(ended.said) < 600
    assert len(site.asked) == (1 if said else 2)


def test_a_long_circle_and_too_many_redirects(site: Site, get: Get, old: Path) -> None:
    site.answers = [moved("/a"), moved("/b"), moved("/a")]
    assert "redirect loop at" in get().said
    site.answers = [moved(f"/{number}") for number in range(9)]
    assert "more than 5 redirects" in get().said


def test_no_redirect_from_https_to_http() -> None:
    with pytest.raises(fetch.Refusal, match="http is not secure"):
        fetch._target("https://example.com/x", "http://example.com/x", insecure=False)
    found = fetch._target("https://example.com/x", "http://example.com/y#z", insecure=True)
    assert found == "http://example.com/y"


# -- limits -------------------------------------------------------------------------------------


MIB = 1 << 20


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (endless(b"<!-- -->" * 1000), "larger than 1 MiB (--max-size)"),
        (
            sent(b" " * (MIB + 1), Content_Length=""),
            "larger than 1 MiB (--max-size)",
        ),
        (sent(b" " * (MIB + 1)), "larger than 1 MiB (--max-size)"),
        (
            packed(gzip.compress(bytes(MIB + 1))),
            "larger than 1 MiB when decompressed",
        ),
        (
            packed(gzip.compress(bytes(50_000_000))),
            "larger than 1 MiB when decompressed",
        ),
    ],
)
def test_what_is_too_large(site: Site, get: Get, old: Path, answer: Answer, said: str) -> None:
    site.answers = [answer]
    ended = get("--max-size", "1")
    assert ended.status == 2
    assert said in ended.said


def test_as_large_as_may_be(site: Site, get: Get, tmp_path: Path) -> None:
    data = CLEAN + b" " * (MIB - len(CLEAN))
    for answer in (sent(data), packed(gzip.compress(data)), packed(gzip.compress(data, 0)[:0])):
        site.answers = [answer]
        if get("--max-size", "1").status == 0:
            assert (tmp_path / NAME).read_bytes() == data
    packing = zlib.compressobj(wbits=31)
    bomb = packing.compress(data) + packing.flush(zlib.Z_FULL_FLUSH) + packing.compress(b" ")
    site.answers = [packed(bomb + packing.flush())]
    assert "larger than 1 MiB when decompressed" in get("--max-size", "1").said


@pytest.mark.parametrize(
    "answer",
    [
        endless(b" ", 0.02),
        endless(b"X: y\r\n", 0.02, b"HTTP/1.0 200 OK\r\n"),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", 0.02, b""),
        endless(b"", 0.02, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1"),
        endless(b"", 0.02, b""),
    ],
    ids=["body", "header", "continue", "chunk", "silence"],
)
def test_the_time_limit(site: Site, get: Get, old: Path, answer: Answer) -> None:
    site.answers = [answer]
    since = time.monotonic()
    ended = get("--timeout", "0.3")
    assert ended.status == 2
    assert f"cannot fetch {site.address}/{NAME}: it took longer than 0.3 s" in ended.said
    assert time.monotonic() - since < 5


def test_a_silent_server(
    site: Site, get: Get, old: Path, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SILENCE_LIMIT", 0.15)
    site.answers = [endless(b"", 0.02)]
    ended = get()
    assert ended.status == 2
    assert "127.0.0.1" in ended.said
    assert "does not answer (tried 3 times)" in ended.said


def test_a_connection_that_is_refused(call: Call, old: Path, waits: Waits) -> None:
    with socket.socket() as taken:
        # Bound and not listened to: nobody else gets the port.
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"http://127.0.0.1:{port}/{NAME}"
        ended = call("fetch", "--url", url, "--insecure-http", "--timeout", "30")
    assert ended.status == 2
    assert f"cannot fetch {url}: the connection to 127.0.0.1:{port} failed" in ended.said
    assert waits.slept == [1.0, 2.0]


def test_a_host_that_is_not_found(
    call: Call, old: Path, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = socket.EAI_NONAME

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    ended = call("fetch")
    assert ended.status == 2
    assert "cannot resolve www.iana.org: Name or service not known" in ended.said
    assert waits.slept == []
    error = socket.EAI_AGAIN
    assert "(tried 3 times)" in call("fetch", "--output", NAME).said


def test_a_name_service_that_hangs(call: Call, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(*_: object, **__: object) -> None:
        time.sleep(0.6)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    assert "it took longer than 0.2 s" in call("fetch", "--timeout", "0.2").said


# -- what came ------------------------------------------------------------------------------------


def titled(title: bytes) -> bytes:
    return b"<html><title>" + title + b"</title></html>"


@pytest.mark.parametrize(
    ("form", "data", "said"),
    [
        ("xml", PORTAL, r'HTML (titled "Sign in to \x1b[31m Guest & Co", text/html)'),
        ("csv", PORTAL, "expected CSV, found HTML"),
        ("txt", PORTAL, "expected plain text, found HTML"),
        ("html", PORTAL, "no records of the registry"),
        ("xml", titled(b"x" * 9000), 'HTML (titled "xxx'),
        ("xml", titled(b"x" * 400), "…"),
        ("xml", titled(b"\xff\n\n  one"), 'titled "\ufffd one"'),
        ("xml", CSV, "expected XML, found CSV (text/html)"),
        ("csv", CLEAN, "expected CSV, found XML (text/html)"),
        ("html", CLEAN, "expected HTML, found XML (text/html)"),
        (
            "txt",
            b"Come back later.\n",
            "plain text, found an unrecognized format (text/html)",
        ),
        ("csv", b"Come back later.\n", "expected CSV, found an unrecognized format (text/html)"),
        ("xml", b'{"error": "no"}', "expected XML, found JSON (text/html)"),
        ("xml", CLEAN.replace(b"www.iana.org", b"example.com"), "this is not the registry: "),
        ("xml", b"<error>come back later</error>", "this is not the registry: "),
        ("xml", CLEAN.replace(b"service-names-", b"other-"), 'found "other-port-n'),
        ("xml", dump(), "no records of the registry"),
        ("xml", CLEAN[:-3], "the document is incomplete"),
        ("xml", CLEAN[:300], "the document is incomplete"),
        ("xml", CLEAN + CLEAN, "the document is incomplete"),
        ("xml", b'<?xml version="1.0" encoding="x-odd"?>' + CLEAN, "declares the encoding"),
        ("csv", CSV[:-2], "ends in the middle of a line"),
        ("csv", CSV.splitlines(keepends=True)[0], "no records of the registry"),
        ("csv", CSV + b'b,4001,tcp,"Invented\r\n', "the document is incomplete"),
    ],
)
def test_what_is_no_dump(
    site: Site, get: Get, old: Path, waits: Waits, form: str, data: bytes, said: str
) -> None:
    site.answers = [sent(data, Content_Type="text/html")]
    ended = get("--form", form)
    assert ended.status == 2
    assert f"cannot use {site.address}/{NAME}: " in ended.said
    assert said in ended.said
    assert len(ended.said) < 600
    assert waits.slept == []


def test_a_type_with_escapes(site: Site, get: Get, old: Path) -> None:
    site.answers = [sent(PORTAL, Content_Type="text/\x1b[2J" + "x" * 5000)]
    ended = get()
    assert r"text/\x1b[2J" in ended.said
    assert len(ended.said) < 600


def test_an_answer_of_no_type(site: Site, get: Get) -> None:
    site.answers = [sent(b"Come back later.\n", Content_Type="")]
    assert "expected CSV, found an unrecognized format\n" in get("--form", "csv").said


def test_a_page_without_the_table_is_refused(site: Site, get: Get, old: Path) -> None:
    before = old.read_bytes()
    for part in (PORTAL, b"<html><table><th>Service Name</th><td>x</td></table></html>"):
        site.answers = [sent(part, Content_Type="")]
        ended = get("--form", "html")
        assert ended.status == 2
        assert "no records of the registry" in ended.said
    assert old.read_bytes() == before


@pytest.mark.real
@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("xml", "2026-08-17.xml"),
        ("xml", "2013-02-18.xml"),
        ("csv", "2014-07.csv"),
        ("csv", "2025-04.csv"),
        ("txt", "2013-06-26.txt"),
        ("html", "2015-03-16-page-1.xhtml"),
    ],
)
def test_published_dumps(site: Site, get: Get, tmp_path: Path, form: str, name: str) -> None:
    data = published(name).read_bytes()
    site.answers = [packed(gzip.compress(data, 1))]
    ended = get("--form", form)
    assert ended.status == 0, ended
    assert hashlib.sha256(data).hexdigest() in ended.text
    assert (tmp_path / NAME).read_bytes() == data


# -- the call -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--form", "xlm"], "did you mean xml?"),
        (["--timeout", "0"], "above 0 and up to 86400"),
        (["--max-size", "0"], "expected a number from 1 to 1000000"),
        (["--max-size", "1" + "0" * 30], "expected a number from 1 to 1000000"),
        (["--timeout", "-1"], ""),
        (["--timeout", "nan"], "above 0 and up to 86400"),
        (["--timeout", "inf"], "above 0 and up to 86400"),
        (["--timeout", "soon"], "above 0 and up to 86400"),
        (
            ["--url", "http://example.com/x.xml"],
            "allow it with --insecure-http",
        ),
        (["--url", "file:///etc/passwd"], 'expected an https address, found "file"'),
        (["--url", "FTP://example.com/x"], 'expected an https address, found "ftp"'),
        (["--url", "example.com/x.xml"], 'expected an https address, found "no scheme"'),
        (["--url", "https://"], "the address has no host"),
        (["--url", "https://example.com"], "give one with --output FILE"),
        (["--url", "https://example.com/a/"], "give one with --output FILE"),
        (["--url", "https://example.com/.."], "give one with --output FILE"),
        (["--url", "https://example.com/a%2Fb"], "give one with --output FILE"),
        (["--url", "https://example.com/a\\b"], "give one with --output FILE"),
        (["--url", "https://example.com/a b"], "has blanks"),
        (["--url", "https://example.com/\x1b[1m"], r"\x1b[1m"),
        (["--url", "https://example.com:port/a"], "cannot fetch "),
        (["--url", "https://[1/a"], "cannot fetch "),
        (
            ["--url", "https://ann:secret@example.com/a"],
            "user name or password",
        ),
        (["--output", "-"], "--output: expected a file name"),
        (["--output", ""], "--output: expected a file name"),
        (["--output", "."], ". cannot be written: it is a folder"),
        (["--output", os.path.join("none", "x.xml")], "no such folder"),
        (["file.xml"], "unexpected argument"),
    ],
)
def test_calls_that_ask_nobody(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("somebody is asked")

    monkeypatch.setattr(fetch, "download", refused)
    ended = call("fetch", *words)
    assert ended.status == 2
    assert said in ended.said
    assert "secret" not in ended.said
    assert "\x1b" not in ended.said


@posix
def test_an_output_that_cannot_be_written(
    site: Site, get: Get, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    site.answers = [sent(CLEAN, ETag='"one"')]
    monkeypatch.setattr(os, "replace", full)
    assert f"{NAME} cannot be written: No space left on device" in get().said


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(site: Site, get: Get, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(0o500)
    site.answers = [sent(CLEAN)]
    assert "cannot be written: Permission denied" in get("--output", "closed/x.xml").said
    closed.chmod(0o700)
    assert os.listdir(closed) == []


def test_a_proxy_of_no_use(call: Call, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://ann:secret@{host}")
        for url in (f"http://example.com/{NAME}", f"https://example.com/{NAME}"):
            ended = call("fetch", "--url", url, "--insecure-http")
            assert ended.status == 2
            assert f"the connection to the proxy {host} failed: " in ended.said
            assert "secret" not in ended.said
    for proxy in ("http:/nowhere", "socks5://ann:secret@127.0.0.1:9"):
        monkeypatch.setenv("https_proxy", proxy)
        ended = call("fetch", "--output", NAME)
        assert (ended.status, ended.said.count("\n")) == (2, 1)
        assert "cannot connect to www.iana.org: " in ended.said
        assert "secret" not in ended.said


def test_a_host_that_cannot_be_one(call: Call, old: Path) -> None:
    ended = call("fetch", "--url", f"https://{'x' * 64}.example.com/{NAME}")
    assert ended.status == 2
    assert "cannot connect to " in ended.said


def test_a_proxy_is_asked(
    site: Site, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", site.address.replace("//", "//ann:se%40cret@"))
    site.answers = [sent(CLEAN)]
    assert call("fetch", "--url", f"http://example.com/{NAME}", "--insecure-http").status == 0
    path, headers = site.asked[0]
    assert path == f"http://example.com/{NAME}"
    assert headers["proxy-authorization"] == f"Basic {b64encode(b'ann:se@cret').decode()}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
def test_certificates_are_verified(
    site: Site, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: Waits
) -> None:
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-subj", "/CN=example.com", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this openssl makes no certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    site.answers = [sent(CLEAN)]
    url = site.address.replace("http:", "https:")
    ended = call("fetch", "--url", f"{url}/{NAME}")
    assert ended.status == 2
    assert f"invalid certificate of 127.0.0.1:{site.server_port}: self" in ended.said
    assert waits.slept == []
    assert site.asked == []

    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    assert call("fetch", "--url", f"{url}/{NAME}").status == 0
    assert (tmp_path / NAME).read_bytes() == CLEAN
    site.answers = [moved(f"http://127.0.0.1:{site.server_port}/other")]
    assert "http is not secure" in call("fetch", "--url", f"{url}/{NAME}").said


def test_https_of_a_server_that_speaks_http(site: Site, call: Call, old: Path) -> None:
    site.answers = [sent(CLEAN)]
    ended = call("fetch", "--url", f"https://127.0.0.1:{site.server_port}/{NAME}")
    assert ended.status == 2
    assert "cannot fetch " in ended.said


def test_progress_is_told(site: Site) -> None:
    told: list[str] = []
    site.answers = [sent(b"", 503), sent(CLEAN), sent(CLEAN, Content_Length="")]
    for _ in range(2):
        fetch.download(
            f"{site.address}/{NAME}",
            timeout=30,
            progress=told.append,
            insecure=True,
        )
    host = f"127.0.0.1:{site.server_port}"
    assert told == [
        f"connecting to {host}",
        "the server answered 503 Service Unavailable; retry in 1 s",
        f"connecting to {host}",
        f"downloading from {host}: {len(CLEAN)} bytes, 100 %",
        f"connecting to {host}",
        f"downloading from {host}: {len(CLEAN)} bytes",
    ]


def test_a_fault_of_ours_is_not_hidden(
    site: Site, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of step")

    monkeypatch.setattr(fetch, "_length", broken)
    site.answers = [sent(CLEAN)]
    ended = call("fetch", "--url", f"{site.address}/{NAME}", "--insecure-http")
    assert ended.status == 3
    assert "RuntimeError: out of step" in ended.said


@posix
def test_an_interruption(site: Site, tmp_path: Path) -> None:
    import signal

    site.answers = [endless(b" ", 0.05)]
    with subprocess.Popen(
        [sys.executable, "-m", "validator", "fetch", "--insecure-http"],
        env=environment(IANALINT_URL=f"{site.address}/{NAME}", no_proxy="*"),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    ) as process:
        until = time.monotonic() + 20
        while not site.asked and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, b"ianalint: interrupted\n")
    assert os.listdir(tmp_path) == []


def test_no_other_command_can_use_the_network(tmp_path: Path) -> None:
    sample = ROOT / "fixtures" / "registry" / "small.xml"
    for words in (["check", str(sample)], ["rules", "SN005"], ["schema"]):
        code = (
            "import sys; from validator.cli import run;"
            f"run({words!r}); sys.stdout = sys.stderr;"
            "print('network:', {'socket', 'ssl', 'http', 'urllib.request'} & set(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env=environment(),
            cwd=tmp_path,
        )
        assert done.stderr.splitlines()[-1] == b"network: set()", words
