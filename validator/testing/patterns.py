"""The globs that select the files of a pytest run."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from glob import iglob
from pathlib import Path

from validator.testing.session import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest


# Of a glob, so many `**/` may stand for no folder.
_MOST_OPTIONAL = 8


def matches(path: Path, root: Path, pattern: str) -> bool:
    """Whether a glob selects the file: by its path from the root folder, or by its name."""
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    name = relative.as_posix() if "/" in pattern else path.name
    return _fits(name, pattern) or _fits(path.as_posix(), pattern)


def _fits(name: str, pattern: str, start: int = 0, left: int = _MOST_OPTIONAL) -> bool:
    """Whether a name matches a glob, in which each `**/` stands for any folders, or for none.

    After the first few that is at least one folder, as each of them doubles the work.
    """
    at = pattern.find("**/", start)
    if at < 0 or not left:
        return fnmatch(name, pattern)
    end = at + len("**/")
    return _fits(name, pattern, end, left - 1) or _fits(
        name, pattern[:at] + pattern[end:], at, left - 1
    )


def require_matches(config: pytest.Config, groups: Sequence[Sequence[str]], option: str) -> None:
    """Raise `pytest.UsageError` where a group of globs selects no file: nothing is checked then.

    `option` is where the globs come from.
    """
    root = config.rootpath
    missing = [group for group in groups if not _names_a_file(config, group)]
    if not missing:
        return
    for path in _files(config):
        missing = [group for group in missing if not any(matches(path, root, p) for p in group)]
        if not missing:
            return
    refuse(f"{option}: no file matches {', '.join(' or '.join(group) for group in missing)}")


def _names_a_file(config: pytest.Config, group: Sequence[str]) -> bool:
    """Whether a glob names a file that pytest comes to."""
    tops = [config.rootpath, *_folders(config)]
    paths = (path for glob in group for path in iglob(str(tops[0] / glob), recursive=True))
    return any(os.path.isfile(path) and _is_visited(config, Path(path), tops) for path in paths)


def _is_visited(config: pytest.Config, path: Path, tops: Sequence[Path]) -> bool:
    skipped: Sequence[str] = config.getini("norecursedirs")
    path = Path(os.path.normpath(path))
    for top in tops:
        if path.is_relative_to(top):
            folders = path.relative_to(top).parts[:-1]
            if not any(fnmatch(name, pattern) for name in folders for pattern in skipped):
                return True
    return False


def _files(config: pytest.Config) -> Iterator[Path]:
    """The files below the root folder and the arguments, without the folders pytest skips."""
    skipped: Sequence[str] = config.getini("norecursedirs")
    folders = dict.fromkeys([config.rootpath, *_folders(config)])
    for top in folders:
        for place, inner, names in os.walk(top):
            inner[:] = [name for name in inner if not any(fnmatch(name, p) for p in skipped)]
            for name in names:
                yield Path(place, name)


def _folders(config: pytest.Config) -> Iterator[Path]:
    """The folders of the arguments, which may be outside of the root folder."""
    for word in config.args:
        path = config.invocation_params.dir / word.partition("::")[0]
        if path.is_dir():
            yield path
        elif path.parent.is_dir():
            yield path.parent
