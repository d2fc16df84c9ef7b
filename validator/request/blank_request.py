"""The request to fill in that `ianalint request --template` writes."""

from __future__ import annotations

TEMPLATE = """\
# A request for a service name, with or without a port number (RFC 6335, Section 8.1.1).
# Fill it in, then:  ianalint request THIS-FILE --registry service-names-port-numbers.xml
# Editors: `ianalint schema request > request.schema.json`, and
# yaml-language-server: $schema=request.schema.json

# -- What every request needs --------------------------------------------------------------------

# 1 to 15 letters, digits and hyphens; short, without "port", "service", "protocol" or a version.
service_name:

# Those it uses today: tcp, udp, sctp, dccp.
transport_protocols: []

# To whom it is assigned: a person or an organization.  Of an IETF document it is
# {name: IESG, email: iesg@ietf.org}, and the contact {name: IETF Chair, email: chair@ietf.org}.
assignee:
  name:
  email:

# Who answers questions about it.
contact:
  name:
  email:

# What the service is, in a sentence, without acronyms that few know.
description:

# The document that describes the protocol.  Or leave it empty and say below that it is proprietary.
reference:

# Whether the protocol uses IP broadcast, multicast or anycast, and how.  Proprietary ones, too.
broadcast_multicast_anycast:

# -- A port number, if there must be one ---------------------------------------------------------

# A number, or user, or system and IANA chooses; leave it empty for a service name alone.
port_number:

# With any port: why can clients not find a Dynamic Port at run-time, by DNS SRV for example?
# why_not_dynamic:

# With a System Port (0-1023, for the IETF alone): why is a User Port unsuitable, and which stable
# document specifies the protocol?
# why_not_user:
# stable_spec_reference:

# With a number that is Reserved: why is it appropriate?
# reserved_justification:

# -- Where it applies ----------------------------------------------------------------------------

# With dccp: the service code, a number (several are a list).
# service_code:

# That the protocol is not publicly documented: true, or a statement.
# proprietary:

# Whether an RFC of the IETF stream asks for it.
# ietf_stream: true

# Uses of the port by others than the assignee, and what IANA should know of the assignment: that it
# extends another service, and which.
# known_unauthorized_uses:
# assignment_notes:

# -- What reviewers ask beside -------------------------------------------------------------------

# How it is protected, and how versions are told apart on one port.
# security:
# versioning:

# With several transport protocols: what is each used for?  With udp: how is congestion avoided?
# transport_differences:
# congestion_control:

# Does it serve discovery alone?  Which keys have its TXT records (RFC 6763)?
# discovery_only: false
# txt_keys: []

# Why does no port of a service that exists do?  How far is the development?
# why_not_existing_port:
# development_state:
"""
