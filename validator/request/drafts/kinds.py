"""What a sentence does: request an assignment, update or release one, or none of these."""

from __future__ import annotations

from functools import lru_cache

import regex

from validator.request.drafts.asides import MAIN_CLAUSE, without_asides, without_reasons
from validator.request.drafts.denials import (
    CONSIDERED,
    EARLIER_VERSION,
    EXAMPLE,
    demands,
    mentions_example,
)
from validator.request.drafts.other_entries import without_other_actions
from validator.request.drafts.sections import (
    LIST_MARK,
    THIS_DOCUMENT,
    TRANSPORT_LIST,
    TRANSPORTS,
    blanked,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from validator.request.documents.parsed import RequestKind

_FLAGS = regex.IGNORECASE
# A name of the registry contains "service name" and "port number", and asks for none.
REGISTRY = regex.compile(
    r"[\"“']?\bservice\s++names?(?:\s++registry)?\s++and\s++(?:(?:the\s++)?transport"
    r"\s++protocol\s++)?"
    r"ports?\s++numbers?(?:\s++registr(?:y|ies))?[\"”']?|\bservice\s++name\s++registry\b"
    r"|[\"“']?\bport\s++numbers?[\"”']?\s++registry|\bregistry\b|\bsub-?registry\b",
    _FLAGS,
)
# Words that only this registry has, or what cites it.
PORT_REGISTRY = regex.compile(
    r"\bservice\s++names?\s++and\s++(?:the\s++)?(?:transport\s++protocol\s++)?ports?"
    r"\s++numbers?|\b6335\b"
    r"|\bport\s++numbers?\s++registry\b|service-names-port-numbers",
    regex.IGNORECASE,
)
# Other registries have service names, too.
OTHER_SERVICE_NAMES = regex.compile(
    r"\b(?:GSS-?API(?:v2)?|SASL|Kerberos|SSH|POSH|enum|RADIUS|WS-Discovery)[\])\"”]*+"
    r"(?:\s?/\s?(?:GSS-?API|SASL|Kerberos)|\s++(?:and|or)\s++(?:GSS-?API|SASL|Kerberos))*+"
    r"\s++(?:\[[^\[\]]{1,20}\]\s++)?+service\s++names?"
    # A registry of their own: "Harbor Service Names"
    r"|\b(?!(?:IANA|SRV|DNS-SD|The|This|Port|Internet|New|All|Existing)\b)(?-i:[A-Z])[\w-]*+\s++service\s++names?+"
    r"(?=[\"”'’]?\s++(?:sub-?)?registr)"
    r"|(?<=\bregistr(?:y|ies)\s++(?:of|for|called|named|entitled)\s++(?:the\s++)?[\"“'‘]?)"
    r"(?!(?:IANA|SRV|DNS-SD|The|Port)\b)(?-i:[A-Z])[\w-]*+\s++service\s++names?",
    _FLAGS,
)
# "UDP 4646", "4646 on UDP", "4646/udp": a port without that word.
BARE_PORT = (
    rf"(?<![\w./-])(?:(?P<transport>{TRANSPORT_LIST})\s++(?P<port>[0-9]{{3,5}})"
    r"(?![\w-]|\.\w|\s++(?:bits?|bytes?|octets?)\b)"
    rf"|(?<!\b(?:RFC|BCP|in|of)\s)(?P<port>[0-9]{{3,5}})(?:\s?/\s?|\s++(?:on|over)\s++)"
    rf"(?P<transport>{TRANSPORT_LIST})\b)"
)
_ASKS_FOR_BARE_PORT = (
    r"\b(?:asks?(?:\s++IANA)?\s++for|requests?|needs?|requires?|wants?|would\s++like|seeks?"
    r"|(?:IANA\b[^.;]{1,60}?|please\s++)\b(?:grant|give))"
    rf"\s++(?:\w++\s++){{0,3}}?{BARE_PORT}(?!\s++(?:to\s++be|is|are)\b)"
    rf"|{BARE_PORT}[^.;]{{0,60}}?\s(?:is|are)\s++(?:hereby\s++)?(?:requested|needed|required|wanted)\b"
)
# "The protocol requires allocation of a port."
_MUST_BE_ASSIGNED = (
    r"(?:shall|should|must)\s++be\s++(?:\w++ly\s++)?"
    r"(?:added|allocated|assigned|created|earmarked|entered|registered|reserved|set\s++aside)\b"
)
_REQUIRES = (
    r"(?<!\b(?:may|might|would|could|can|not)\s(?:also\s)?)\b(?:needs?|requires?)\s++(?:the\s++|an?\s++)?"
    r"(?:allocation|assignment|registration|reservation)\s++of\b"
)
# "Extend the assignment of "tides" to UDP."
EXTENDS = (
    r"\bextend(?:s|ed|ing)?\s++(?=[^.;:]{0,80}?\b(?:assignment|allocation|entry|port|registration|service\s++name)\b)"
    rf"[^.;:]{{1,120}}?\s(?:to|by|for|with)\s++(?:(?:also|cover|include|the)\s++)*+(?P<added>{TRANSPORT_LIST})\b"
)
_EXTENSION = regex.compile(EXTENDS, _FLAGS)
REQUEST = regex.compile(
    r"\b(?:assign(?:s|ed|ing)?|allocat(?:e|es|ed|ing)|regist(?:er|ers|ered|ering)"
    r"|reserv(?:e|es|ed|ing)|adds?|added|adding)\b"
    r"|\brequest(?:s|ed|ing)?\s++(?:for\s++|that\s++IANA\s++)?(?:the\s++|an?\s++)?(?:early\s++)?"
    r"(?:assignment|allocation|registration|reservation"
    rf"|(?:(?:{TRANSPORTS}|user|system|new|well-known)\s++){{0,3}}(?:ports?|service\s++name))\b"
    rf"|{_REQUIRES}|{_ASKS_FOR_BARE_PORT}|{_MUST_BE_ASSIGNED}"
    r"|\bearmark(?:s|ed)?\b|\b(?:(?:asked|invited|requested|IANA)\s++to|please)\s++(?:create|grant|provide)\b"
    rf"|{EXTENDS}"
    r"|\b(?:asks?\s++for|makes?)\s++(?:the\s++|an?\s++)?(?:early\s++)?(?:assignment|allocation|registration|reservation)\b"
    r"|\bask(?:s|ed|ing)?\s++(?:the\s++)?(?:IANA\s++)?for\s++(?:the\s++|an?\s++)?"
    rf"(?:(?:{TRANSPORTS}|user|system|new)\s++){{0,3}}(?:ports?|service\s++name)\b"
    r"|\bports?\b.{0,60}\b(?:is|are)\s++(?:\w++\s++)?(?:suggested|preferred|desired|proposed)\b"
    rf"|\b(?:another|(?:an?|one)\s++(?:(?:second|third|further|additional|new|more|{TRANSPORTS})\s++){{0,3}})\s*+"
    rf"(?:{TRANSPORTS}\s++)?port(?:\s++number)?(?:,|\s\()?\s?[0-9]{{2,5}}\b[^.;]{{0,60}}?"
    r"\b(?:is|will\s++be)\s++(?:also\s++)?(?:needed|required|requested)\b"
    r"|\b(?:registration|assignment|allocation)s?\s++(?:of|for)\s.{1,80}?\s(?:is|are)\s++(?:hereby\s++)?requested\b"
    r"|\bservice\s++names?\s++[\"“`]?[\w.-]++[\"”`]?\s++(?:is|are)\s++(?:hereby\s++)?requested\b"
    r"|\bIANA\s++has\s++(?:entered|listed|provided|recorded)\b|\badd(?:s|ed|ition\s++of)?\b.{0,40}\buser\s++of\b"
    rf"|\b(?:an?|one)\s++(?:(?:{TRANSPORTS}|user|system|new|well-known)\s++){{0,3}}ports?(?:\s++numbers?)?"
    r"\s++(?:is|are)\s++(?:hereby\s++)?requested\b"
    r"|\bfollowing\b.{0,40}\b(?:is|are)\s++(?:hereby\s++)?(?:defined|requested)\b"
    r"|\b(?:defines|introduces)\b.{0,60}\b(?:service\s++names?|ports?)\b",
    _FLAGS,
)
_SUBJECT = regex.compile(
    r"\A(?:[-*+•]\s++)?(?:(?-i:to)|assign|allocate|register|reserve|add)\s|\bIANA\b|\bplease\b|\brequest|\bthis\s++(?:document|memo|specification|draft|section|RFC)\b|\bwe\b|"
    r"\bis\b"
    rf"|\bare\b|\bwas\b|\bwere\b|\b(?:has|have)\s++been\b|{_REQUIRES}|{_ASKS_FOR_BARE_PORT}|{_MUST_BE_ASSIGNED}|\bauthors\b",
    _FLAGS,
)
# "The well-known port for X is 4646."
_KNOWN_PORT = regex.compile(
    r"\b(?:well-known|IANA-assigned|registered|assigned)\b.{0,40}\bports?\b", _FLAGS
)
# "Changes since -02: removed port 4646/tcp"
_CHANGE_LOG = regex.compile(
    rf"\s*+{LIST_MARK}Changes?\s++(?:since|from|in|between)\s++(?:the\s++)?(?:draft|version|revision|previous|-[0-9])",
    _FLAGS,
)
# "This protocol uses the IANA-assigned port 4646.": it has been assigned to somebody.
_USES_KNOWN_PORT = regex.compile(
    r"\b(?:uses?|using|at|from|on|over|through|to|via|with)\s++(?:(?:an?|its|the|their)\s++)?(?:IANA[-\s]++)?"
    r"(?:well-known|IANA-assigned|registered|assigned)\b"
    r"|\bused\s++to\s++(?:allocate|assign|register|request|reserve)\b"
    # Others assign ports, too.
    r"|\b(?:assigned|allocated|registered|reserved)\s++by\s++(?:an?|each|its|the|their)\s++(?-i:[a-z])",
    _FLAGS,
)
# "NETCONF uses TCP port 830, which IANA assigned", "TCP port 443 was assigned to https": a fact.
_WAS_ASSIGNED = regex.compile(
    r"\bRFC\s?[0-9]{1,5}\]?\s++(?:\w++ly\s++|also\s++|had\s++|has\s++)?(?:assigned|allocated|registered|registers|requested|requests|reserved)\b"
    r"|(?:,|(?<![\s,]))\s++(?:which|that)\s++(?:IANA\s++(?:once\s++)?|(?:is|are|was|were)\s++(?:\w++ly\s++)?)"
    r"(?:assigned|allocated|registered|reserved)\b(?!\s++by\b)"
    # ", as assigned by IANA", "is registered with TCP port 4646 by an earlier RFC"
    r"|(?:,(?:\s++as)?|(?<![\s,])\s++as)\s++(?:assigned|allocated|registered|reserved)\s++(?:by|with)\s++(?:the\s++)?IANA\b"
    r"|\b(?:assigned|allocated|registered|reserved)\b(?:(?!\b(?:as|defin\w++|describ\w++|requir\w++|specif\w++|use)\s)[^.;]){0,80}?"
    r"\sby\s++(?:(?:an?\s++)?(?:another|different|earlier|other|previous)\b|\[?RFC\s?[0-9])"
    r"|\b(?:was|were)\s++(?:\w++ly\s++)?(?:assigned|allocated|registered|reserved)\b"
    r"(?!\s++(?:by|from|in|to|with)\s++(?:the\s++)?(?:IANA|[\"“]?Service\s|[\"“]?Port\s|\s))"
    rf"(?![^.;,]{{0,80}}?\sby\s++(?:(?:the\s++)?IANA|{THIS_DOCUMENT})\b)",
    _FLAGS,
)
# "TCP port 443 is assigned to https", "port 443, assigned to https": what is so already.
_IS_ASSIGNED = regex.compile(
    rf"(?:\b(?:is|are|was|were|(?:which|that)\s++(?:IANA\s++has|ha(?:s|ve)\s++been))\s++(?:\w++ly\s++)?"
    rf"|\b(?:ports?|{TRANSPORTS})\s++[0-9]{{2,5}},?\s++(?:\w++ly\s++)?)"
    rf"(?:assigned|allocated|registered)\b(?![^.;]{{0,80}}?\s(?:by|in)\s++{THIS_DOCUMENT}\b)",
    _FLAGS,
)
# "If X is used, IANA is requested to assign a port": it is requested.
CONDITION = regex.compile(
    r"\A(?:If|When|Should|Unless|As|Since|Because|While|Although|Though|Whereas|Given)\b[^.;]{1,400},\s++"
    rf"(?={MAIN_CLAUSE})"
)
# "the following ports, which are not assigned yet", "4646/udp, which was released"
_NOT_YET = regex.compile(
    r",\s++(?:which|that)\s++(?:is|are|was|were|has|have)\s++(?:\w++\s++)?"
    r"(?:not|de-?assigned|released|removed|returned)\b[^,.;:]{0,80}",
    _FLAGS,
)
# "no other action is needed"
_NOTHING_ELSE = regex.compile(
    r"(?:[,(;]\s*+|\s)(?:(?:and|as|because|since)\s++)?no\s++(?:additional|further|other)\s++(?:IANA\s++)?actions?\s++"
    r"(?:is|are)\s++(?:necessary|needed|required|requested)\)?",
    _FLAGS,
)
# "... with the IESG as the Assignee, if currently unspecified": what has one keeps it.
WHERE_EMPTY = regex.compile(
    r",?\s++(?:if|when|where|wherever)\s++(?:(?!\b(?:and|or|the)\b)[^\s.;,]++\s++){0,5}?(?:absent|blank|empty|missing|unset"
    r"|unspecified|not\s++(?:currently\s++)?(?:filled|given|present|set|specified))\b",
    _FLAGS,
)
_NO_REQUEST = regex.compile(
    rf"{EXAMPLE}|\A(?:(?:Nothing|None|Nobody|Neither)|Should\s++(?:the\s++)?IANA)\b|\baware\s++that\b"
    r"|\b(?:currently|previously|already|formerly|historically|briefly|no\s++longer|originally"
    # "for TCP with no port" has a request before it.
    r"|(?!(?<=\bwith\s)no\s++(?:\w++\s++)?ports?\b)no\s++(?:(?:new|further|additional|other|specific|actual)\s++){0,2}(?:IANA\s++)?"
    r"(?:actions?|ports?|assignments?|allocations?|registrations?|requests?|considerations?)"
    r"|does\s++not|do\s++not|did\s++not|must\s++not|should\s++not|cannot"
    r"|not\s++(?:been\s++|to\s++)?(?:request|ask|assign|regist|requir)\w*+"
    r"|if\s++(?:an?|the|one|any)|would\s++be|can\s++be|could\s++be|may\s++be|might\s++be"
    r"|shall\s++be\s++made|requests?\s++(?:for|to)\s++(?:register|assign\w*+)\s++(?:must"
    r"|should|shall|are|need)"
    r"|had\s++been|pre-?assigned|ports\s++are\s++those"
    rf"|{EARLIER_VERSION}|{CONSIDERED}|in\s++effect|in\s++the\s++future"
    r"|future\s++(?:assignment|allocation|registration|request|document|draft|extension|specification"
    r"|version)s?|later\s++(?:documents?|drafts?|revisions?|versions?)"
    r"|(?:may|might|could)\s++(?:also\s++)?(?:request|ask|need|require)|may\s++be\s++a\s++request)\b"
    # The value of a variable of the document.
    r"|\A\{[\w-]{1,40}\}\s",
    _FLAGS,
)
_ENTRY = (
    r"(?:entry|entries|assignments?|registrations?|allocations?|records?|rows?|ports?|references?"
    r"|service\s++names?|descriptions?|assignees?|contacts?|values?|name)"
)
_PORT_AND_TRANSPORT = rf"[0-9]{{1,5}}\s?/\s?{TRANSPORTS}"
# What is renamed: a service, or what has a port.
_SERVICE = rf"\b(?:services?|{_PORT_AND_TRANSPORT})\b"
# "a message, sent to UDP port 434, type 7": the number that counts is another.
_DESTINATION = regex.compile(
    r"\b(?:using|(?:sent|received)\s++(?:to|from|on|over|at)(?:\s++and\s++(?:to|from))?"
    rf"|recipients?\s++(?:at|on))\s++(?:{TRANSPORTS}\s++)?ports?\s++(?:numbers?\s++)?"
    r"[0-9]{1,5}(?!\w)(?!,?\s++(?:which|that|assigned|allocated|registered|reserved)\b)",
    _FLAGS,
)
_OTHER_NUMBERS = regex.compile(
    r"\b(?:types?|fields?|extensions?|number(?:ing)?\s++space|are\s++defined\s++to\s++be)\b", _FLAGS
)
# What an entry of this registry has, and what others may have as well.
_PORT_OR_NAME = regex.compile(
    r"(?<![-\w])ports?(?![-\w])|\bservice\s++(?:names?|types?)\b"
    rf"|(?<![\w./-]){_PORT_AND_TRANSPORT}\b",
    _FLAGS,
)
_SERVICE_OR_TRANSPORT = regex.compile(rf"\bservices?\b|(?<![-\w]){TRANSPORTS}(?![-\w])", _FLAGS)
_OTHER_REGISTRY = regex.compile(
    r"(?:[\"”'’`)]|\b(?!IANA\b|Th)[A-Z][\w-]*+)\s++(?i:(?:sub-?)?registr(?:y|ies))\b"
    r"|\b(?i:registr(?:y|ies)\s++(?:for|of))\b"
)
# "... as a GSSAPI service name": what else the sentence has a service name for is of that registry.
_ONLY_OTHER = regex.compile(
    rf"(?<!\band\s(?:as\s)?(?:an?\s|the\s)?)(?:{OTHER_SERVICE_NAMES.pattern})(?!\s++and\b)", _FLAGS
)
# What other registries have names for.
_OTHER_ENTRIES = regex.compile(
    r"\b(?:actions?|alerts?|attributes?|chunks?|codes?|errors?|extensions?|flags?|headers?|items?"
    r"|messages?|options?|parameters?|registr(?:y|ies)|status(?:es)?|types?)\b",
    _FLAGS,
)
_FIELD = r"(?:assignees?|contacts?|descriptions?|references?)"
_UPDATE = regex.compile(
    rf"\b(?:updat(?:e|es|ed|ing)|chang(?:e|es|ed|ing)(?!\s++(?:it\s++)?to\b)|replac(?:e|es|ed|ing)|modif(?:y|ies|ied)"
    rf"|re-?assign(?:s|ed)?|renam(?:e|es|ed)|correct(?:s|ed)?|amend(?:s|ed)?|revis(?:e|es|ed)"
    rf"|deprecat(?:e|es|ed))\b"
    rf"(?!\s++to\s++(?:be\s++)?regist)(?:\s++[^\s.;]++){{0,9}}?\s++{_ENTRY}\b"
    rf"|\b{_ENTRY}\b(?:\s++[^\s.;]++){{0,24}}?\s++(?:(?:is|are|was|were|be|been|has|have)"
    rf"\s++){{1,2}}"
    rf"(?:(?:also|both|all|now|hereby)\s++)?(?:updated|changed|replaced|modified|renamed|corrected|amended|revised"
    rf"|deprecated)\b"
    rf"|\bmakes?\s++(?:these|the\s++following)\s++changes?\b[^.;]{{0,80}}\b(?:ports?|service\s++names?)\b"
    rf"|\b(?:sets?|lists?|listed)\s++(?:the\s++|its\s++|their\s++)?{_FIELD}\s++(?:of|for|from)\s"
    rf"|\b(?:update|change|rename|re-?assigne)d?\s++(?:this|these|that|those|its?)\b"
    rf"|\b(?:has|have)\s++(?:its|their|the)\s++{_ENTRY}\s++(?:fields?\s++)?(?:updated|changed|replaced|corrected)\b"
    rf"|\b{_ENTRY}\s++changes?\s++(?:from|to)\b"
    r"|\b(?:mark|move)(?:s|d|ed)?\s[^.;]{1,160}?\s(?:as|to)\s++[\"“]?historic\b"
    rf"|(?<=\b(?:asked|invited|requested)\s++to\s++|\b(?:please|has)\s++)transfer(?:red)?\s++(?:[^\s.;]++\s++){{0,5}}?{_ENTRY}\b"
    rf"|\bservice\s++name\b(?:\s++[^\s.;,]++){{0,9}}?\s++becomes\b"
    rf"|\brenam(?:e|es|ed|ing)\b.{{0,120}}?{_SERVICE}|{_SERVICE}.{{0,120}}?\brenamed\b"
    r"|[\"“`][\w-]{1,40}[\"”`]\s++(?:(?:is|are|to|be|been|has|have|shall|should)\s++)++renamed\b"
    # IANA is asked to use B instead of A
    rf"|\b(?:use|list|show|enter|have)"
    rf"(?<=\b(?:IANA|please|request|requests|requested|asked)\b.{{0,160}}?\b(?:use|list|show|enter|have))\s++"
    rf"(?=.{{0,160}}?\b(?:service\s++names?|ports?|entry|{_PORT_AND_TRANSPORT})\b)"
    r"(?:the\s++)?(?:(?:new\s++)?service\s++names?\s++)?[\"“`][\w-]{1,40}[\"”`][^.;]{0,80}?"
    r"\s(?:instead\s++of|in\s++(?:the\s++)?place\s++of|rather\s++than)\b"
    # A document becomes a reference of an entry.
    r"|\bthis\s++(?:document|memo|RFC|specification)\s++(?:(?:is|be|been|has|shall|should|will|to)\s++)++"
    r"(?:added|cited|given|listed|recorded|used)\s++as\s++(?:(?:an?|the|additional)\s++)*+reference\b"
    r"(?=.{0,120}\b(?:ports?|entry|entries|service\s++name|registration|assignment|registry)\b)"
    rf"|\b(?:cite|list|add|include|use|reference|point|refer)(?:s|d|ed|ing)?\b.{{0,60}}?\b"
    rf"(?:this\s++"
    rf"(?:document|memo|RFC|specification)|\[?RFC[- ]?\w{{2,5}}\]?|reference)\b.{{0,80}}?\b"
    rf"(?:references?"
    rf"|entry|entries|registration|assignments?|for|in)\b(?=.{{0,120}}\b(?:ports?|entry"
    rf"|entries|service"
    rf"\s++name|registration|assignment|registry)\b)"
    rf"|\badd(?:s|ed|ing)?\s++(?:an?\s++|the\s++)?references?\s++to\b"
    rf"|\badd(?:s|ed|ing)?\s++(?:(?:an?|the|following|assignment)\s++)*+notes?\b"
    rf"(?=.{{0,120}}\b(?:ports?|entry|entries|service\s++name|registration|assignment|{_PORT_AND_TRANSPORT})\b)"
    rf"|\breferences?\b.{{0,60}}\b(?:been|are|is|be)\s++(?:also\s++)?added\b"
    rf"|\b(?:remov(?:e|es|ed)|delet(?:e|es|ed)|drop(?:s|ped)?)\b[^.;]{{0,60}}?\breferences?\b"
    rf"(?=.{{0,120}}\b(?:ports?|entry|entries|service\s++name|registration|assignment|allocation"
    rf"|{_PORT_AND_TRANSPORT})\b)",
    _FLAGS,
)
# "renames the "foo" registry", beside a request
_RENAMES_OTHERS = regex.compile(
    r"\brenam(?:e|es|ed|ing)\s++(?:[^\s.;,]++\s++){0,4}?(?:(?:sub-?)?registry|columns?|fields?)\b",
    _FLAGS,
)
# "release port 4646 and assign it to tides": neither is read.
_PASSES_ON = regex.compile(
    r"\band\s++(?:then\s++)?(?:to\s++)?(?:re-?)?(?:assign|allocate|register)\s++(?:it|them|this|that|the\s++(?:port|number))\b",
    _FLAGS,
)
# What is updated is the registry, by new entries.
_UPDATES_REGISTRY = regex.compile(
    r"\bupdat(?:e|es|ed|ing)\s++(?:the\s++)?(?:following\s++)?[^.]{0,80}?\s(?:with|by"
    r"\s++adding|to\s++(?:add|include))"
    r"\s++(?:the\s++|these\s++|two\s++|an?\s++)?(?:following|new|additional)\b",
    _FLAGS,
)
_NO_UPDATE = regex.compile(
    r"\b(?:no|not|without)\s++(?:\w++\s++){0,3}(?:updat|chang|replac|modif|renam)\w*+"
    r"|\bif\b|\bwould\s++(?:need|be|have)\b|\bmay\s++be\b|\bfuture\b|\bsome\s++references\b",
    _FLAGS,
)
# "Reserved for "tides"", and not "for future use"
_A_SERVICE = r"(?:the\s++)?(?:(?:new\s++)?services?\s|[\"“`'‘]|\S++\s++service\b)"
_RELEASE = regex.compile(
    r"\b(?:de-?\s?assign(?:s|ed|ment)?|(?<!\b(?:is|are|was|were|currently|still|remains?)\s)un-?assign(?:s|ed)?|releas(?:e|es|ed)"
    rf"|return(?:s|ed)?(?=[^.;]{{0,80}}\b(?:IANA|pool)\b|\s++(?:the\s++|this\s++)?(?:port|assignment))|(?:chang|list|mark|mov|set|turn)(?:s|e|es|d|ed|ing)?\s++(?!(?:its\s++|the\s++)?{_FIELD}\b)(?:[^\s.;]++\s++){{0,8}}?(?:(?:as|to(?:\s++the)?)\s++[\\\"“']{{0,2}}reserved"
    rf"|(?<=mark[^.;]{{1,100}})[\\\"“']{{0,2}}reserved)(?!\W{{0,3}}\s++for\s++{_A_SERVICE})|cancel(?:s|l?ed)?|(?:frees|freed|(?<=\b(?:to|please)\s)free)(?=\s++(?:up\s++)?(?:the\s++|this\s++)?"
    rf"(?:{TRANSPORTS}\s++)?ports?\b)|mak(?:e|es|ing)\s++(?:[^\s.;]++\s++){{1,6}}?available\s++again"
    r"|relinquish(?:es|ed)?|reclaim"
    r"(?:s|ed)?|revok(?:e|es|ed)|withdraw(?:s|n)?|de-?regist(?:er"
    r"|ers|ered)"
    r"|g(?:ive|ives|iven|ave)\s++(?:it\s++|them\s++|this\s++\w++\s++)?back|remov(?:e|es|ed)"
    r"|delet(?:e|es|ed))\b"
    r"(?!\s++(?:this|the|from|these)?\s*+(?:\S++\s++){0,3}?(?:references?|notes?|fields?"
    r"|descriptions?|contacts?"
    r"|sections?|paragraphs?|text|sentence|columns?|table|figure|before|RFC)\b|\s++\\?\[|"
    r"\s++\{\{)",
    _FLAGS,
)
_RELEASES_NOTHING = regex.compile(
    r"\b(?:assign|allocate|register|add|create)(?:s|ed|d)?+\b|\bnot\s++(?:\w++\s++){0,2}"
    r"(?:remov|releas|delet)"
    r"|\bchanges\s++(?:since|from|in)\b|\b(?:earlier|previous)\s++(?:version|revision|draft)s?\b"
    r"|\brelease[sd]?\s++of\b|\bRFC\s++Editor\b|\bif\b|\bwas\s++revoked\b|\brequests?"
    r"\b[^.]{0,40}\bwithdrawn",
    _FLAGS,
)
_NO_ASSIGNMENT_VERB = regex.compile(
    r"\bde-?\s?assign\w*+|\bun-?assign\w*+|\bde-?regist\w*+", _FLAGS
)
_KINDS: tuple[RequestKind, ...] = ("request", "update", "release")
# The cell of a table that says what IANA has to do: "keep", "remove", "add", "update".
_ACTION = regex.compile(
    r"\W*+(?:(?:IANA\s++)?to\s++|please\s++|be\s++|no\s++longer\s++\w++\W++)*+(?:"
    # What asks for nothing.
    r"(?<=\W)\Z|(?:already|as\s++is|current|do(?:\s++not|\s++nothing|n't)\b|exist|for\s++(?:information|illustration)|illustrati"
    r"|informati|keep|kept|leave|must\s++not\b|n[\s./]{0,3}a\b|never\b|no\b|none\b|not\b|nothing\b"
    r"|(?:(?:only|as|an?)\s++)*+examples?\b|remains?\b|retain|stays?\b|unassigned\b|unchanged)"
    r"|(?P<release>de-?assign|de-?regist|delet|drop|releas|remov|return|un-?assign)"
    rf"|(?P<update>amend|chang|correct|deprecat|histori|modif|new\s++(?:(?:service\s++)?+name|{_FIELD})|obsolet|renam|replac|revis|updat)"
    r"|(?P<request>add|allocat|assign\b|creat|new\b|regist|request|reserv))",
    _FLAGS,
)
# "not assigned yet; please assign", but not "none (registered by RFC 5000)"
_NEXT_ACTION = regex.compile(
    rf"(?:[;,:(]|\.\s|\s[-–]\s)(?:{_ACTION.pattern})\w*+(?:(?<!ed)|(?<=\bbe\s\w++))", _FLAGS
)
_TITLE_UPDATES = regex.compile(r"\bupdat(?:e|es|ing)\b|\bchang(?:e|es)\b|\bmodif", _FLAGS)
_MARKER = regex.compile(
    r"(?:(old|before|from|current(?:ly)?|existing)|(new|after|to|so\s++that\s++(?:it|they)\s++"
    r"(?:now\s++)?(?:contains?|reads?)"
    r"|(?:which|it|they)\s++(?:then|now)\s++reads?|with(?:\s++the\s++following)?|by(?:\s++the"
    r"\s++following)?"
    r"|(?:is|are)\s++(?:replaced|changed)\s++(?:by|with|to)(?:\s++read)?|to\s++read))(?:"
    r"\s++the\s++following"
    r"|\s++as\s++follows)?+(?:\s++(?:entry|entries|text"
    r"|values?"
    r"|registrations?|assignments?))?+\s*+:?",
    _FLAGS,
)


@lru_cache(maxsize=256)
def sentence_kind(text: str, *, is_announced: bool = False) -> RequestKind | None:
    """What a sentence does; `None` for neither of the three.

    With `is_announced`, the sentence before a list says that all in it is assigned.  Templates,
    tables and lists after a sentence need its kind, too: that of the last sentences is kept.
    """
    if is_change_log(text):
        return None
    for pattern in (CONDITION, WHERE_EMPTY, _NOT_YET, _NOTHING_ELSE):
        text = pattern.sub("", text)
    masked = masked_registries(without_other_actions(text))
    if _RELEASE.search(masked) and _PASSES_ON.search(masked):
        return None
    if _releases(without_reasons(masked)):
        return "release"
    if _updates(text):
        return "update"
    masked = without_asides(masked)
    if _NO_REQUEST.search(masked) or mentions_example(masked):
        return None
    return "request" if is_announced or _requests(masked) else None


def is_change_log(text: str) -> bool:
    """Whether a sentence says what an earlier version of the document had."""
    return _CHANGE_LOG.match(text) is not None


def action_kind(text: str) -> RequestKind | Literal[""] | None:
    """What a cell such as "remove" or "no change" says of its row: `""` is that nothing is asked.

    It is `None` for other text.
    """
    first = _ACTION.match(text)
    if first is None:
        return None
    matches = [first, *_NEXT_ACTION.finditer(text, first.end())]
    kinds = (kind for match in matches for kind in _KINDS if match[kind])
    return next(kinds, "")


def _requests(text: str) -> bool:
    """Whether a sentence asks for an assignment, or states one that was made for it."""
    for pattern in (_USES_KNOWN_PORT, _WAS_ASSIGNED):
        text = pattern.sub(" ", text)
    is_asked = REQUEST.search(text) is not None and _SUBJECT.search(text) is not None
    return is_asked or _KNOWN_PORT.search(text) is not None


def _updates(text: str) -> bool:
    """Whether a sentence updates an assignment, not only the name of something else."""
    changed = without_destinations(without_reasons(text))
    if not _UPDATE.search(changed) or _NO_UPDATE.search(text) or _UPDATES_REGISTRY.search(text):
        return False
    others = _RENAMES_OTHERS.sub(" ", changed)
    return _UPDATE.search(others) is not None or not REQUEST.search(others)


def states_only(text: str) -> bool:
    """Whether a sentence states which assignments exist, and asks for none."""
    for pattern in (_USES_KNOWN_PORT, _WAS_ASSIGNED, _IS_ASSIGNED):
        text = pattern.sub(" ", text)
    return REQUEST.search(masked_registries(text)) is None and not demands(text)


def title_kind(title: str) -> RequestKind | None:
    """What the title of a section says that its templates do."""
    if _releases(title):
        return "release"
    return "update" if _TITLE_UPDATES.search(title) else None


def _releases(text: str) -> bool:
    if not _RELEASE.search(text):
        return False
    return not _RELEASES_NOTHING.search(_NO_ASSIGNMENT_VERB.sub("release", text))


def is_about_services(text: str, *, in_context: bool = False) -> bool:
    """Whether words are about a port, a transport protocol, a service name or this registry.

    `in_context` says that those before them are.
    """
    if _PORT_OR_NAME.search(text) or PORT_REGISTRY.search(text):
        return True
    if names_other_entries(text):
        return False
    return in_context or _SERVICE_OR_TRANSPORT.search(text) is not None


def added_transports(text: str) -> tuple[int, int] | None:
    """Where a sentence that extends an assignment has the transport protocols that it adds."""
    match = _EXTENSION.search(text)
    return None if match is None else match.span("added")


def names_other_entries(text: str) -> bool:
    """Whether words are about another registry or about what others have names for."""
    if _OTHER_REGISTRY.search(text):
        return True
    return _OTHER_ENTRIES.search(masked_registries(text)) is not None


def has_only_other_names(text: str) -> bool:
    """Whether the service names of a sentence are those of another protocol, such as SASL."""
    return _ONLY_OTHER.search(text) is not None and PORT_REGISTRY.search(text) is None


def without_destinations(text: str) -> str:
    """The text with blanks in place of the ports that messages with other numbers are sent to."""
    if not _OTHER_NUMBERS.search(text):
        return text
    return blanked(_DESTINATION, text)


def masked_registries(text: str) -> str:
    """The text with blanks in place of names of registries, and of other kinds of service names."""
    for pattern in (OTHER_SERVICE_NAMES, REGISTRY):
        text = blanked(pattern, text)
    return text


def marker(text: str) -> str:
    """ "old" or "new" for a line that says that what follows is replaced, or replaces it."""
    match = _MARKER.fullmatch(text.strip("*_ "))
    if match is None:
        return ""
    return "old" if match[1] else "new"
