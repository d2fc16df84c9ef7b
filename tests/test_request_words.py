"""The words of a request that rules look for: each text, and the words that a finding quotes."""

from __future__ import annotations

import json

import pytest

from tests.requests import reviewed, varied

# By rule and key: texts with the words that are quoted, and texts that have none.
WORDS: dict[tuple[str, str], tuple[dict[str, str], tuple[str, ...]]] = {
    ("RQ083", "development_state"): (
        {
            f"It is {text}": text
            for text in (
                "early stage", "early very first phases", "early states", "early development",
                "early draft", "early design", "early in the development", "early in design",
                "early-stage", "prototypes", "proofs of concept", "proof-of-concept", "pre-alpha",
                "prealpha", "not implemented", "not yet been implemented", "no implementation",
                "not started", "not yet been specified", "not written", "not yet begun",
                "not designed", "not been developed", "planned", "planning", "concept", "idea",
                "draft only", "work in progress", "unimplemented", "to be developed",
                "will be implemented", "to be designed", "to be written", "will be specified",
                "under development", "still in active design", "in initial development", "alpha",
                "nothing works yet", "design phase", "design stage",
            )
        },
        (
            "no longer a prototype", "not a prototype", "never an idea", "beyond the idea",
            "past planning", "since the prototype", "after the prototype", "replaced a prototype",
            "formerly a prototype", "was a prototype", "left the design stage", "from an idea",
            "alphabet", "ideal", "shipped; a prototype",
        ),
    ),
    ("RQ083", "description"): (
        {"Tides in early development": "early development", "A prototype": "prototype"},
        ("Idea", "Tables to be written", "Not written"),
    ),
    ("RQ075", "development_state"): (
        {
            text: text
            for text in (
                "deployed", "deployment", "shipped", "shipping", "ships", "in production",
                "in the field", "in use", "released", "customers",
            )
        },
        (
            "not deployed", "never shipped", "no customers", "nor released", "without customers",
            "before deployment", "planned deployment", "will be deployed", "to be released",
            "unreleased", "deployed on 4630",
        ),
    ),
    ("RQ073", "description"): (
        {
            text: text
            for text in (
                "http", "https", "REST", "RESTful", "web UI", "web interface", "webserver",
                "web application", "web apps", "web sockets", "web page", "website", "web portal",
                "web console", "JSON API",  "web api",
            )
        },
        (
            "rest of the tides", "not HTTP", "no web server", "never over http", "without HTTP",
            "unlike a website", "instead of http", "rather than https", "other than HTTP",
            "web UI on localhost", "HTTP on 127.0.0.1",
        ),
    ),
    ("RQ073", "service_name"): ({"tide-http": "http", "webtide": "", "tide-web": "web"}, ()),
    ("RQ074", "description"): (
        {
            f"Tides, {text}": text
            for text in (
                "localhost", "local host", "loopback", "same host", "same machine", "same computer",
                "same device", "inter-process", "interprocess", "IPC", "on the local host",
                "on the local machine", "on the local computer", "127.0.0.1", "::1",
            )
        },
        ("not on localhost", "1127.0.0.1", "fe80::1:2", "a::1"),
    ),
    ("RQ074", "why_not_dynamic"): ({"Only the loopback": "loopback"}, ("On the same machine",)),
    ("RQ074", "why_not_existing_port"): ({"Only localhost": "localhost"}, ("On one host",)),
    ("RQ070", "reference"): (
        {
            "ftp://example.com/a b": "ftp://example.com/a",
            "https://ietf.org.example.com": "https://ietf.org.example.com",
            **{
                f"Tides, {text}": f"Tides, {text}"
                for text in (
                    "tbd", "tba", "to be written", "to be published",
                    "to be announced", "to be determined", "to be done", "work in progress",
                    "unpublished", "internal", "available on request", "available upon request",
                    "contact us", "contact me", "in preparation",
                )
            },
        },
        (
            *(
                f"https://www.{host}/a" for host in (
                    "rfc-editor.org", "ietf.org", "iana.org", "w3.org", "doi.org", "itu.int",
                    "ieee.org", "iso.org", "etsi.org", "3gpp.org", "oasis-open.org",
                    "ecma-international.org", "omg.org",
                )
            ),
            "https://DOI.org:443", "https://me@doi.org", "RFC 9250, work in progress",
        ),
    ),
    ("RQ077", "description"): (
        {"Tides by TGBP": "TGBP", "Tides by TGBPs and AB/CDE": "TGBPs, AB/CDE"},
        (
            *("Tides by the Tide Bulletin (TGBP)", "Tides (TGBP, monthly)", "TGBP (bulletin)"),
            *("Tides over TCP/IP", "Tides in PDFs", "Tides-TGBP", "TIDE-TABLES"),
        ),
    ),
    ("RQ078", "description"): (
        {"Tide service": "service", "Tide Protocol services on ports": "protocol"},
        ("Tide serviceability", "Transportation of tides"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "key"), WORDS)
def test_words(code: str, key: str) -> None:
    flagged, accepted = WORDS[code, key]
    texts = {**flagged, **dict.fromkeys(accepted, "")}
    requests = "---\n".join(f"{key}: {json.dumps(text)}\n" for text in texts)
    report = reviewed(varied(requests), alone=True, select=[code])
    assert report.requests is not None
    messages = [
        "".join(f.message for f in entry.findings if f.code == code) for entry in report.requests
    ]
    quoted = [
        words if words and (f'"{words}"' in message or message.endswith(f": {words}"))
        else message
        for words, message in zip(texts.values(), messages, strict=True)
    ]  # fmt: skip
    assert quoted == list(texts.values())
    assert {finding.field for finding in report.findings if finding.code == code} == {key}


# The place and message of the only finding of a request with these keys, `None` without one.
KEYS = {
    "transport_protocols: tcp, udp": (
        (13, 22),
        'transport_protocols must be a list, not the string "tcp, udp"; write ["tcp", "udp"]',
    ),
    "assignee:\n  name: Example Org\n  email: ports@example.org\n  town: Quay": (
        (14, 3),
        'unknown key "town" in assignee (expected "name" and "email")',
    ),
    "desired-port: 4711": ((14, 1), 'unknown key "desired-port"; did you mean "port_number"?'),
    "value: 4711": ((14, 1), 'unknown key "value"; did you mean "port_number"?'),
    "proprietary: true\nreference: https://example.com/tides.html": None,
    "reference: https://example.com/tides.html": (
        (13, 12),
        '"https://example.com/tides.html" is a web page that may change or disappear; is there'
        " a stable document?",
    ),
}


@pytest.mark.parametrize("keys", KEYS)
def test_keys_and_values_of_a_request(keys: str) -> None:
    expected = KEYS[keys]
    found = [
        ((finding.location.line, finding.location.column), finding.message)
        for finding in reviewed(varied(f"{keys}\n"))
    ]
    assert found == ([] if expected is None else [expected])
