"""The versions of a file in a git repository, asked of `git` itself.

It is run as a program with its arguments, never through a shell, and only to read: no hook, pager,
filter or signature check of the repository is run, and nothing is fetched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from validator.errors import CallError
from validator.readers.source import display_path

_QUIET = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}


class Revision:
    """One version of the file: the commit, the path that the file had in it, and its day.

    `date` is that of the commit, YYYY-MM-DD; empty for the commit that a range begins after.
    """

    __slots__ = ("commit", "date", "path", "repository")

    def __init__(self, repository: Repository, commit: str, path: str, date: str = "") -> None:
        self.repository = repository
        self.commit = commit
        self.path = path
        self.date = date

    @property
    def name(self) -> str:
        """What git calls it: COMMIT:PATH, the commit cut short."""
        return f"{self.commit[:10]}:{display_path(self.path)}"

    @property
    def place(self) -> str:
        """The path of the file in the working tree, whether it is there or not."""
        return os.path.join(self.repository.top, self.path.replace("/", os.sep))

    def read(self, limit: int) -> bytes:
        """Return its bytes.  Raises `CallError` for more than `limit`, and where git has none."""
        return self.repository.blob(self.commit, self.path, limit)


class Repository:
    """The repository that the file at `path` belongs to.

    Raises `CallError` where git is not installed, there is no repository, or `path` is a folder.
    """

    def __init__(self, path: str) -> None:
        self.folder = os.path.dirname(os.path.abspath(path))
        while not os.path.isdir(self.folder):  # a file that was moved away may have left no folder
            self.folder = os.path.dirname(self.folder)
        self.display = display_path(path)
        if os.path.isdir(path):
            raise CallError(f"{self.display} is a folder; name the dump in it")
        top = self.run("rev-parse", "--show-toplevel", what=f"the repository of {self.display}")
        self.top = os.fsdecode(top.rstrip(b"\n"))
        full = os.path.join(os.path.realpath(os.path.dirname(os.path.abspath(path))), "")
        inside = os.path.relpath(os.path.join(full, os.path.basename(path)), self.top)
        self.path = inside.replace(os.sep, "/")

    def versions(self, revisions: str | None) -> list[Revision]:
        """Return the versions of the file, the oldest first.

        `revisions` is `A..B`, `A..` or `..B`: the version in A and each one after it up to B; or
        `A...B`: the same from the merge base of A and B; or one revision: all up to it.  Without
        it, all up to HEAD.  Raises `CallError` where git knows no such revision, or no such file.
        """
        first, last = self.ends(revisions)
        log = list(self.log(last if first is None else f"{first}..{last}"))
        versions = [Revision(self, commit, new, date) for commit, date, _, new in reversed(log)]
        path = log[-1][2] if log else self.path
        if first is not None:
            if self.blob_id(first, path):
                versions.insert(0, Revision(self, first, path))
            # What only A changed is not in the log.
            path = log[0][3] if log else self.path
            before = self.blob_id(versions[-1].commit, path) if versions else None
            if self.blob_id(last, path) not in (None, before):
                versions.append(Revision(self, last, path))
        if not versions:
            where = f" ({revisions})" if revisions else ""
            raise CallError(f"no version of {self.display} in git{where}")
        return versions

    def compared(self, revisions: str | None) -> list[Revision]:
        """Return `versions` for a comparison: one where both ends of a range have the same.

        Raises `CallError` where B has no such file, or there are fewer than two versions.
        """
        versions = self.versions(revisions)
        first, last = self.ends(revisions)
        if first is not None:
            start, dots, end = _words(revisions)
            if not self.blob_id(last, versions[-1].path):
                raise CallError(f"{display_path(versions[-1].path)} is not in {end}")
            if len(versions) == 1 and not self.blob_id(first, versions[0].path):
                start = f"the merge base of {start} and {end}" if dots == "..." else start
                raise CallError(f"{display_path(versions[0].path)} is not in {start}")
        elif len(versions) == 1:
            raise CallError(f"expected at least two versions of {self.display} in git, found one")
        return versions

    def is_checked_out(self, version: Revision) -> bool:
        """Whether the file is in HEAD as it is in `version`."""
        blob = self.blob_id(version.commit, self.path)
        return blob is not None and self.blob_id("HEAD", self.path) == blob

    def ends(self, revisions: str | None) -> tuple[str | None, str]:
        """Return the commit that the range begins after, if it is a range, and its last one."""
        start, dots, end = _words(revisions)
        first, last = self.commit(start), self.commit(end)
        if dots == "...":
            status, out, _ = self.call("merge-base", first, last)
            if status:
                raise CallError(
                    f"{display_path(start)} and {display_path(end)} have no merge base in"
                    f" {display_path(self.top)}",
                    "If the clone is shallow, fetch its whole history.",
                )
            first = out.decode("ascii", "replace").strip()
        return first if dots else None, last

    def log(self, commits: str) -> Iterator[tuple[str, str, str, str]]:
        """Yield each commit that changed the file, the newest first.

        With its day, and the path of the file before and after it.
        """
        log = self.run(
            "log", "--follow", "--first-parent", "-m", "--no-show-signature", "--no-ext-diff",
            "--no-textconv", "--no-color", "--no-notes", "--diff-filter=AMRT", "--name-status",
            "-z", "--format=%x01%H %cs", commits, "--", self.path,
            what=f"the history of {self.display}",
        )  # fmt: skip
        for piece in log.split(b"\x01")[1:]:
            # Commit, kind of change, and the name; of a file that was renamed the old one first.
            parts = [part.strip(b"\n") for part in piece.split(b"\0")]
            names = [os.fsdecode(part) for part in parts[2:] if part]
            if names:
                commit, _, day = parts[0].decode("ascii").partition(" ")
                yield commit, day, names[0], names[-1]

    def commit(self, revision: str) -> str:
        """Return the whole name of the commit that `revision` means."""
        if revision.startswith("-"):
            raise CallError(f'invalid revision "{display_path(revision)}"')
        name = revision + "^{commit}"
        status, out, _ = self.call("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        if status:
            where = display_path(self.top)
            raise CallError(f'unknown revision "{display_path(revision)}" in {where}')
        return out.decode("ascii", "replace").strip()

    def blob_id(self, commit: str, path: str) -> bytes | None:
        """Return the object name of the file in `commit`; `None` where it is not there."""
        name = f"{commit}:{path}"
        status, out, _ = self.call("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return None if status else out.strip()

    def blob(self, commit: str, path: str, limit: int) -> bytes:
        name = f"{commit}:{path}"
        display = f"{commit[:10]}:{display_path(path)}"
        if int(self.run("cat-file", "-s", name, what=display)) > limit:
            raise CallError(f"{display} is larger than {limit / 2**20:,.6g} MiB")
        return self.run("cat-file", "blob", name, what=display)

    def run(self, *words: str, what: str) -> bytes:
        """Run git to read `what`, and return its output.  Raises `CallError` if it fails."""
        status, out, err = self.call(*words)
        if status:
            reason = err.decode("utf-8", "replace").strip().split("\n")[0].removeprefix("fatal: ")
            if "not a git repository" in reason:
                raise CallError(f"{self.display} is not in a git repository")
            raise CallError(f"git failed to read {what}: {reason or 'no reason given'}")
        return out

    def call(self, *words: str) -> tuple[int, bytes, bytes]:
        import subprocess

        command: Sequence[str] = [
            "git", "--no-pager", "--literal-pathspecs", "-c", "protocol.allow=never", *words
        ]  # fmt: skip
        try:
            process = subprocess.run(
                command,
                cwd=getattr(self, "top", self.folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, **_QUIET},
                check=False,
            )
        except FileNotFoundError:
            raise CallError("git is not installed, or not on the PATH") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CallError(f"cannot run git: {reason}") from None
        return process.returncode, process.stdout, process.stderr


def _words(revisions: str | None) -> tuple[str, str, str]:
    """The two ends and the dots of A..B or A...B; HEAD is what is left out.

    One revision has no dots, and is both ends.
    """
    words = revisions or "HEAD"
    dots = next((dots for dots in ("...", "..") if dots in words), "")
    first, last = words.split(dots, 1) if dots else (words, words)
    for end in (first, last):
        if end.startswith("-"):
            raise CallError(f'invalid revision "{display_path(end)}"')
    return first or "HEAD", dots, last or "HEAD"
