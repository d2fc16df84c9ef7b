"""The words, numbers and patterns of RFC 6335 and of the registry, each in one place.

Patterns are for full matches and for ASCII.  Those for free text are possessive, so that a search
in hostile text stays short.
"""

from __future__ import annotations

from validator.model.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

# Columns of a record, in the order of the published table (RFC 6335, Section 8.1.1 names them).
RECORD_FIELDS: Final = (
    "service_name",
    "port_number",
    "transport_protocol",
    "description",
    "assignee",
    "contact",
    "registration_date",
    "modification_date",
    "reference",
    "service_code",
    "known_unauthorized_uses",
    "assignment_notes",
)

# Headings of the columns in the registry's pages; the eleventh has had two.
COLUMN_HEADINGS: Final = {
    "Service Name": "service_name",
    "Port Number": "port_number",
    "Transport Protocol": "transport_protocol",
    "Description": "description",
    "Assignee": "assignee",
    "Contact": "contact",
    "Registration Date": "registration_date",
    "Modification Date": "modification_date",
    "Reference": "reference",
    "Service Code": "service_code",
    "Known Unauthorized Uses": "known_unauthorized_uses",
    "Unauthorized Use Reported": "known_unauthorized_uses",
    "Assignment Notes": "assignment_notes",
}

# Headings of the table of contacts.
CONTACT_HEADINGS: Final = {
    "ID": "contact_id",
    "Name": "name",
    "Organization": "organization",
    "Contact URI": "contact_uri",
    "Last Updated": "last_updated",
}

CONTACT_FIELDS: Final = tuple(CONTACT_HEADINGS.values())

# What a registry says about itself.
METADATA_FIELDS: Final = ("registry_id", "title", "category", "updated", "experts")

NAMESPACE: Final = "http://www.iana.org/assignments"
REGISTRY_ID: Final = "service-names-port-numbers"

# Section 8.1.1; the order is the registry's own within one port.
TRANSPORT_PROTOCOLS: Final = ("tcp", "udp", "sctp", "dccp")

# Section 5.1.
SERVICE_NAME_LENGTH: Final = 15
SERVICE_NAME_CHARACTERS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
)
SERVICE_NAME: Final = pattern(
    r"(?=.{1,15}\Z)(?=[0-9-]*+[A-Za-z])[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+", "a"
)

# Section 6.
LAST_PORT: Final = 65535
SYSTEM_PORTS: Final = (0, 1023)
USER_PORTS: Final = (1024, 49151)
DYNAMIC_PORTS: Final = (49152, 65535)
RANGE_EDGES: Final = (0, 1023, 1024, 49151, 49152, 65535)
# Section 6.1 and 10.2.
EXPERIMENTAL_PORTS: Final = {1021: "exp1", 1022: "exp2"}

PORT_NUMBER: Final = pattern(r"(0|[1-9][0-9]*+)(?:-(0|[1-9][0-9]*+))?+", "a")

# RFC 5595 and RFC 6335, Section 8.1.1.
SERVICE_CODE: Final = pattern(r"0|[1-9][0-9]*+", "a")
LAST_SERVICE_CODE: Final = 4294967295
RESERVED_SERVICE_CODES: Final = (0, 4294967295)
PRIVATE_SERVICE_CODES: Final = (1056964608, 1073741823)

# C0 except tab and line ends, DEL, C1, bidi controls, zero-width and other invisible characters.
INVISIBLE: Final = pattern(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]",
    "a",
)

DATE: Final = pattern(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?+", "a")
# RFC 1 is of April 1969, RFC 6335 of August 2011.  Since July 2007 the registry has days: in the
# dump of August 2026 only two later dates lack one.
FIRST_DATE: Final = "1969-04"
LEGACY_CUTOFF: Final = "2011-08"
LEGACY_MEANING: Final = f"""\
A finding is legacy if RFC 6335 introduced the requirement and the record was registered
before {LEGACY_CUTOFF} or has no registration date, even if it was modified later (contacts:
last updated before {LEGACY_CUTOFF})."""
LAST_MONTH_PRECISION: Final = "2007-06"

# The sentences of Section 10.1 in the registry's words, with any white space between them.
ALIAS_SENTENCE: Final = pattern(
    r'This\s++entry\s++is\s++an\s++alias\s++to\s++"([^"]*+)"\s*+\.', "a", limited=True
)
HISTORIC_SENTENCE: Final = pattern(
    r"This\s++entry\s++is\s++now\s++historic,\s++not\s++usable\s++for\s++use\s++with\s++many\s++"
    r"common\s++service\s++discovery\s++mechanisms\.",
    "a",
    limited=True,
)
REPLACEMENT_SENTENCE: Final = pattern(
    r"IANA\s++assigned\s++this\s++well-formed\s++service\s++name\s++as\s++a\s++replacement\s++"
    r'for\s++"([^"]*+)"\s*+\.',
    "a",
    limited=True,
)

# Words by which notes of the registry record a release (8.2).
RELEASE_NOTE: Final = pattern(
    r"de-?\s?(?:assigned|registered|commissioned)|(?:been|being|previously|\()\s*+\"?removed|removed\s++on"
    r"|released\s++by|previously\s++assigned|assignment\s++withdrawn",
    "ai",
    limited=True,
)
# A former name of a port or service: "previously NAME by ...", "(was NAME)", "Historic usage was
# NAME. De-Assigned on ...".
FORMER_NAME: Final = pattern(
    r"\bpreviously\s++\"?(?!(?:assigned|registered|used|noted|removed|updated)\b)([A-Za-z0-9-]{1,15}+)\"?\s++by\b"
    r"|[\[(]\s*+was\s++\"?([A-Za-z0-9-]{1,15}+)\"?\s*+[\])]"
    r"|\bhistoric\s++usage\s++was\s++\"?([A-Za-z0-9-]{1,15}+)\"?\s*+(?:[.,;(]|\Z)",
    "ai",
)
# The group of those in brackets, which are remarks and no notes of a release.
FORMER_NAME_REMARK: Final = 2

# The registry's own contact ids for the IETF stream (Section 8.1.1).
IESG: Final = "IESG"
IETF_CHAIR: Final = "IETF_Chair"

# The highest number of a published RFC; see rules/references.py.
LAST_RFC: Final = 10120


def unknown_rfc_message(number: str) -> str:
    """What is wrong with the number of an RFC, without leading zeros; "" for one that exists."""
    if len(number) <= len(str(LAST_RFC)) and int(number) <= LAST_RFC:
        return ""
    return f"RFC {number[:20]} does not exist (the last one is about {LAST_RFC})"


# An RFC in free text, or in brackets without being a reference.
RFC_AS_TEXT: Final = pattern(r"\[?RFC[\s-]*+[0-9]++\]?", "ai")

# The 96 names of the table in Section 10.1, and whois++, which the section adds.
LEGACY_NAMES: Final = frozenset(
    """
    914c/g acmaint_dbd acmaint_transd atex_elmd avanti_cdp badm_priv badm_pub bdir_priv bdir_pub
    bmc_ctd_ldap bmc_patroldb boks_clntd boks_servc boks_servm broker_service bues_service
    canit_store cedros_fds cl/1 contamac_icm corel_vncadmin csc_proxy cvc_hostd dbcontrol_agent
    dec_dlm dl_agent documentum_s dsmeter_iatc dsx_monitor elpro_tunnel elvin_client elvin_server
    encrypted_admin erunbook_agent erunbook_server esri_sde EtherNet/IP-1 EtherNet/IP-2
    event_listener flr_agent gds_db ibm_wrless_lan iceedcp_rx iceedcp_tx iclcnet_svinfo idig_mux
    ife_icorp instl_bootc instl_boots intel_rci interhdl_elmd lan900_remote LiebDevMgmt_A
    LiebDevMgmt_C LiebDevMgmt_DM mapper-ws_ethd matrix_vnet mdbs_daemon menandmice_noh msl_lmd
    nburn_id ncr_ccl nds_sso netmap_lm nms_topo_serv notify_srvr novell-lu6.2 nuts_bootp nuts_dem
    ocs_amu ocs_cmu pipe_server pra_elmd printer_agent redstorm_diag redstorm_find redstorm_info
    redstorm_join resource_mgr rmonitor_secure rsvp_tunnel sai_sentlm sge_execd sge_qmaster
    shiva_confsrvr sql*net srvc_registry stm_pproc subntbcst_tftp udt_os universe_suite veritas_pbx
    vision_elmd vision_server wrs_registry z39.50 whois++
    """.split()
)


def fold(name: str) -> str:
    """Return `name` with A-Z in lower case; other characters stay.

    Case is ignored when service names are compared (Section 5.1), and only the case of US-ASCII:
    `str.lower` would make KELVIN SIGN a "k".
    """
    if name.isascii():
        folded = name.lower()
    else:  # for bytes, only A-Z are letters
        folded = name.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    return name if folded == name else folded  # most are: one text in memory, not two


def name_key(name: str) -> str:
    """Return `name` as names are compared: in lower case, without what nobody sees of it.

    That is white space around it, and invisible characters: SN002 reports them, and the name is
    assigned all the same.
    """
    key = fold(name).strip()
    return (key if key.isascii() and key.isprintable() else INVISIBLE.sub("", key).strip()) or name


def name_keys(names: Sequence[str]) -> dict[str, str]:
    """Return the key of each of `names`, which are not empty."""
    words = " ".join(names)
    keys = words.lower().split(" ")
    if words.isascii() and words.isprintable() and len(keys) == len(names):  # no name has a space
        return dict(zip(names, keys, strict=True))
    return {name: name_key(name) for name in names}


def fold_heading(text: str) -> str:
    """Return the heading of a column as headings are compared: "Port_Number" is "port number"."""
    return " ".join(text.replace("_", " ").split()).lower()


def normal_space(text: str) -> str:
    """Return `text` with each run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def listing(words: Sequence[str], limit: int = 10, last: str = " and ") -> str:
    """Return the first `limit` of `words` for a message, and how many more there are."""
    parts = list(words[:limit])
    if len(words) > limit:
        return f"{', '.join(parts)} and {len(words) - limit:,} more"
    return last.join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def place(port: str | None, transport: str | None) -> str:
    """Return "on PORT/TRANSPORT" for a message, or what of the two is absent."""
    if port and transport:
        return f"on {port}/{transport}"
    if port:
        return f"on port {port} without transport protocol"
    return f"on {transport} without port" if transport else "without port or transport protocol"


def quoted(text: str, limit: int = 60) -> str:
    """Return `text` in double quotes for a message, cut after `limit` characters."""
    return f'"{text}"' if len(text) <= limit else f'"{text[:limit]}…"'


def character_name(character: str) -> str:
    """Return a character for a message: in quotes with its code point, or by that alone."""
    code_point = f"U+{ord(character):04X}"
    if character == " ":
        return f"a space ({code_point})"
    return f'"{character}" ({code_point})' if character.isprintable() else code_point


def form_name(form: str) -> str:
    """Return what messages call the form of a file."""
    return {"draft": "Internet-Draft", "txt": "plain text"}.get(form, form.upper())
