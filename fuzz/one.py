"""One target under atheris: `python -m fuzz.one TARGET [options of libFuzzer]`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import atheris

_EXCLUDED = {"__main__", "assertions", "pytest_plugin", "strategies", "testing"}

with atheris.instrument_imports(include=["validator"]):
    import validator

    # Modules that are loaded later, when they are used, would not be instrumented.
    for module in pkgutil.walk_packages(validator.__path__, "validator."):
        if not _EXCLUDED & {*module.name.split(".")}:
            importlib.import_module(module.name)
    from fuzz.structured import structured
    from fuzz.targets import TARGETS_OF_FUZZING

TARGETS = {**TARGETS_OF_FUZZING, "structured": structured}

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
