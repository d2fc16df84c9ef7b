"""`ianalint fetch`: brings the newest dump from the registry's site, or reports it unchanged."""

from __future__ import annotations

import hashlib
import os

from validator.commands.arguments import Arguments, add, one_of, settings_of
from validator.commands.output import write_bytes, write_stdout
from validator.commands.terminal import Progress
from validator.readers.source import display_path
from validator.reporters.escape import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Form

_SITE = "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers."
_ENDINGS: dict[Form, str] = {"xml": "xml", "csv": "csv", "txt": "txt", "html": "xhtml"}
_TIMEOUT = 60.0
_LONGEST = 86400.0

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
    add(how, "max_size")
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
    # Loaded here, for completion needs the options alone and must not load the network.
    from validator.commands.download import download, require_address
    from validator.commands.fetch_content import require_registry
    from validator.commands.fetch_file import last_part, read_stamp, require_place, write_stamp

    options = arguments().parse(words)
    form: Form = options.form
    url = options.url or os.environ.get("IANALINT_URL") or _SITE + _ENDINGS[form]
    require_address(url, insecure=options.insecure_http)
    path = options.output if options.output is not None else last_part(url)
    require_place(path)
    stamp = None if options.force else read_stamp(path, url)
    with Progress(quiet=options.quiet) as progress:
        answer = download(
            url,
            timeout=options.timeout,
            progress=progress.show,
            insecure=options.insecure_http,
            stamp=stamp,
            limit=settings_of(options).limits.size,
        )
        if answer.data is None:
            since = (stamp.last_modified if stamp is not None else None) or "it was fetched"
            outcome = f"not changed since {since}"
        else:
            progress.show("reading what came")
            dump = require_registry(answer, form)
            write_bytes(path, answer.data)
            digest = hashlib.sha256(answer.data).hexdigest()
            write_stamp(path, url, answer.stamp, digest)
            dated = f" of {visible(dump.updated[:40])}" if dump.updated else ""
            size = f"{len(dump.records):,} records, {len(answer.data):,} bytes"
            outcome = f"{form.upper()}{dated}, {size}\nsha256 {digest}"
    if not options.quiet:
        write_stdout([f"{visible(display_path(path))}: {outcome}\n"])
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
