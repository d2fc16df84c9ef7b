"""`ianalint fetch`: brings the newest dump from the registry's site, or says that it is unchanged.

Beside the dump it keeps by what the server knows that state again, in `.NAME.fetch.json`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from time import monotonic as clock
from time import sleep

from validator.commands.arguments import Arguments, add, one_of, settings_of
from validator.commands.download import Stamp, download, require_address, require_registry
from validator.commands.output import refuse_collisions, write_bytes, write_file, write_stdout
from validator.commands.terminal import Progress, say
from validator.errors import CallError
from validator.readers.source import display_path
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Dump, Form

_SITE = "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers."
_ENDINGS: dict[Form, str] = {"xml": "xml", "csv": "csv", "txt": "txt", "html": "xhtml"}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_TIMEOUT = 60.0
_LONGEST = 86400.0
_STATE_LIMIT = 1 << 16

_EPILOG = """\
The dump is written when all of it has come and been read; until then, and where
anything is wrong with it, the file that was there stays as it was. Where the site
says that the dump is the same as last time, the file stays as well.

`html` is one page of many on the registry's site; XML is the complete form.
The environment's proxies (https_proxy, no_proxy) are heeded.

Exit status: 0 fetched, or not changed; 2 it could not be.

Examples:
  ianalint fetch
  ianalint fetch --form csv --output data/registry.csv
  ianalint fetch --url https://mirror.example.org/service-names-port-numbers.xml
  IANALINT_URL=http://127.0.0.1:8000/registry.xml ianalint fetch --insecure-http
"""


def arguments() -> Arguments:
    parser = Arguments(
        "fetch",
        "Bring the newest dump from the registry's site. No other command uses the network.",
        _EPILOG,
        "[options]",
    )
    what = parser.add_argument_group("What is fetched")
    what.add_argument(
        "--form",
        type=one_of("form", tuple(_ENDINGS)),
        default="xml",
        metavar="|".join(_ENDINGS),
        help="the form of the dump (default: xml)",
    )
    what.add_argument(
        "--url",
        help="ask there (default: the environment's IANALINT_URL, else the registry's site)",
    )
    what.add_argument("--force", action="store_true", help="fetch it even where it has not changed")
    how = parser.add_argument_group("How")
    how.add_argument(
        "--timeout",
        type=_seconds,
        default=_TIMEOUT,
        metavar="SECONDS",
        help=f"give up after so long, all tries together (default: {_TIMEOUT:g})",
    )
    add(how, "max_size", what="dump")
    how.add_argument(
        "--insecure-http", action="store_true", help="allow http, where anyone may change the dump"
    )
    output = parser.add_argument_group("Where it goes")
    output.add_argument(
        "--output", metavar="FILE", help="write it there (default: the last part of the address)"
    )
    output.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    options = arguments().parse(words)
    form: Form = options.form
    url = options.url or os.environ.get("IANALINT_URL") or _SITE + _ENDINGS[form]
    require_address(url, insecure=options.insecure_http)
    path = options.output if options.output is not None else _last_part(url)
    _require_place(path)

    stamp = None if options.force else _stamp(path, url)
    with Progress(quiet=options.quiet) as progress:

        def tell(what: str) -> None:
            progress.doing = what

        answer = download(
            url,
            timeout=options.timeout,
            insecure=options.insecure_http,
            stamp=stamp,
            limit=settings_of(options).limits.size,
            tell=tell,
            clock=clock,
            sleep=sleep,
        )
        data = answer.data
        if data is not None:
            tell("reading what came")
            dump = require_registry(answer, form)
            write_bytes(path, data)
    name = visible(display_path(path))
    if data is None:
        since = stamp.last_modified if stamp is not None else None
        if not options.quiet:
            write_stdout([f"{name}: not changed since {since or 'it was fetched'}\n"])
        return 0
    digest = hashlib.sha256(data).hexdigest()
    _keep(path, url, answer.stamp, digest)
    if not options.quiet:
        write_stdout([f"{name}: {_about(dump, form)}, {len(data):,} bytes\nsha256 {digest}\n"])
    return 0


def _seconds(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds <= _LONGEST:
        raise ArgumentTypeError(f'seconds, more than 0 and at most {_LONGEST:g}, not "{text}"')
    return seconds


def _last_part(url: str) -> str:
    from urllib.parse import urlsplit

    name = urlsplit(url).path.rpartition("/")[2]
    if not _NAME.fullmatch(name):
        raise CallError("the address ends in no name for a file; --output FILE gives it one")
    return name


def _require_place(path: str) -> None:
    """Raise `CallError` where no file can be written at `path`, before anything is asked for."""
    if path in ("", "-"):
        raise CallError("--output wants the name of a file")
    refuse_collisions([path], [])
    try:
        is_there = os.path.isdir(os.path.dirname(path) or ".")
    except ValueError:
        is_there = True  # the name cannot be one; whoever writes it says why
    if not is_there:
        raise CallError(f"{display_path(path)} cannot be written: there is no such folder")


def _about(dump: Dump, form: Form) -> str:
    date = f" of {visible(dump.updated[:40])}" if dump.updated else ""
    return f"{form.upper()}{date}, {len(dump.records):,} records"


# -- what is kept of the last time -------------------------------------------------------------


def _beside(path: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.fetch.json")


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _stamp(path: str, url: str) -> Stamp | None:
    """Return the stamp of the last time, if `path` still holds what came then from `url`."""
    state = _beside(path)
    if not _is_file(path) or not _is_file(state):
        return None
    try:
        with open(state, "rb") as stream:
            kept = json.loads(stream.read(_STATE_LIMIT))
        if not isinstance(kept, dict) or kept.get("url") != url:
            return None
        with open(path, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError, RecursionError):
        return None
    if kept.get("sha256") != digest:
        return None
    stamp = Stamp(kept.get("etag"), kept.get("last_modified"))
    return stamp if stamp.etag or stamp.last_modified else None


def _keep(path: str, url: str, stamp: Stamp, digest: str) -> None:
    """Write down the stamp of what `path` holds now.  That it cannot be costs a download later."""
    if not _is_file(path):
        return
    kept = {
        "url": url,
        "etag": stamp.etag,
        "last_modified": stamp.last_modified,
        "sha256": digest,
    }
    try:
        write_file(_beside(path), [json.dumps(kept, indent=2), "\n"])
    except CallError as error:
        say(f"{error}; next time everything is fetched again")
