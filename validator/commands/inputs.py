"""From the FILEs of a call to files: folders are searched, globs expanded, nothing comes twice."""

from __future__ import annotations

import os
import stat
import sys

from validator.commands.terminal import say
from validator.errors import CallError, Unusable
from validator.model.pattern import pattern
from validator.model.vocabulary import NAMESPACE, REGISTRY_ID, listing
from validator.readers import FORMS, PREAMBLE, page_of, recognize
from validator.readers.source import (
    LFS_POINTER,
    Source,
    UnknownEncoding,
    display_path,
    is_packed,
    read_source,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from validator.limits import Limits
    from validator.model.record import Form

STANDARD_INPUT = "-"
_HEAD = PREAMBLE
_REQUEST_ENDINGS = (".yaml", ".yml", ".toml", ".json", ".txt", ".md", ".xml")
# A file with all keys of one of these holds a request, even if it misspells the others.
_KEYS_OF_REQUESTS = ((b"service_name",), (b"transport_protocols",), (b"assignee", b"contact"))
# The name of a published dump, perhaps with a date and the like in it.
_PUBLISHED_NAME = pattern(
    r"service-names-port-numbers([^a-z].*)?\.(xml|csv|txt|x?html?|json)(\.gz|\.xz)?", "i"
)
_SUFFIX = pattern(r"\.(xml|csv|tsv|txt|x?html?|json)(\.gz|\.xz)?$", "i")
_TAG = pattern(rb"<[A-Za-z_][^>]*>")
# The marks of UTF-16, and what may stand before the first tag of XML in any encoding.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANK = b"\xff\xfe\xef\xbb\xbf \t\r\n"
# Programs and documents may have the headings of the registry in them.
_NO_DUMPS = (
    *(".c", ".css", ".go", ".h", ".java", ".js", ".md", ".pl", ".py", ".rb", ".rs", ".rst", ".sh"),
    *(".toml", ".yaml", ".yml"),
)
_OWN_PAGE = b"<title>ianalint report</title>"
_OF_SCHEMA = pattern(rb'"\$schema"\s*:\s*"urn:ianalint:schema:registry:')
_MARKS = (NAMESPACE.encode(), REGISTRY_ID.encode())


class InputFile:
    """A file to be read; `error` is set for a name that leads to no file.

    `pages` are the files of a registry that is a folder of pages; `path` is then the folder.
    `name` is the path that settings and reports know it by: another one for standard input with
    `--stdin-filename`.
    """

    __slots__ = ("error", "name", "pages", "path")

    def __init__(
        self,
        path: str,
        error: str | None = None,
        pages: Sequence[str] = (),
        name: str | None = None,
    ) -> None:
        self.path = path
        self.error = error
        self.pages = pages
        self.name = name or path

    @property
    def files(self) -> list[str]:
        """The files that are read for it."""
        return list(self.pages) or [self.path]

    @property
    def display(self) -> str:
        """What the file is called in reports and messages."""
        return "<stdin>" if self.name == STANDARD_INPUT else display_path(self.name)

    @property
    def is_packed(self) -> bool:
        """Whether it is a `.gz` or `.xz` file.  What cannot be opened is said by the reader."""
        try:
            # What is read from a pipe is gone.
            if self.path == STANDARD_INPUT or not os.path.isfile(self.path):
                return False
            with open(self.path, "rb") as stream:
                return is_packed(stream.read(8))
        except (OSError, ValueError):
            return False

    def source(self, limits: Limits) -> Source:
        """Read the file.  Raises `Unusable`."""
        self.require_readable()
        name = self.display if self.path == STANDARD_INPUT else None
        return read_source(self.path, limits, name)

    def require_readable(self) -> None:
        """Raise `Unusable` where it is known already that it cannot be read."""
        if self.error is not None:
            raise Unusable(self.error)
        if self.path == STANDARD_INPUT and sys.stdin is None:
            raise Unusable(f"{self.display}: standard input is closed")


class Search:
    """How folders and globs are searched.

    `exclude` are globs as in a `.gitignore`, for paths from the searched folder or from the working
    directory.  A searched folder stands for its files that `is_input` recognizes (by default dumps
    of the registry), which messages call `noun`.  `stdin_filename` is the name of what comes on
    standard input.  With `quiet`, links that lead nowhere are not mentioned.
    """

    __slots__ = ("exclude", "is_input", "noun", "quiet", "stdin_filename")

    def __init__(
        self,
        exclude: Sequence[str] = (),
        is_input: Callable[[str], bool] | None = None,
        noun: str = "registry dumps",
        *,
        stdin_filename: str | None = None,
        quiet: bool = False,
    ) -> None:
        self.exclude = exclude
        self.is_input = is_input
        self.noun = noun
        self.stdin_filename = stdin_filename
        self.quiet = quiet


def expanded(paths: Iterable[str], search: Search | None = None) -> list[InputFile]:
    """Return the files that `paths` name, in order.

    A folder stands for the dumps in it and below, recognized by their content, in alphabetical
    order; a name with `*`, `?` or `[` that no file has stands for the files it matches (some shells
    do not expand such names).  A file that is named twice, by whatever path, comes once.
    `search` says what else a folder is searched for, and what is excluded.
    """
    search = search or Search()
    files: list[InputFile] = []
    identities: set[object] = set()
    for path in paths:
        for file in _files(path, search):
            same = identity(file.path)
            if file.error is not None or same not in identities:
                files.append(file)
                identities.add(same)
    return files


def only(path: str, search: Search | None = None) -> InputFile:
    """Return the one dump that `path` names: a file, or a folder of HTML pages.

    Raises `CallError` where there is none, or more than one.
    """
    files = expanded([path], search)
    for file in files:
        if file.error is not None:
            raise CallError(file.error)
    if len(files) > 1:
        raise CallError(f"expected one registry dump, found {len(files)} in {display_path(path)}")
    return files[0]


def _files(path: str, search: Search) -> Iterator[InputFile]:
    if path == STANDARD_INPUT:
        yield InputFile(path, name=search.stdin_filename)
    elif os.path.isdir(path):
        yield from _searched(path, search)
    elif not os.path.lexists(path) and any(mark in path for mark in "*?["):
        from validator.commands.search import FolderSearch

        matching = FolderSearch(search.exclude, quiet=search.quiet).matching(path)
        if not matching:
            yield InputFile(path, f"no file matches {display_path(path)}")
        for file in matching:
            yield from _files(file, search)
    else:
        yield InputFile(path)


def _searched(folder: str, search: Search) -> Iterator[InputFile]:
    from validator.commands.search import FolderSearch

    problems: list[InputFile] = []

    def unreadable(error: OSError) -> None:
        path = error.filename or folder
        problems.append(
            InputFile(path, f"{display_path(path)} cannot be searched: {error.strerror}")
        )

    recognizes = search.is_input or is_dump
    paths: list[str] = []
    others: list[str] = []
    for path in FolderSearch(search.exclude, quiet=search.quiet).files(folder, unreadable):
        (paths if recognizes(path) else others).append(path)
    name = os.path.join(display_path(folder), "")
    if paths and others and not search.quiet:
        _say_skipped(others, name, search.noun)
    if not paths and not problems:
        problems.append(InputFile(folder, f"no {search.noun} found in {name}"))
    yield from problems
    yield from sorted(_grouped(paths, search), key=lambda file: file.files[0])


def _grouped(paths: list[str], search: Search) -> Iterator[InputFile]:
    """Yield the files of a folder, of which the pages of one registry are one input."""
    pages = _pages(paths) if search.is_input is None else {}
    paged = {path for group in pages.values() for path in group}
    for path in paths:
        if path not in paged:
            yield InputFile(path)
    for place, group in pages.items():
        yield InputFile(place, pages=sorted(group))


def _say_skipped(paths: Sequence[str], folder: str, noun: str) -> None:
    names = listing(sorted(display_path(path).removeprefix(folder) for path in paths), 3)
    others = "other file" if len(paths) == 1 else "other files"
    say(f"skipped {len(paths):,} {others} in {folder}: not {noun} ({names})")


def _pages(dumps: list[str]) -> dict[str, list[str]]:
    """The folders that contain several pages of one registry, and the pages."""
    groups: dict[tuple[str, int], list[str]] = {}
    for file in dumps:
        count = _page_count(file)
        if count > 1:
            groups.setdefault((os.path.dirname(file), count), []).append(file)
    # With pages of two registries in one folder, it is unknown which belongs to which.
    folders = [place for place, _ in groups]
    return {
        place: files
        for (place, _), files in groups.items()
        if len(files) > 1 and folders.count(place) == 1
    }


def _page_count(path: str) -> int:
    """Of how many pages the file is one; 1 for what is none of several, or cannot be read."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
        if recognize(Source(path, _unpacked_head(head)).data) != "html":
            return 1
        page = page_of(read_source(path).data)
    except (OSError, UnknownEncoding, Unusable):
        return 1
    return 1 if page is None else page[1]


def is_dump(path: str, *, damaged: bool = True) -> bool:
    """Say whether a file is a dump of the registry, in a form that is read, or a damaged one.

    That is what has the name of a published dump, or begins like one; and, unless `damaged` is
    false, what has the suffix of a form and not its content.  A file that cannot be opened counts
    as one, too: the error is reported when it is read.
    """
    if path.lower().endswith(_NO_DUMPS):
        return False
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True
    if _PUBLISHED_NAME.fullmatch(os.path.basename(path)):
        return True
    if damaged and _is_damaged(path, head):
        return True
    try:
        data = Source(path, _unpacked_head(head)).data
    except UnknownEncoding:
        return _is_head_of_dump("xml", head)
    form = recognize(data)
    if form is None:
        from validator.readers.appearance import begins_like_registry

        return begins_like_registry(data)
    if form == "html" and len(head) == _HEAD:
        return _is_long_page(path)
    return _is_head_of_dump(form, data)


def _is_damaged(path: str, head: bytes) -> bool:
    """Whether a file with the suffix of a form has not its content: that is what a failure leaves.

    It has nothing at all, bytes that are no text, no whole tag or a page instead of XML, or is a
    Git LFS pointer.
    """
    suffix = _SUFFIX.search(path)
    if suffix is None or head.startswith(LFS_POINTER):
        return suffix is not None
    content = _unpacked_head(head)
    form = suffix[1].lower()
    if not content.strip():
        return bool(suffix[2]) or form in ("xml", "csv", "json")
    if form == "xml":
        is_markup = content.lstrip(_BLANK).startswith((b"<", b"\0<\0"))
        has_tag = _TAG.search(content.replace(b"\0", b"")) is not None
        return not (is_markup and has_tag) or recognize(content) == "html"
    return b"\0" in content and not content.startswith(_UTF16)


def _is_head_of_dump(form: Form | None, data: bytes) -> bool:
    if form == "xml":
        return b"<registry" in data and any(mark in data for mark in _MARKS)
    if form == "json":
        return _OF_SCHEMA.search(data) is not None
    if form == "html":
        if _OWN_PAGE in data:
            return False
        return REGISTRY_ID.encode() in data or b"service name" in data.lower()
    return form in FORMS


def _is_long_page(path: str) -> bool:
    """Whether a page names the registry, before or after its head; a too large one is reported."""
    try:
        return _is_head_of_dump("html", read_source(path).data)
    except (UnknownEncoding, Unusable):
        return True


def is_request(path: str) -> bool:
    """Say whether a file found by searching holds requests, as far as its name and head show.

    One that cannot be opened counts as one: whoever reads it says what is wrong.
    """
    if not path.lower().endswith(_REQUEST_ENDINGS):
        return False
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True
    if head.startswith(LFS_POINTER):
        return True
    if path.lower().endswith((".txt", ".md", ".xml")):
        from validator.request.drafts import is_draft

        return is_draft(head)
    is_empty = not head.strip()
    return is_empty or any(all(key in head for key in keys) for keys in _KEYS_OF_REQUESTS)


def head_of(path: str) -> bytes:
    """Return what the file at `path` begins with, unpacked; nothing where it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b""
        with open(path, "rb") as stream:
            return Source(path, _unpacked_head(stream.read(_HEAD))).data
    except (OSError, ValueError, UnknownEncoding):
        return b""


def _unpacked_head(head: bytes) -> bytes:
    """Return what a packed file that begins with `head` has in it; `head` if it is not packed."""
    if head.startswith(b"\x1f\x8b"):
        import zlib

        try:
            return zlib.decompressobj(31).decompress(head, _HEAD)
        except zlib.error:
            return b""
    if head.startswith(b"\xfd7zXZ\x00"):
        import lzma

        try:
            return lzma.LZMADecompressor().decompress(head, _HEAD)
        except lzma.LZMAError:
            return b""
    return head


def identity(path: str) -> object:
    """Return what all names of one file share, whether it is there yet or not."""
    if path == STANDARD_INPUT:
        return path
    try:
        status = os.stat(path)
        if status.st_ino:
            return status.st_dev, status.st_ino
    except (OSError, ValueError):
        pass
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def sample() -> str:
    """Return the path of the small registry that comes with ianalint."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for path in (
        os.path.join(package, "sample", "service-names-port-numbers.xml"),
        os.path.join(os.path.dirname(package), "fixtures", "registry", "small.xml"),
    ):
        if os.path.isfile(path):
            return path
    raise CallError("the sample registry is missing from this installation")
