"""The time limit: what takes longer is stopped wherever it is, named, and never half-written."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Called, environment
from validator import (
    Unusable,
    audit,
    check,
    check_request,
    parse_registry,
    read_consumer,
    read_registry,
)
from validator.assertions import assert_clean
from validator.budget import (
    _CURRENT,
    Budget,
    OutOfTime,
    Untimed,
    _Alarm,
    _Watchdog,
    doing,
    expired,
    extend,
    start,
    within,
)
from validator.reporters import FORMATS, render
from validator.rules import RULES, catalogue

Call = Callable[..., Called]
SMALL = ROOT / "fixtures" / "registry" / "small.xml"
# Every run has this limit, which no machine is too busy for, until it comes to a hot spot.
LIMIT = 30
SOON = 0.05
LATE = 20.0
needs_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no signal timer")


def hurry() -> None:
    """Let the time of a run end soon."""
    current = _CURRENT.budget
    if current is not None and current.seconds == LIMIT:
        current._set(SOON)


def busy(*_: Any, **__: Any) -> Any:
    hurry()
    while True:
        with suppress(Exception):  # what swallows every error does not swallow this
            sum(range(1000))


def backtracking(*_: Any, **__: Any) -> Any:
    hurry()
    return re.match(r"(a+)+b", "a" * 60)


def sleeping(*_: Any, **__: Any) -> Any:
    time.sleep(60)


def sorting(*_: Any, **__: Any) -> Any:
    while True:
        sorted(range(300_000), key=lambda number: -number)


HOT_SPOTS = [busy, backtracking, sleeping, sorting]


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """Every run of this module ends long before its limit, and leaves no timer."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < LATE
    if hasattr(signal, "setitimer"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


# -- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("hot_spot", HOT_SPOTS)
def test_work_is_interrupted_wherever_it_is(hot_spot: Callable[[], Any]) -> None:
    with pytest.raises(TimeoutError, match=r"^time limit of 0\.1 s reached while counting"):
        within(0.1, "while counting", hot_spot)


@needs_alarm
def test_code_can_be_traced_after_a_watched_run() -> None:
    """A debugger or a coverage tool comes to an end in a program whose alarm is taken."""
    code = (
        "import signal, sys; signal.signal(signal.SIGALRM, lambda *_: None);"
        "from validator.budget import within; within(5.0, 'at work', lambda: 1);"
        "sys.settrace(lambda *_: None); (lambda: 1)(); sys.settrace(None); print('ended')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr


def test_an_interruption_that_comes_late_goes_no_further() -> None:
    watchdog = _Watchdog()
    for number in range(20):
        with suppress(OutOfTime):
            watchdog.set(0.0)
            time.sleep(0.04 + number / 1000)  # until about the moment at which the watchdog looks
        watchdog.clear()
        time.sleep(0.001)
    watchdog.close()


@pytest.mark.parametrize("hot_spot", [busy, sorting])
def test_threads_have_a_clock_of_their_own(hot_spot: Callable[[], Any]) -> None:
    sentences: list[str] = []

    def work() -> None:
        try:
            within(0.1, "while counting", hot_spot)
        except TimeoutError as error:
            sentences.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    assert sentences == ["time limit of 0.1 s reached while counting (--max-time)"] * 2


@needs_alarm
def test_an_alarm_of_the_program_stays() -> None:
    rings: list[int] = []
    former = signal.signal(signal.SIGALRM, lambda *_: rings.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(TimeoutError):
            within(0.3, "while counting", busy)
        assert rings == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def test_what_ends_in_time_is_not_interrupted() -> None:
    assert within(LIMIT, "while counting", lambda: 7) == 7
    assert within(None, "while counting", lambda: 8) == 8


def test_waiting_for_others_takes_no_time() -> None:
    with Budget(0.2):
        start("while counting")
        with Untimed():
            time.sleep(0.4)
        with pytest.raises(OutOfTime):
            busy()
        expired()


def test_the_rest_has_half_of_the_time_before() -> None:
    with Budget(0.4) as current:
        for share in (0.4, 0.2, 0.1):
            assert current._share == share
            with pytest.raises(OutOfTime):
                busy()
            expired()
            extend()
        doing("while nothing")


# -- rules ----------------------------------------------------------------------------------------


def hot_rule(monkeypatch: pytest.MonkeyPatch, code: str, work: Callable[..., Any] = busy) -> None:
    monkeypatch.setattr(catalogue.rules()[code], "find", work)


@pytest.mark.parametrize("hot_spot", [busy, backtracking])
def test_a_rule_is_stopped_and_the_others_report(
    hot_spot: Callable[..., Any], call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = SMALL.read_bytes().replace(b"<name>kpasswd</name>", b"<name>k--passwd</name>", 1)
    Path("a.xml").write_bytes(data)
    before = json.loads(call("check", "a.xml", "--format", "json").out)
    hot_rule(monkeypatch, "PN013", hot_spot)
    ended = call("check", "a.xml", "--format", "json", "--max-time", str(LIMIT))
    assert ended.status == 2
    report = json.loads(ended.out)
    reason = "time limit of 30 s reached in rule PN013 (--max-time)"
    assert report["inputs"][0]["error"] == f"a.xml: {reason}"
    assert {"code": "PN013", "reason": reason} in report["inputs"][0]["not_run"]
    assert report["findings"] == [f for f in before["findings"] if f["code"] != "PN013"]
    assert report["findings"]
    assert ended.said == f"ianalint: a.xml: {reason}\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.xml"]


def test_the_record_is_named_and_what_a_stopped_rule_found_is_dropped(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from validator.engine.rule import Violation

    def find(registry: Any, _: Any) -> Any:
        for record in registry.dump.records:
            yield Violation(record, "service_name", "this one")
            if record.service_name == "kpasswd":
                busy()

    hot_rule(monkeypatch, "SN005", find)
    ended = call("check", SMALL, "--format", "json", "--max-time", str(LIMIT))
    report = json.loads(ended.out)
    assert re.search(
        r"in rule SN005 at kpasswd/\d+/\w+ \(--max-time\)$", report["inputs"][0]["error"]
    )
    assert report["findings"] == []


def test_many_rules_that_are_stopped_take_no_more_than_twice_the_time(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("SN001", "SN002", "PN009", "TX008", "AL001"):
        hot_rule(monkeypatch, code)
    ended = call("check", SMALL, "--format", "json", "--max-time", str(LIMIT))
    entry = json.loads(ended.out)["inputs"][0]
    stopped = {rule["code"] for rule in entry["not_run"] if "time limit" in rule["reason"]}
    assert stopped == {"SN001", "SN002", "PN009", "TX008", "AL001"}
    assert entry["error"].endswith("in rule SN001 (--max-time) (and 4 more)")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_what_was_stopped(
    form: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    hot_rule(monkeypatch, "PN013")
    ended = call("check", SMALL, "--format", form, "--max-time", str(LIMIT))
    assert ended.status == 2
    sentence = "time limit of 30 s reached in rule PN013"
    assert sentence in ended.text.replace("\\u002d", "-")
    assert "nothing was checked" not in ended.text
    if form == "concise":
        (line,) = [line for line in ended.text.splitlines() if ": error " in line]
        assert line == f"{SMALL}:1:1: error time limit of 30 s reached in rule PN013 (--max-time)"
    if form == "gitlab":
        (issue,) = [i for i in json.loads(ended.out) if i["check_name"] == "not-checked"]
        assert issue["severity"] == "blocker"
        assert issue["location"]["lines"] == {"begin": 1}
        assert issue["description"] == "time limit of 30 s reached in rule PN013 (--max-time)"


@pytest.mark.parametrize("form", ["concise", "gitlab"])
@pytest.mark.parametrize("quiet", [(), ("--quiet",), ("--summary",)])
def test_an_input_that_is_not_read_is_in_the_report(
    form: str, quiet: tuple[str, ...], call: Call
) -> None:
    Path("page.txt").write_text("Nothing of the kind.\n")
    ended = call("check", "none.xml", "page.txt", SMALL, "--format", form, *quiet)
    assert ended.status == 2
    assert ended.text.count("none.xml cannot be read: No such file or directory") == 1
    assert ended.text.count("unrecognized format (expected XML, CSV, plain text") == 1


@pytest.mark.parametrize("form", FORMATS)
def test_a_rule_that_broke_is_in_the_report(
    form: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(*_: Any) -> Any:
        raise ValueError("no such harbor")

    hot_rule(monkeypatch, "PN013", find)
    ended = call("check", SMALL, "--format", form)
    assert ended.status == 3
    if form == "text":  # it has the number; standard error has the rule
        assert "internal error in 1 rule, so this report is incomplete" in ended.text
        assert "internal error: rule PN013 failed on" in ended.said
    else:
        assert "PN013" in ended.text
        assert "no such harbor" in ended.text


def test_a_rule_without_memory_is_stopped(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(*_: Any) -> Any:
        raise MemoryError

    hot_rule(monkeypatch, "PN013", find)
    ended = call("check", SMALL, "--format", "json")
    assert ended.status == 2
    assert json.loads(ended.out)["inputs"][0]["error"].endswith("not enough memory for rule PN013")


# -- readers, reports and the other commands ------------------------------------------------------


@pytest.fixture
def files(call: Call) -> None:
    """Two dumps, a request, a draft and a list, in the folder of `call`."""
    data = SMALL.read_bytes()
    Path("a.xml").write_bytes(data)
    Path("b.xml").write_bytes(data.replace(b"<name>kpasswd</name>", b"<name>kpasswe</name>"))
    requests = ROOT / "fixtures" / "requests"
    Path("r.yaml").write_text(
        "service_name: acme-sync\ntransport_protocols: [tcp]\ndescription: Acme\n"
        "assignee: {name: A, email: a@example.com}\ncontact: {name: A, email: a@example.com}\n"
    )
    assert requests.is_dir()
    Path("services").write_text("kpasswd 464/tcp\n")


READING = [
    ("check a.xml", "validator.commands.reading.read", "reading a.xml"),
    ("check b.xml a.xml", "validator.commands.reading.read", "reading b.xml"),
    ("diff a.xml b.xml", "validator.commands.reading.read", "reading a.xml"),
    ("diff a.xml b.xml", "validator.diff.steps.changes_between", "comparing b.xml with a.xml"),
    ("diff a.xml b.xml", "validator.diff.steps.events_of", "comparing b.xml with a.xml"),
    ("compare a.xml b.xml", "validator.commands.reading.read", "reading a.xml"),
    ("compare a.xml b.xml", "validator.commands.compare.compare", "comparing"),
    ("request r.yaml", "validator.request.review.read_requests", "reading r.yaml"),
    ("request r.yaml --registry a.xml", "validator.commands.reading.read", "reading a.xml"),
    (
        "request r.yaml --registry a.xml --suggest-ports 3",
        "validator.request.review._suggested_ports",
        "looking for free names and ports",
    ),
    ("audit services", "validator.commands.audit_inputs.read_named", "reading services"),
    ("audit services --registry a.xml", "validator.commands.reading.read", "reading a.xml"),
    ("lookup kpasswd --registry a.xml", "validator.commands.reading.read", "reading a.xml"),
    (
        "lookup kpasswd --registry a.xml",
        "validator.commands.lookup.Lookup",
        "looking for the answers",
    ),
    ("convert a.xml --to csv", "validator.commands.reading.read", "reading a.xml"),
    ("convert a.xml --to csv --output o", "validator.commands.convert.write", "writing csv"),
    ("fix a.xml", "validator.commands.fix.find_fixes", "fixing a.xml"),
    ("fix a.xml --write", "validator.commands.fix.find_fixes", "fixing a.xml"),
    (
        "check a.xml --baseline base.json",
        "validator.engine.baseline.Run.mark",
        "matching findings with waivers and the baseline",
    ),
    (
        "check a.xml --format json --output o",
        "validator.reporters.json.render",
        "writing the report as json",
    ),
    (
        "check a.xml --write-baseline o",
        "validator.commands.baseline.baseline_text",
        "writing the baseline",
    ),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("line", "place", "what"), READING, ids=[f"{a} {b}" for a, b, _ in READING]
)
def test_every_part_of_every_command_is_stopped(
    line: str, place: str, what: str, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry = {"fingerprint": "SN005/a", "code": "SN005", "message": "m"}
    Path("base.json").write_text(json.dumps({"format_version": 1, "findings": [entry]}))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(place, busy)
    ended = call(*line.split(), "--max-time", str(LIMIT))
    assert ended.status == 2
    assert f"time limit of 30 s reached while {what} (--max-time)\n" in ended.said
    assert "internal error" not in ended.said
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("line", "place", "what"), READING[:6], ids=[f"{a} {b}" for a, b, _ in READING[:6]]
)
def test_every_part_is_stopped_without_signals(
    line: str, place: str, what: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which has no signal timer."""
    monkeypatch.setattr(_Alarm, "made", lambda: None)
    monkeypatch.setattr(place, busy)
    ended = call(*line.split(), "--max-time", str(LIMIT))
    assert ended.status == 2
    assert f"time limit of 30 s reached while {what} (--max-time)\n" in ended.said
    assert "internal error" not in ended.said


@pytest.mark.usefixtures("files")
def test_the_configuration_has_the_default_time(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("ianalint.toml").write_text("max-time = 0.5\n")
    monkeypatch.setattr("validator.settings.reading.read_configuration", busy)
    monkeypatch.setattr("validator.cli.Budget", lambda: Budget(LIMIT))
    ended = call("check", "a.xml")
    assert ended.status == 2
    assert ended.said == (
        "ianalint: time limit of 30 s reached while reading the configuration (--max-time)\n"
    )


@pytest.mark.usefixtures("files")
def test_other_inputs_are_checked(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from validator.readers import read

    monkeypatch.setattr(
        "validator.commands.reading.read",
        lambda source, form: busy() if source.path == "a.xml" else read(source, form),
    )
    for command in ("check", "diff"):
        words = (command, "a.xml", "b.xml", "--format", "json", "--max-time", str(LIMIT))
        one, other = json.loads(call(*words).out)["inputs"]
        assert one["path"] == "a.xml"
        assert one["error"] == "a.xml: time limit of 30 s reached while reading a.xml (--max-time)"
        assert "error" not in other
        assert other["records"] > 0


@pytest.mark.usefixtures("files")
@pytest.mark.skipif(sys.platform != "linux", reason="other processes do not have the hot spot")
def test_processes_of_jobs_are_stopped(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    hot_rule(monkeypatch, "PN013")
    words = ("check", "a.xml", "b.xml", "--jobs", "2", "--format", "json", "--max-time", str(LIMIT))
    ended = call(*words)
    assert ended.status == 2
    for entry in json.loads(ended.out)["inputs"]:
        assert entry["error"].endswith("time limit of 30 s reached in rule PN013 (--max-time)")


@pytest.mark.usefixtures("files")
def test_a_stopped_rule_is_no_change_in_diff(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    hot_rule(monkeypatch, "HX003")
    ended = call("diff", "a.xml", "b.xml", "--format", "json", "--max-time", str(LIMIT))
    assert ended.status == 2
    document = json.loads(ended.out)
    assert document["inputs"][1]["error"].endswith("in rule HX003 (--max-time)")
    assert [rule["code"] for rule in document["steps"][0]["not_run"]] == ["HX003"]


@pytest.mark.usefixtures("files")
def test_no_verdict_without_all_rules(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    hot_rule(monkeypatch, "RQ021")
    words = ("request", "r.yaml", "--registry", "a.xml", "--max-time", str(LIMIT))
    rendered = call(*words, "--render", "form")
    assert (rendered.status, rendered.out) == (2, b"")
    assert "in rule RQ021 (--max-time)" in rendered.said
    ended = call(*words, "--format", "json")
    assert ended.status == 2
    document = json.loads(ended.out)
    assert document["requests"] == []
    assert document["inputs"][0]["error"].endswith("in rule RQ021 (--max-time)")


@pytest.mark.parametrize(
    ("word", "shown"), [("0", '"0"'), ("x", '"x"'), ("nan", '"nan"'), ("1e9", '"1e9"')]
)
def test_other_times_are_refused(word: str, shown: str, call: Call) -> None:
    ended = call("check", SMALL, "--max-time", word)
    assert ended.status == 2
    assert f"--max-time: expected seconds, from 0.1 to 86400, got {shown}" in ended.said


def test_times_of_the_configuration(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ianalint.toml").write_text("max-time = true\n")
    ended = call("check", SMALL)
    assert ended.status == 2
    assert "max-time: expected seconds, from 0.1 to 86400, got true" in ended.said
    Path("ianalint.toml").write_text(f"max-time = {LIMIT}\n")
    hot_rule(monkeypatch, "PN013")
    assert "time limit of 30 s" in call("check", SMALL).said


# -- Python ---------------------------------------------------------------------------------------


def test_python_has_no_limit_unless_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = read_registry(SMALL)
    hot_rule(monkeypatch, "PN013")
    report = check(registry, max_time=LIMIT)
    assert report.inputs[0].error == (
        f"{SMALL}: time limit of 30 s reached in rule PN013 (--max-time)"
    )
    assert report.exit_status() == 2
    with pytest.raises(AssertionError, match=r"time limit of 30 s"):
        assert_clean(registry, fail_on="never", max_time=LIMIT)
    monkeypatch.setattr("validator.api.read", busy)
    for work in (read_registry, lambda path, **o: parse_registry(path.read_bytes(), **o)):
        with pytest.raises(Unusable, match=r"time limit of 30 s reached while reading"):
            work(SMALL, max_time=LIMIT)
    monkeypatch.setattr("validator.request.review.read_requests", busy)
    with pytest.raises(Unusable, match=r"time limit of 30 s reached while reading"):
        check_request({"service_name": "a"}, max_time=LIMIT)
    assert RULES["PN013"].find is busy


@pytest.mark.usefixtures("files")
def test_audits_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    file, registry = read_consumer("services"), read_registry(SMALL)
    whole = audit(file, registry, max_time=60)
    assert whole.inputs[0].error is None
    hot_rule(monkeypatch, "CS111")
    report = audit(file, registry, max_time=LIMIT)
    assert report.inputs[0].error == (
        "services: time limit of 30 s reached in rule CS111 (--max-time)"
    )
    assert report.exit_status() == 2
    assert len(report.audits or ()) == 1
    monkeypatch.setattr("validator.consumers.audit.Claims", busy)
    report = audit(file, registry, max_time=LIMIT)
    assert [entry.error for entry in report.inputs] == [
        "services: time limit of 30 s reached while auditing services (--max-time)", None,
    ]  # fmt: skip
    assert report.audits == []
    assert report.exit_status() == 2
    for form in FORMATS:
        assert "while auditing services" in "".join(render(form, report))
