"""`ianalint fetch`: brings the newest dump from the registry's site, or reports it unchanged."""

from __future__ import annotations

import hashlib
import os

from validator.budget import Untimed, start
from validator.commands.arguments import Arguments, add, add_flag, add_output, one_of, settings_of
from validator.commands.output import write_bytes, write_stdout
from validator.commands.terminal import Progress
from validator.model.vocabulary import form_name
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
The file is replaced only after the whole dump was downloaded and checked. If the
download fails, or if the site reports that the dump has not changed, the file stays
as it is.

With --form html, only the first page of the registry is fetched; the XML is complete.
The proxies of the environment (https_proxy, no_proxy) are used.

Exit status: 0 fetched or unchanged; 2 failed.

Examples:
  ianalint fetch
  ianalint fetch --form csv --output data/registry.csv
  ianalint fetch --url https://mirror.example.org/service-names-port-numbers.xml
  IANALINT_URL=http://127.0.0.1:8000/registry.xml ianalint fetch --insecure-http
"""


def arguments() -> Arguments:
    parser = Arguments(
        "fetch",
        "Download the newest dump of the registry. No other command uses the network.",
        _EPILOG,
        "[options]",
    )
    what = parser.add_argument_group("Source")
    what.add_argument(
        "--form",
        type=one_of("form", tuple(_ENDINGS)),
        default="xml",
        metavar="|".join(_ENDINGS),
        help="format of the dump (default: xml)",
    )
    what.add_argument(
        "--url",
        help="address of the dump (default: IANALINT_URL, or else the registry's site)",
    )
    what.add_argument("--force", action="store_true", help="download it even if it has not changed")
    how = parser.add_argument_group("Limits")
    how.add_argument(
        "--timeout",
        type=_seconds,
        default=_TIMEOUT,
        metavar="SECONDS",
        help=f"give up after this time, including retries (default: {_TIMEOUT:g})",
    )
    add(how, "max_size", "max_time")
    how.add_argument(
        "--insecure-http", action="store_true", help="allow http, where anyone may alter the dump"
    )
    output = parser.add_argument_group("Output")
    add_output(output, "file to write (default: the last part of the address)")
    add_flag(output, "quiet", "print errors only")
    parser.closing_options()
    return parser


def run(words: Sequence[str]) -> int:
    # Loaded here because completion needs the options and must not load network modules.
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
        most = settings_of(options).limits.size
        with Untimed():  # it has a limit of its own
            answer = download(
                url,
                timeout=options.timeout,
                progress=progress.show,
                insecure=options.insecure_http,
                stamp=stamp,
                limit=most,
            )
        if answer.data is None:
            since = (stamp.last_modified if stamp is not None else None) or "the last fetch"
            outcome = f"unchanged since {since}"
        else:
            progress.show("checking the dump")
            start("while checking the dump")
            dump = require_registry(answer, form)
            write_bytes(path, answer.data)
            digest = hashlib.sha256(answer.data).hexdigest()
            write_stamp(path, url, answer.stamp, digest)
            dated = f" of {visible(dump.updated[:40])}" if dump.updated else ""
            size = f"{len(dump.records):,} records, {len(answer.data):,} bytes"
            outcome = f"{form_name(form)}{dated}, {size}\nsha256 {digest}"
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
        raise ArgumentTypeError(f'expected seconds, above 0 and up to {_LONGEST:g}, found "{text}"')
    return seconds
