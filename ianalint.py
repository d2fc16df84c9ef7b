"""The command `ianalint`, beside its package: another project may have a package `validator`."""

from __future__ import annotations

import os
import sys

_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "validator", "__init__.py")


def command() -> None:
    """Run the command line and end the process: with status 2 where `validator` is another one."""
    try:
        import validator

        origin = validator.__file__
    except Exception as error:  # of whatever it is
        origin = f"one that fails ({type(error).__name__}: {error})"
    if not is_own(origin):
        sys.stderr.write(f"ianalint: {another_package(origin)}\n")
        sys.exit(2)
    from validator.__main__ import command as run

    run()


def is_own(origin: str | None) -> bool:
    """Whether the module at the path `origin` is the package of ianalint."""
    return origin == _PACKAGE or os.path.realpath(origin or "") == os.path.realpath(_PACKAGE)


def another_package(origin: str | None) -> str:
    """Say that `validator` is the package of another project, which is at the path `origin`."""
    return (
        "its package `validator` is not the one that is imported here:"
        f" {origin or 'a folder without __init__.py'} comes first."
        " Run ianalint in an environment or folder of its own."
    )


if __name__ == "__main__":
    command()
