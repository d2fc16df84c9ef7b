"""Texts of drafts that could be read falsely: what is read of them, and what RQ082 names instead.

Each text is the IANA Considerations of a draft in Markdown, whose first line is line 3.
"""

from __future__ import annotations

import pytest

from tests.requests import reviewed
from validator.readers.source import Source
from validator.request.drafts.document import read_draft

HEAD = "# IANA Considerations\n\n"


def doubts(text: str) -> list[str]:
    """What RQ082 reports: "line:column message"."""
    report = reviewed(HEAD + text + "\n", "draft.md", alone=True)
    findings = [finding for finding in report.findings if finding.code == "RQ082"]
    return [f"{f.location.line}:{f.location.column} {f.message}" for f in findings]


def read(text: str) -> list[str]:
    """What a text requests, updates and releases: "kind name ports/protocols description"."""
    requests = read_draft(Source("draft.md", (HEAD + text + "\n").encode())).requests
    listed: list[str] = []
    for request in requests:
        values = request.values
        port = f"{values.get('port_number', '')}/{','.join(values.get('transport_protocols', []))}"
        words = [request.kind, values.get("service_name"), request.new_name and "->"]
        words += [request.new_name, port, values.get("description")]
        listed.append(" ".join(filter(None, words)))
    return listed


BOTH = 'IANA is requested to assign TCP ports for the service names "tides" and "floods".'
ONE = 'IANA is requested to assign TCP port 4646 to the service name "tides".'
OTHER = 'It is requested to assign UDP port 4747 to the service name "floods".'
CHANGE = 'IANA is requested to change the description of the service name "tides" on TCP port 4646.'
# Sentences after `ONE` that state its description.
STATED = (
    'The description is "Tide tables".',
    "Its service description should be “Tide tables”.",
    'The description of "tides" is "Tide tables".',
    'The description of the service is "Tide tables".',
    'The description for the tides service will be "Tide tables".',
    'The description is "Tide tables", and the assignee is the IESG.',
    'The assignee is the IESG. The description reads "Tide tables".',
    '\n\nThe description is "Tide tables".',
)
# Sentences after it that state that of something else, or do not state it.
NOT_STATED = (
    'The error code 7 is added. Its description is "Tide tables".',
    'It is asked to register the media type "application/tides". The description is "Tide tables".',
    'The entry for "ebbs" stays as it is; its description is "Tide tables".',
    'The entry for "ebbs" stays as it is. Its description is "Tide tables".',
    'The assignee of ebbs is Sea Inc. Its description is "Tide tables".',
    'The registry "Tide Types" is created. Its description is "Tide tables".',
    'For status 7 the description reads "Tide tables".',
    'The description in the example is "Tide tables".',
    'The description of the code is "Tide tables".',
    'The description of "ebbs" is "Tide tables".',
    'The description should be "Tide tables" or "Tides".',
    'The description is "Tide tables" today.',
    'The description is "Tide tables", which is unchanged.',
    'If the description is "Tide tables", the client stops.',
    'Clients stop when its description is "Tide tables".',
    'Their description is "Tide tables".',
    '\n\nThe tag is new. The description is "Tide tables".',
)
TIDES = "request tides 4646/tcp"
DOUBT = '"Tide tables" may be the description of a request or of something else, and is not read'
DESCRIPTIONS = {
    **{f"{ONE} {text}": [f"{TIDES} Tide tables"] for text in STATED},
    **{f"{ONE} {text}": [TIDES] for text in NOT_STATED},
    f'{BOTH} Their description is "Tide tables".': [
        "request tides user/tcp Tide tables", "request floods user/tcp Tide tables",
    ],
    f'{ONE} {OTHER} The description of both services is "Tide tables".': [
        f"{TIDES} Tide tables", "request floods 4747/udp Tide tables",
    ],
    f'{ONE} {OTHER} The description is "Tide tables".': [TIDES, "request floods 4747/udp"],
    f'{ONE} {OTHER} The description of the service is "Tide tables".': [
        TIDES, "request floods 4747/udp",
    ],
    f'{ONE} {OTHER} The description of "tides" is "Sea" and that of "floods" is "Tide tables".': [
        TIDES, "request floods 4747/udp",
    ],
    f'{ONE} {OTHER} The description of "tides" is "Sea", the description of "floods" is "Land".': [
        f"{TIDES} Sea", "request floods 4747/udp Land",
    ],
    f'{CHANGE} The description is "Old" today and should be "New".': ["update tides 4646/tcp"],
    'IANA is asked to release TCP port 4646. The description is "Tides".': ["release 4646/tcp"],
    'The media type is registered. Its description is "Tide tables".': [],
}  # fmt: skip


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_descriptions_in_sentences_of_their_own(text: str) -> None:
    assert read(text) == DESCRIPTIONS[text]


@pytest.mark.parametrize("sentence", NOT_STATED)
def test_a_description_that_may_be_of_something_else_is_a_doubt(sentence: str) -> None:
    text = f"{ONE} {sentence}"
    *before, last = (HEAD + text[: text.index("Tide tables")]).split("\n")
    assert doubts(text) == [f"{len(before) + 1}:{len(last) + 1} {DOUBT}"]
    # Nothing is in doubt where the request has its description.
    described = text.replace('"tides".', '"tides" with the description "Sea".', 1)
    assert doubts(described) == []
    assert read(described) == [f"{TIDES} Sea"]


# Sentences with a word that is renamed, but not by IANA.
NOT_RENAMED = (
    'IANA is requested to release the service name "tides", formerly renamed "ebbs".',
    'IANA is requested to release the service name "tides", as renaming "ebbs" was no solution.',
)


@pytest.mark.parametrize("text", NOT_RENAMED)
def test_a_renaming_that_nobody_asks_for(text: str) -> None:
    assert read(text) == ["release tides /"]
    assert doubts(text) == []


REGISTRY = "Please register in the Service Name and Transport Protocol Port Number Registry:"
TABLE = "| Service | Port | Transport | Description |\n|---|---|---|---|\n"
# What is read of a text, and where RQ082 names words that are mentioned.
NOT_DROPPED: dict[str, tuple[list[str], list[str]]] = {
    f"{TABLE}| tides | 4646 | tcp | Tides |\n| | 4747 | udp | Floods |": (
        ["request tides 4646/tcp Tides", "request 4747/udp Floods"], [],
    ),
    f"{TABLE}| tides | 4646 | tcp | Tide |\n| | | | tables |": (
        ["request tides 4646/tcp Tide tables"], [],
    ),
    f"{TABLE}| tides | 4646 | tcp | Tides |\n| floods | 4747 | quic | Floods |": (
        ["request tides 4646/tcp Tides"], ["6:3 floods"],
    ),
    "We ask that port 4646/tcp, held by tides, be released, and that the reference of "
    '"https" on 443/udp be changed to this document.': (
        ["release 4646/tcp", "update https 443/udp"], [],
    ),
    f"{REGISTRY}\n\n- tides, TCP port 4646, for tide tables\n- floods, UDP ports 4747 to 4749\n"
    "- ebbs (no port)\n- none (yet)": (
        ["request tides 4646/tcp tide tables", "request floods 4747 to 4749/udp"], ["7:3 ebbs"],
    ),
    f"{REGISTRY}\n\n1. tides over TCP, 4646\n2. floods": (
        ["request tides 4646/tcp"], ["6:4 floods"],
    ),
    'IANA should add "_tides._udp" to the list of service names and allocate 4646 for it.': (
        ["request tides /udp"], ["3:73 4646"],
    ),
    "IANA is asked for a port. The port number 4646 over DCCP with service code TIDE is wanted for"
    " tides2.": (["request tides2 4646/dccp"], []),
    "Port 4646/tcp, allocated early for tides, is not needed any longer.": ([], ["3:1 Port 4646"]),
    "Port 4646/tcp, allocated early for tides, is no longer needed.": ([], ["3:1 Port 4646"]),
    f'{ONE} The service "kpasswd" (464/tcp) gets this document as an additional reference.': (
        [TIDES, "update kpasswd 464/tcp"], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", NOT_DROPPED)
def test_what_is_read_and_what_is_mentioned(text: str) -> None:
    requests, mentioned = NOT_DROPPED[text]
    assert read(text) == requests
    unread = [each for each in doubts(text) if "an update of" not in each]
    words = [each.split('"')[0] + each.split('"')[1] for each in unread]
    assert words == mentioned


def test_a_reference_of_another_entry_is_not_that_of_a_request() -> None:
    text = f'{ONE} The service "kpasswd" (464/tcp) gets this document as an additional reference.'
    tides, other = read_draft(Source("draft.md", (HEAD + text).encode())).requests
    assert "reference" not in tides.values
    assert (other.values["reference"], other.adds_reference) == ("this document", True)


def test_a_purpose_is_no_description_of_what_is_released() -> None:
    text = (
        "IANA is asked to release the following ports:\n\n- tides, TCP port 4646, for tide tables"
    )
    assert not any("tide tables" in each for each in read(text))
