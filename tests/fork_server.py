"""A process that imports the package and runs each call of the command in a fork of itself.

Started as a program, it reads calls from standard input and writes how they ended.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import sys
from importlib import import_module

PACKAGES = ("commands", "consumers", "diff", "engine", "readers", "reporters", "request", "rules")
MAC = sys.platform == "darwin"


def _serve() -> None:
    import_module("validator.__main__")
    for package in PACKAGES:
        folder = import_module(f"validator.{package}").__path__
        for module in pkgutil.iter_modules(folder):
            import_module(f"validator.{package}.{module.name}")
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for line in calls:
        child = os.fork()
        if child == 0:
            calls.close()
            answers.close()
            _run(**json.loads(line))
        _, status, usage = os.wait4(child, 0)
        memory = usage.ru_maxrss / (2**20 if MAC else 2**10)
        answer = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, memory]
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _run(words: list[str], cwd: str, env: dict[str, str], streams: list[str]) -> None:
    """Become what `python -m validator` is in the folder `cwd`, and end."""
    for number, path in enumerate((os.devnull, *streams)):
        stream = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR if number else os.O_RDONLY)
        os.dup2(stream, number)
        os.close(stream)
    signal.alarm(120)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.path[0] = cwd
    program = sys.modules["validator.__main__"]
    sys.argv = [str(program.__file__), *words]
    program.command()


if __name__ == "__main__":
    _serve()
