"""What others run: the GitHub action, the hooks for pre-commit, and the examples."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import Called, environment
from validator.reporters import FORMATS

ROOT = Path(__file__).parent.parent


def action() -> dict[str, Any]:
    return YAML(typ="safe").load(ROOT / "action.yml")  # type: ignore[no-any-return]


def step(name: str) -> dict[str, Any]:
    steps = {step.get("name"): step for step in action()["runs"]["steps"]}
    return dict(steps[name])


def run_action(folder: Path, **inputs: str) -> tuple[int, bytes, dict[str, str]]:
    """Run the last step of the action by bash: its status, what it prints, and its outputs."""
    own = folder / "runner"
    (own / "ianalint" / "bin").mkdir(parents=True)
    for name, words in (("ianalint", " -m validator"), ("python", "")):
        stub = own / "ianalint" / "bin" / name
        stub.write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', "utf-8")
        stub.chmod(0o755)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    outputs = folder / "outputs"
    outputs.touch()
    env = {}
    for variable, value in step("Run")["env"].items():
        (key,) = re.findall(r"inputs\.([a-z-]+)", value)
        env[variable] = inputs.get(key, action()["inputs"][key]["default"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", step("Run")["run"]],
        cwd=work / env["FOLDER"],
        env=environment(RUNNER_TEMP=str(own), GITHUB_OUTPUT=str(outputs), **env),
        capture_output=True,
    )
    lines = outputs.read_text("utf-8").splitlines()
    return done.returncode, done.stdout, dict(line.split("=", 1) for line in lines)


def test_the_action_runs_what_a_workflow_says(tmp_path: Path) -> None:
    (tmp_path / "work" / "sub dir").mkdir(parents=True)
    dump = (ROOT / "fixtures/registry/extract.xml").read_bytes()
    (tmp_path / "work" / "sub dir" / "a b.xml").write_bytes(dump)
    status, printed, outputs = run_action(
        tmp_path,
        files="a b.xml\n",
        arguments="--severity 'RF005=warning'   # as a shell reads it\n--ignore \"AC,TX\"",
        sarif="out.sarif",
        **{"fail-on": "warning", "working-directory": "sub dir"},
    )
    assert status == 1
    assert printed.startswith(b"::warning file=a b.xml,line=48,")
    assert outputs == {
        "status": "1", "errors": "0", "warnings": "1", "notes": "0",
        "sarif": "sub dir/out.sarif",
    }  # fmt: skip
    written = json.loads((tmp_path / "work" / "sub dir" / "out.sarif").read_bytes())
    assert written["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("inputs", "status", "counts"),
    [
        ({"command": "request", "files": "good.yaml"}, 0, ("0", "1", "0")),
        ({"command": "audit", "files": "services", "arguments": "--registry small.xml"}, 0,
         ("0", "0", "1")),
        ({"command": "compare", "files": "small.xml\nextract.xml"}, 1, ("67", "0", "0")),
        ({"command": "diff", "files": "small.xml\nextract.xml"}, 1, ("1", "18", "4")),
        ({"command": "diff", "arguments": "--help"}, 0, ("", "", "")),
        ({}, 2, ("", "", "")),
        # A name that looks like an option is a file.
        ({"files": "--fail-on=never"}, 2, ("", "", "")),
        ({"files": "none.xml\nextract.xml"}, 2, ("", "", "")),
    ],
)  # fmt: skip
def test_every_run_of_the_action_sets_its_outputs(
    tmp_path: Path, inputs: dict[str, str], status: int, counts: tuple[str, str, str]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for name in ("registry/extract.xml", "registry/small.xml", "requests/good.yaml"):
        (work / Path(name).name).write_bytes((ROOT / "fixtures" / name).read_bytes())
    (work / "services").write_text("tide-of-none 8500/tcp\n", "utf-8")
    ended, _, outputs = run_action(tmp_path, **inputs)
    errors, warnings, notes = counts
    assert (ended, outputs) == (
        status,
        {"status": str(status), "errors": errors, "warnings": warnings, "notes": notes},
    )


def test_arguments_of_the_action_that_cannot_be_split_are_said(tmp_path: Path) -> None:
    status, printed, outputs = run_action(tmp_path, files="a.xml", arguments="--ignore 'AC")
    assert (status, outputs) == (
        2, {"status": "2", "errors": "", "warnings": "", "notes": ""},
    )  # fmt: skip
    assert printed == b"::error::The input `arguments` cannot be split: no closing quotation.\n"


def test_every_input_of_the_action_is_used_and_every_action_is_pinned() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    for name in action()["inputs"]:
        assert f"inputs.{name} }}}}" in text, name
    for file in ("action.yml", "examples/github-workflow.yml"):
        for line in re.findall(r"^ +-? *uses: (.*)", (ROOT / file).read_text("utf-8"), re.M):
            assert re.match(r"\./|[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line


def test_the_hook_names_a_command_there_is() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entry = re.search(r"entry: ianalint (\w+) --format (\w+)", text)
    assert entry is not None
    assert entry[1] == "check"
    assert entry[2] in FORMATS
    pattern = re.search(r"files: (.*)", text)
    assert pattern is not None
    assert re.search(pattern[1], "data/service-names-port-numbers.xml")
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert "ianalint" in scripts


def test_the_hook_for_requests_needs_a_registry(
    call: Callable[..., Called], tmp_path: Path
) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = re.findall(r"entry: ianalint (.*)", text)
    assert [entry.split()[0] for entry in entries] == ["check", "request", "audit"]
    words = [*entries[1].split(), "--isolated", "--ignore", "RQ07"]
    request = str(ROOT / "fixtures" / "requests" / "good.yaml")
    registry = str(ROOT / "fixtures" / "requests" / "registry.xml")
    ended = call(*words, request)
    assert ended.status == 1
    assert "RQ081 error" in ended.text
    assert call(*words, "--registry", registry, request).status == 0
    (tmp_path / "ianalint.toml").write_text(f"registry = {json.dumps(registry)}\n", "utf-8")
    words.remove("--isolated")
    assert call(*words, request).status == 0


def test_the_hook_for_audits_takes_the_files_of_the_configuration(
    call: Callable[..., Called], tmp_path: Path
) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8").partition("- id: ianalint-audit")[2]
    assert "pass_filenames: false" in hook
    [words] = re.findall(r"entry: ianalint (.*)", hook)
    assert call(*words.split()).status == 2
    (tmp_path / "ports.csv").write_text("name,port\ntide,8500\ngale,8500\n", "utf-8")
    (tmp_path / "ianalint.toml").write_text('[[audit.file]]\npath = "ports.csv"\n', "utf-8")
    ended = call(*words.split())
    assert (ended.status, ended.text[:26]) == (1, "ports.csv:3:6: CS401 error")


def git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=Ann Example", "-c", "user.email=ann@example.com")
    done = subprocess.run(
        ["git", *settings, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_pre_commit_runs_the_hook_from_a_clone(tmp_path: Path) -> None:
    """As a project uses it, but for the installation, which needs an index of packages."""
    pytest.importorskip("pre_commit")
    hooks, project = tmp_path / "hooks", tmp_path / "project"
    for folder in (hooks, project):
        folder.mkdir()
        git(folder, "init", "--quiet")
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_bytes()
    (hooks / ".pre-commit-hooks.yaml").write_bytes(manifest)
    git(hooks, "add", ".")
    git(hooks, "commit", "--quiet", "--no-verify", "--message", "hooks")
    command = tmp_path / "bin" / "ianalint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m validator "$@"\n', "utf-8")
    command.chmod(0o755)
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks.as_uri()}\n  rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n  - id: ianalint\n    language: system\n",
        "utf-8",
    )
    (project / "other.xml").write_text("<not ours", "utf-8")
    dump = project / "data" / "service-names-port-numbers.xml"
    dump.parent.mkdir()
    env = environment(
        PATH=f"{command.parent}:/usr/bin:/bin", HOME=str(tmp_path), PRE_COMMIT_HOME=str(tmp_path)
    )
    ends = []
    for name in ("small", "extract"):
        dump.write_bytes((ROOT / f"fixtures/registry/{name}.xml").read_bytes())
        git(project, "add", ".")
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run"],
            cwd=project, env=env, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        ends.append((done.returncode, done.stdout))
    assert ends[0][0] == 0, ends[0]
    assert "Passed" in ends[0][1]
    assert ends[1][0] == 1, ends[1]
    assert "data/service-names-port-numbers.xml:48:3: RF005 error" in ends[1][1]
    assert "other.xml" not in ends[1][1]


def test_an_editable_install_has_command_and_plugins_where_the_package_is() -> None:
    """They refuse a package `validator` that is not beside them, so they must be no copies."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = document["tool"]["hatch"]["build"]["targets"]["wheel"]
    modules = {
        f"{place.partition(':')[0]}.py"
        for group in (document["project"]["scripts"], *document["project"]["entry-points"].values())
        for place in group.values()
    }
    assert modules == {path.name for path in ROOT.glob("*.py")}
    assert set(wheel["only-include"]) == {"validator", *modules}
    assert not [name for name in wheel["force-include"] if name.endswith(".py")]
