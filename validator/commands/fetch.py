"""`ianalint fetch`: brings the newest dump from the registry's site, or reports it unchanged."""

from __future__ import annotations

import hashlib
import os

from validator.budget import Untimed, start
from validator.commands.arguments import Arguments, Option, settings_of
from validator.commands.output import write_bytes, write_stdout
from validator.commands.terminal import Progress
from validator.model.vocabulary import form_name
from validator.readers.source import display_path
from validator.reporters.escape import visible
from validator.settings.table import Choice, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.model.record import Form

_SITE = "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers."
_ENDINGS: dict[Form, str] = {"xml": "xml", "csv": "csv", "txt": "txt", "html": "xhtml"}
_LONGEST = 86400.0


class _Timeout(Kind):
    """Seconds, of which a part is enough."""

    def parse(self, word: str) -> float:
        try:
            seconds = float(word)
        except ValueError:
            seconds = 0.0
        if not 0.0 < seconds <= _LONGEST:
            raise ValueError(f'expected seconds, above 0 and up to {_LONGEST:g}, found "{word}"')
        return seconds


def arguments() -> Arguments:
    return Arguments(
        "fetch",
        (
            "Source",
            [
                Option("form", Choice("form", tuple(_ENDINGS)), default="xml"),
                Option("url", action="store"),
                "force",
            ],
        ),
        (
            "Limits",
            [
                Option("timeout", _Timeout("SECONDS"), default=60.0),
                "max_size",
                "max_time",
                "insecure_http",
            ],
        ),
        ("Output", ["output", "quiet"]),
        configurable=False,
    )


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
