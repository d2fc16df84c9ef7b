"""The search of folders and globs: which files are looked at.

Not looked at are names that begin with a dot, what `.gitignore` ignores, what is excluded, and
links that lead nowhere.  Links to folders are not entered, so that no loop of links is endless.
"""

from __future__ import annotations

import os
from contextlib import suppress

from validator.commands.terminal import say
from validator.readers.source import display_path, unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from pathspec import GitIgnoreSpec


_IGNORE_FILE = ".gitignore"


class FolderSearch:
    """Searches folders and globs.

    `exclude` are globs as in a `.gitignore`.  With `quiet`, dangling links are not mentioned.
    """

    def __init__(self, exclude: Sequence[str], *, quiet: bool) -> None:
        self.exclude = _spec(exclude) if exclude else None
        self.quiet = quiet

    def files(self, folder: str, onerror: Callable[[OSError], None]) -> Iterator[str]:
        """Yield the files in `folder` and below, in no order."""
        ignored = _Ignored(folder)
        for place, folders, names in os.walk(folder, onerror=onerror):
            ignored.enter(place)
            folders[:] = [
                name
                for name in folders
                if not name.startswith(".") and not self._skips(folder, place, name, ignored, "/")
            ]
            for name in names:
                path = os.path.join(place, name)
                if name.startswith(".") or self._skips(folder, place, name, ignored):
                    continue
                if self.leads_somewhere(path):
                    yield path

    def matching(self, glob: str) -> list[str]:
        """Return the files and folders that a glob matches, but for those that are excluded."""
        paths = dict.fromkeys(_globbed(glob))
        return sorted(p for p in paths if not self._excludes(p) and self.leads_somewhere(p))

    def leads_somewhere(self, path: str) -> bool:
        """Whether a path is no dangling link; says so where it is one."""
        if os.path.exists(path) or not os.path.islink(path):
            return True
        if not self.quiet:
            say(f"skipped {display_path(path)}: the link leads nowhere")
        return False

    def _skips(self, top: str, place: str, name: str, ignored: _Ignored, end: str = "") -> bool:
        path = os.path.join(place, name)
        return (
            self._excludes(path + end)
            or self._excludes(os.path.relpath(path, top) + end)
            or ignored.covers(path, end)
        )

    def _excludes(self, path: str) -> bool:
        return self.exclude is not None and self.exclude.match_file(display_path(path))


class _Ignored:
    """What the `.gitignore` files in a searched folder, above it and below it ignore."""

    def __init__(self, folder: str) -> None:
        self._specs: dict[str, GitIgnoreSpec] = {}
        for above in _folders_above(folder):
            self.enter(above)

    def enter(self, folder: str) -> None:
        """Read the file of a folder, if there is one."""
        path = os.path.join(folder, _IGNORE_FILE)
        if not os.path.isfile(path):
            return
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as stream:
                self._specs[os.path.abspath(folder)] = _spec(stream.read().split("\n"))
        except OSError as error:
            say(unreadable(path, error))

    def covers(self, path: str, end: str) -> bool:
        """Whether the nearest file that has a pattern for `path` ignores it."""
        if not self._specs:
            return False
        place = absolute = os.path.abspath(path)
        while place != (place := os.path.dirname(place)):
            spec = self._specs.get(place)
            if spec is not None:
                name = os.path.relpath(absolute, place).replace(os.sep, "/")
                decision = spec.check_file(name + end).include
                if decision is not None:
                    return decision
        return False


def _folders_above(folder: str) -> list[str]:
    """The folders above one, up to that of its git repository; none outside of a repository."""
    folders: list[str] = []
    place = os.path.abspath(folder)
    while not os.path.exists(os.path.join(place, ".git")):
        above = os.path.dirname(place)
        if above == place:
            return []
        folders.append(above)
        place = above
    return folders


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Compile patterns, without those that git ignores because they are malformed."""
    # Loaded here: only where something is excluded.
    from pathspec import GitIgnoreSpec

    compiled: list[Any] = []
    for pattern in patterns:
        with suppress(ValueError):
            compiled += GitIgnoreSpec.from_lines([pattern]).patterns
    return GitIgnoreSpec(compiled)


def _globbed(pattern: str) -> Iterator[str]:
    """The paths that a glob matches; `**` stands for folders, of which links are not entered."""
    from glob import escape, glob

    head, mark, tail = pattern.replace(os.sep, "/").partition("**/")
    if not mark or (head and not head.endswith("/")):
        yield from glob(pattern)
        return
    for top in glob(head) if head else ["."]:
        for place, folders, _ in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below = "" if place == "." else os.path.join(place.removeprefix("./"), "")
            yield from _globbed(escape(below) + tail)
