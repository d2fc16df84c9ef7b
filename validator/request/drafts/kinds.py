"""What a sentence does: request an assignment, update or release one, or none of these."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from validator.request.documents.parsed import RequestKind
from validator.request.drafts.sections import (
    LIST_MARK,
    THIS_DOCUMENT,
    TRANSPORT_LIST,
    TRANSPORTS,
    blanked,
    shortened,
)
from validator.request.drafts.unrequested import (
    CONSIDERED,
    EARLIER_VERSION,
    EXAMPLE,
    MAIN_CLAUSE,
    demands,
    mentions_example,
    without_asides,
    without_other_actions,
    without_reasons,
)
from validator.request.phrase import exact_phrase, phrase

# A name of the registry contains "service name" and "port number", and asks for none.
REGISTRY = phrase(
    r"[\"“']?\bservice names?(?: registry)? and (?:(?:the )?transport protocol )?ports? "
    r"numbers?(?: registr(?:y|ies))?[\"”']?|\bservice name registry\b|[\"“']?\bport "
    r"numbers?[\"”']? registry|\bregistry\b|\bsub-?registry\b"
)
# Words that only this registry has, or what cites it.
PORT_REGISTRY = phrase(
    r"\bservice names? and (?:the )?(?:transport protocol )?ports? numbers?|\b6335\b"
    r"|\bport numbers? registry\b|service-names-port-numbers"
)
# Other registries have service names, too.
OTHER_SERVICE_NAMES = phrase(
    r"\m(?:(?:GSS-?API(?:v2)?|SASL|Kerberos|SSH|POSH|enum|RADIUS|WS-Discovery)[\])\"”]*+"
    r"(?:\s?/\s?(?:GSS-?API|SASL|Kerberos)| (?:and|or) (?:GSS-?API|SASL|Kerberos))*+ "
    r"(?:\[[^\[\]]{1,20}\] )?+service names?"
    # A registry of their own: "Harbor Service Names"
    r"|(?-i:(?=[A-Z]))(?:(?!(?:IANA|SRV|DNS-SD|The|This|Port|Internet|New|All|Existing)\b)"
    r"[\w-]++ service names?+(?=[\"”'’]? (?:sub-?)?registr)"
    r"|(?<=\bregistr(?:y|ies) (?:of|for|called|named|entitled) (?:the )?[\"“'‘]?)"
    r"(?!(?:IANA|SRV|DNS-SD|The|Port)\b)[\w-]++ service names?))"
)
# "UDP 4646", "4646 on UDP", "4646/udp": a port without that word.
BARE_PORT = (
    rf"(?<![\w./-])(?:(?P<transport>{TRANSPORT_LIST}) (?P<port>[0-9]{{3,5}})(?![\w-]|\.\w"
    r"| (?:bits?|bytes?|octets?)\b)|(?<!\b(?:RFC|BCP|in|of)\s)(?P<port>[0-9]{3,5})(?:\s?/\s?"
    rf"| (?:on|over) )(?P<transport>{TRANSPORT_LIST})\b)"
)
_ASKS_FOR_BARE_PORT = (
    r"\b(?:asks?(?: IANA)? for|requests?|needs?|requires?|wants?|would like|seeks?"
    rf"|(?:IANA\b[^.;]{{1,60}}?|please )\b(?:grant|give)) (?:\w++ ){{0,3}}?{BARE_PORT}(?! (?:to be"
    rf"|is|are)\b)|{BARE_PORT}[^.;]{{0,60}}?\s(?:is|are) (?:hereby )?(?:requested|needed|required"
    r"|wanted)\b"
)
# "The protocol requires allocation of a port."
_MUST_BE_ASSIGNED = (
    r"(?:shall|should|must) be (?:\w++ly )?(?:added|allocated|assigned|created|earmarked|entered"
    r"|registered|reserved|set aside)\b"
)
_REQUIRES = (
    r"(?<!\b(?:may|might|would|could|can|not)\s(?:also\s)?)\b(?:needs?|requires?) (?:the "
    r"|an? )?(?:allocation|assignment|registration|reservation) of\b"
)
# "Extend the assignment of "tides" to UDP."
EXTENDS = (
    r"\bextend(?:s|ed|ing)? (?=[^.;:]{0,80}?\b(?:assignment|allocation|entry|port|registration"
    r"|service name)\b)[^.;:]{1,120}?\s(?:to|by|for|with) (?:(?:also|cover|include|the) )*+"
    rf"(?P<added>{TRANSPORT_LIST})\b"
)
_EXTENSION = phrase(EXTENDS)
REQUEST = phrase(
    r"\m(?:(?:assign(?:s|ed|ing)?|allocat(?:e|es|ed|ing)|regist(?:er|ers|ered|ering)"
    r"|reserv(?:e|es|ed|ing)|adds?|added|adding)\b|request(?:s|ed|ing)? (?:for "
    r"|that IANA )?(?:the |an? )?(?:early )?(?:assignment|allocation|registration|reservation"
    rf"|(?:(?:{TRANSPORTS}|user|system|new|well-known) ){{0,3}}(?:ports?|service name))\b"
    rf"|{_REQUIRES}|{_ASKS_FOR_BARE_PORT}|{_MUST_BE_ASSIGNED}|earmark(?:s|ed)?\b"
    rf"|(?:(?:asked|invited|requested|IANA) to|please) (?:create|grant|provide)\b|{EXTENDS}"
    r"|(?:asks? for|makes?) (?:the |an? )?(?:early )?(?:assignment|allocation|registration"
    r"|reservation)\b|ask(?:s|ed|ing)? (?:the )?(?:IANA )?for (?:the "
    rf"|an? )?(?:(?:{TRANSPORTS}|user|system|new) ){{0,3}}(?:ports?|service name)\b"
    r"|ports?\b.{0,60}\b(?:is|are) (?:\w++ )?(?:suggested|preferred|desired|proposed)\b"
    r"|(?:another|(?:an?|one) (?:(?:second|third|further|additional|new|more"
    rf"|{TRANSPORTS}) ){{0,3}})\s*+(?:{TRANSPORTS} )?port(?: number)?(?:,"
    r"|\s\()?\s?[0-9]{2,5}\b[^.;]{0,60}?\b(?:is|will be) (?:also )?(?:needed|required|requested)\b"
    r"|(?:registration|assignment|allocation)s? (?:of|for)\s.{1,80}?\s(?:is"
    r"|are) (?:hereby )?requested\b|service names? [\"“`]?[\w.-]++[\"”`]? (?:is"
    r"|are) (?:hereby )?requested\b|IANA has (?:entered|listed|provided|recorded)\b"
    rf"|add(?:s|ed|ition of)?\b.{{0,40}}\buser of\b|(?:an?|one) (?:(?:{TRANSPORTS}|user|system"
    r"|new|well-known) ){0,3}ports?(?: numbers?)? (?:is|are) (?:hereby )?requested\b"
    r"|following\b.{0,40}\b(?:is|are) (?:hereby )?(?:defined|requested)\b"
    r"|(?:defines|introduces)\b.{0,60}\b(?:service names?|ports?)\b)"
)
_SUBJECT = phrase(
    r"\A(?:[-*+•] )?(?:(?-i:to)|assign|allocate|register|reserve|add)\s|\b(?:IANA\b|please\b"
    r"|request|this (?:document|memo|specification|draft|section|RFC)\b|(?:we|is|are|was|were"
    rf"|(?:has|have) been|authors)\b|{_REQUIRES}|{_ASKS_FOR_BARE_PORT}|{_MUST_BE_ASSIGNED})"
)
# "The well-known port for X is 4646."
_KNOWN_PORT = phrase(r"\b(?:well-known|IANA-assigned|registered|assigned)\b.{0,40}\bports?\b")
# "Changes since -02: removed port 4646/tcp"
_CHANGE_LOG = phrase(
    rf"\s*+{LIST_MARK}Changes? (?:since|from|in|between) (?:the )?(?:draft|version|revision"
    r"|previous|-[0-9])"
)
# "This protocol uses the IANA-assigned port 4646.": it has been assigned to somebody.
_USES_KNOWN_PORT = phrase(
    r"\b(?:uses?|using|at|from|on|over|through|to|via|with) (?:(?:an?|its|the|their) )?"
    r"(?:IANA[-\s]++)?(?:well-known|IANA-assigned|registered|assigned)\b"
    r"|\bused to (?:allocate|assign|register|request|reserve)\b"
    # Others assign ports, too.
    r"|\b(?:assigned|allocated|registered|reserved) by (?:an?|each|its|the|their) (?-i:[a-z])"
)
# "NETCONF uses TCP port 830, which IANA assigned", "TCP port 443 was assigned to https": a fact.
_WAS_ASSIGNED = phrase(
    r"\bRFC\s?[0-9]{1,5}\]? (?:\w++ly |also |had |has )?(?:assigned|allocated|registered|registers"
    r"|requested|requests|reserved)\b|(?:,|(?<![\s,])) (?:which|that) (?:IANA (?:once )?"
    r"|(?:is|are|was|were) (?:\w++ly )?)(?:assigned|allocated|registered|reserved)\b(?! by\b)"
    # ", as assigned by IANA", "is registered with TCP port 4646 by an earlier RFC"
    r"|(?:,(?: as)?|(?<![\s,]) as) (?:assigned|allocated|registered|reserved) (?:by"
    r"|with) (?:the )?IANA\b|\b(?:assigned|allocated|registered|reserved)\b"
    r"(?:(?!\b(?:as|defin\w++|describ\w++|requir\w++|specif\w++|use)\s)[^.;]){0,80}?\sby "
    r"(?:(?:an? )?(?:another|different|earlier|other|previous)\b|\[?RFC\s?[0-9])"
    r"|\b(?:was|were) (?:\w++ly )?(?:assigned|allocated|registered|reserved)\b(?! (?:by|from|in|to"
    r"|with) (?:the )?(?:IANA|[\"“]?Service\s|[\"“]?Port\s|\s))(?![^.;,]{0,80}?\sby "
    rf"(?:(?:the )?IANA|{THIS_DOCUMENT})\b)"
)
# "TCP port 443 is assigned to https", "port 443, assigned to https": what is so already.
_IS_ASSIGNED = phrase(
    r"(?:\b(?:is|are|was|were|(?:which|that) (?:IANA has|ha(?:s|ve) been)) (?:\w++ly )?"
    rf"|\b(?:ports?|{TRANSPORTS}) [0-9]{{2,5}},? (?:\w++ly )?)(?:assigned|allocated"
    rf"|registered)\b(?![^.;]{{0,80}}?\s(?:by|in) {THIS_DOCUMENT}\b)"
)
# "If X is used, IANA is requested to assign a port": it is requested.
CONDITION = exact_phrase(
    r"\A(?:If|When|Should|Unless|As|Since|Because|While|Although|Though|Whereas"
    rf"|Given)\b[^.;]{{1,400}}, (?={MAIN_CLAUSE})"
)
# "the following ports, which are not assigned yet", "4646/udp, which was released"
_NOT_YET = phrase(
    r", (?:which|that) (?:is|are|was|were|has|have) (?:\w++ )?(?:not|de-?assigned|released|removed"
    r"|returned)\b[^,.;:]{0,80}"
)
# "no other action is needed"
_NOTHING_ELSE = phrase(
    r"(?:[,(;]\s*+|\s)(?:(?:and|as|because|since) )?no (?:additional|further"
    r"|other) (?:IANA )?actions? (?:is|are) (?:necessary|needed|required|requested)\)?"
)
# "... with the IESG as the Assignee, if currently unspecified": what has one keeps it.
WHERE_EMPTY = phrase(
    r",? (?:if|when|where|wherever) (?:(?!\b(?:and|or|the)\b)[^\s.;,]++ ){0,5}?(?:absent|blank"
    r"|empty|missing|unset|unspecified|not (?:currently )?(?:filled|given|present|set"
    r"|specified))\b"
)
_NO_REQUEST = phrase(
    rf"{EXAMPLE}|\A(?:(?:Nothing|None|Nobody|Neither)|Should (?:the )?IANA)\b|\baware that\b"
    r"|\b(?:currently|previously|already|formerly|historically|briefly|no longer|originally"
    # "for TCP with no port" has a request before it.
    r"|(?!(?<=\bwith\s)no (?:\w++ )?ports?\b)no (?:(?:new|further|additional|other|specific"
    r"|actual) ){0,2}(?:IANA )?(?:actions?|ports?|assignments?|allocations?|registrations?"
    r"|requests?|considerations?)|does not|do not|did not|must not|should not|cannot"
    r"|not (?:been |to )?(?:request|ask|assign|regist|requir)\w*+|if (?:an?|the|one|any)|would be"
    r"|not (?:needed|required|used|wanted) any"
    r"|can be|could be|may be|might be|shall be made|requests? (?:for|to) (?:register"
    r"|assign\w*+) (?:must|should|shall|are|need)|had been|pre-?assigned|ports are those"
    rf"|{EARLIER_VERSION}|{CONSIDERED}|in effect|in the future|future (?:assignment|allocation"
    r"|registration|request|document|draft|extension|specification|version)s?"
    r"|later (?:documents?|drafts?|revisions?|versions?)|(?:may|might|could) (?:also )?(?:request"
    r"|ask|need|require)|may be a request)\b"
    # The value of a variable of the document.
    r"|\A\{[\w-]{1,40}\}\s"
)
_ENTRY = (
    r"(?:entry|entries|assignments?|registrations?|allocations?|records?|rows?|ports?|references?"
    r"|service names?|descriptions?|assignees?|contacts?|values?|name)"
)
_PORT_AND_TRANSPORT = rf"[0-9]{{1,5}}\s?/\s?{TRANSPORTS}"
# What is renamed: a service, or what has a port.
_SERVICE = rf"\b(?:services?|{_PORT_AND_TRANSPORT})\b"
# "a message, sent to UDP port 434, type 7": the number that counts is another.
_DESTINATION = phrase(
    r"\b(?:using|(?:sent|received) (?:to|from|on|over|at)(?: and (?:to|from))?"
    rf"|recipients? (?:at|on)) (?:{TRANSPORTS} )?ports? (?:numbers? )?[0-9]{{1,5}}(?!\w)"
    r"(?!,? (?:which|that|assigned|allocated|registered|reserved)\b)"
)
_OTHER_NUMBERS = phrase(
    r"\b(?:types?|fields?|extensions?|number(?:ing)? space|are defined to be)\b"
)
# What an entry of this registry has, and what others may have as well.
_PORT_OR_NAME = phrase(
    rf"(?<![-\w])ports?(?![-\w])|\bservice (?:names?|types?)\b|(?<![\w./-]){_PORT_AND_TRANSPORT}\b"
)
_SERVICE_OR_TRANSPORT = phrase(rf"\bservices?\b|(?<![-\w]){TRANSPORTS}(?![-\w])")
_OTHER_REGISTRY = exact_phrase(
    r"(?:[\"”'’`)]|\b(?!IANA\b|Th)[A-Z][\w-]*+) (?i:(?:sub-?)?registr(?:y|ies))\b"
    r"|\b(?i:registr(?:y|ies) (?:for|of))\b"
)
# "... as a GSSAPI service name": what else the sentence has a service name for is of that registry.
_ONLY_OTHER = phrase(
    rf"(?<!\band\s(?:as\s)?(?:an?\s|the\s)?)(?:{OTHER_SERVICE_NAMES.pattern})(?! and\b)"
)
# What other registries have names for.
_OTHER_ENTRIES = phrase(
    r"\b(?:actions?|alerts?|attributes?|chunks?|codes?|errors?|extensions?|flags?|headers?|items?"
    r"|messages?|options?|parameters?|registr(?:y|ies)|status(?:es)?|types?)\b"
)
_FIELD = r"(?:assignees?|contacts?|descriptions?|references?)"
_UPDATE = phrase(
    r"\m(?:(?:updat(?:e|es|ed|ing)|chang(?:e|es|ed|ing)(?! (?:it )?to\b)|replac(?:e|es|ed|ing)"
    r"|modif(?:y|ies|ied)|re-?assign(?:s|ed)?|renam(?:e|es|ed)|correct(?:s|ed)?|amend(?:s|ed)?"
    r"|revis(?:e|es|ed)|deprecat(?:e|es|ed))\b(?! to (?:be )?regist)(?: [^\s.;]++){0,9}? "
    rf"{_ENTRY}\b|{_ENTRY}\b(?: [^\s.;]++){{0,24}}? (?:(?:is|are|was|were|be|been|has"
    r"|have) ){1,2}(?:(?:also|both|all|now|hereby) )?(?:updated|changed|replaced|modified|renamed"
    r"|corrected|amended|revised|deprecated)\b|makes? (?:these|the following) "
    r"changes?\b[^.;]{0,80}\b(?:ports?|service names?)\b|(?:sets?|lists?|listed) (?:the |its "
    rf"|their )?{_FIELD} (?:of|for|from)\s|(?:update|change|rename|re-?assigne)d? (?:this|these"
    rf"|that|those|its?)\b|(?:has|have) (?:its|their|the) {_ENTRY} (?:fields? )?(?:updated"
    rf"|changed|replaced|corrected)\b|{_ENTRY} changes? (?:from|to)\b"
    r"|(?:mark|move)(?:s|d|ed)?\s[^.;]{1,160}?\s(?:as|to) [\"“]?historic\b"
    r"|(?<=\b(?:asked|invited|requested) to |\b(?:please|has) )transfer(?:red)? "
    rf"(?:[^\s.;]++ ){{0,5}}?{_ENTRY}\b|service name\b(?: [^\s.;,]++){{0,9}}? becomes\b"
    rf"|renam(?:e|es|ed|ing)\b.{{0,120}}?{_SERVICE}|{_SERVICE}.{{0,120}}?\brenamed\b"
    # the entry gets this document as an additional reference
    rf"|(?:gets?|obtains?|receives?) {THIS_DOCUMENT} as (?:an? )?(?:\w++ )?reference\b"
    # IANA is asked to use B instead of A
    r"|(?:use|list|show|enter|have)(?<=\b(?:IANA|please|request|requests|requested"
    r"|asked)\b.{0,160}?\b(?:use|list|show|enter|have)) (?=.{0,160}?\b(?:service names?|ports?"
    rf"|entry|{_PORT_AND_TRANSPORT})\b)(?:the )?(?:(?:new )?service names? "
    r")?[\"“`][\w-]{1,40}[\"”`][^.;]{0,80}?\s(?:instead of|in (?:the )?place of|rather than)\b"
    # A document becomes a reference of an entry.
    r"|this (?:document|memo|RFC|specification) (?:(?:is|be|been|has|shall|should|will|to) )++"
    r"(?:added|cited|given|listed|recorded|used) as (?:(?:an?|the|additional) )*+reference\b"
    r"(?=.{0,120}\b(?:ports?|entry|entries|service name|registration|assignment|registry)\b)"
    r"|(?:cite|list|add|include|use|reference|point|refer)(?:s|d|ed|ing)?\b.{0,60}?\b"
    r"(?:this (?:document|memo|RFC|specification)|\[?RFC[-\x20]?\w{2,5}\]?"
    r"|reference)\b.{0,80}?\b(?:references?|entry|entries|registration|assignments?|for"
    r"|in)\b(?=.{0,120}\b(?:ports?|entry|entries|service name|registration|assignment|registry)\b)"
    r"|add(?:s|ed|ing)? (?:an? |the )?references? to\b|add(?:s|ed|ing)? "
    r"(?:(?:an?|the|following|assignment) )*+notes?\b(?=.{0,120}\b(?:ports?|entry|entries"
    rf"|service name|registration|assignment|{_PORT_AND_TRANSPORT})\b)"
    r"|references?\b.{0,60}\b(?:been|are|is|be) (?:also )?added\b|(?:remov(?:e|es|ed)"
    r"|delet(?:e|es|ed)|drop(?:s|ped)?)\b[^.;]{0,60}?\breferences?\b(?=.{0,120}\b(?:ports?|entry"
    rf"|entries|service name|registration|assignment|allocation|{_PORT_AND_TRANSPORT})\b))"
    r"|[\"“`][\w-]{1,40}[\"”`] (?:(?:is|are|to|be|been|has|have|shall|should) )++renamed\b"
)
# "renames the "foo" registry", beside a request
_RENAMES_OTHERS = phrase(
    r"\brenam(?:e|es|ed|ing) (?:[^\s.;,]++ ){0,4}?(?:(?:sub-?)?registry|columns?|fields?)\b"
)
# "release port 4646 and assign it to tides": neither is read.
_PASSES_ON = phrase(
    r"\band (?:then )?(?:to )?(?:re-?)?(?:assign|allocate|register) (?:it|them|this|that"
    r"|the (?:port|number))\b"
)
# What is updated is the registry, by new entries.
_UPDATES_REGISTRY = phrase(
    r"\bupdat(?:e|es|ed|ing) (?:the )?(?:following )?[^.]{0,80}?\s(?:with|by adding"
    r"|to (?:add|include)) (?:the |these |two |an? )?(?:following|new|additional)\b"
)
_NO_UPDATE = phrase(
    r"\b(?:no|not|without) (?:\w++ ){0,3}(?:updat|chang|replac|modif|renam)\w*+|\bif\b"
    r"|\bwould (?:need|be|have)\b|\bmay be\b|\bfuture\b|\bsome references\b"
)
# "Reserved for "tides"", and not "for future use"
_A_SERVICE = r"(?:the )?(?:(?:new )?services?\s|[\"“`'‘]|\S++ service\b)"
_RELEASE = phrase(
    r"\b(?:de-?\s?assign(?:s|ed|ment)?|(?<!\b(?:is|are|was|were|currently|still"
    r"|remains?)\s)un-?assign(?:s|ed)?|releas(?:e|es|ed)|return(?:s|ed)?(?=[^.;]{0,80}\b(?:IANA"
    r"|pool)\b| (?:the |this )?(?:port|assignment))|(?:chang|list|mark|mov|set|turn)(?:s|e|es|d|ed"
    rf"|ing)? (?!(?:its |the )?{_FIELD}\b)(?:[^\s.;]++ ){{0,8}}?(?:(?:as"
    r"|to(?: the)?) [\\\"“']{0,2}reserved|(?<=mark[^.;]{1,100})[\\\"“']{0,2}reserved)"
    rf"(?!\W{{0,3}} for {_A_SERVICE})|cancel(?:s|l?ed)?|(?:frees|freed"
    rf"|(?<=\b(?:to|please)\s)free)(?= (?:up )?(?:the |this )?(?:{TRANSPORTS} )?ports?\b)"
    r"|mak(?:e|es|ing) (?:[^\s.;]++ ){1,6}?available again|relinquish(?:es|ed)?|reclaim(?:s|ed)?"
    r"|revok(?:e|es|ed)|withdraw(?:s|n)?|de-?regist(?:er|ers|ered)|g(?:ive|ives|iven|ave) (?:it "
    r"|them |this \w++ )?back|remov(?:e|es|ed)|delet(?:e|es|ed))\b(?! (?:this|the|from"
    r"|these)?\s*+(?:\S++ ){0,3}?(?:references?|notes?|fields?|descriptions?|contacts?|sections?"
    r"|paragraphs?|text|sentence|columns?|table|figure|before|RFC)\b| \\?\[| \{\{)"
)
_RELEASES_NOTHING = phrase(
    r"\b(?:assign|allocate|register|add|create)(?:s|ed|d)?+\b|\bnot (?:\w++ ){0,2}(?:remov|releas"
    r"|delet)|\bchanges (?:since|from|in)\b|\b(?:earlier|previous) (?:version|revision|draft)s?\b"
    r"|\brelease[sd]? of\b|\bRFC Editor\b|\bif\b|\bwas revoked\b|\brequests?\b[^.]{0,40}\bwithdraw"
    r"n"
)
_NO_ASSIGNMENT_VERB = phrase(r"\bde-?\s?assign\w*+|\bun-?assign\w*+|\bde-?regist\w*+")
_KINDS: tuple[RequestKind, ...] = ("request", "update", "release")
# The cell of a table that says what IANA has to do: "keep", "remove", "add", "update".
_ACTION = phrase(
    r"\W*+(?:(?:IANA )?to |please |be |no longer \w++\W++)*+(?:"
    # What asks for nothing.
    r"(?<=\W)\Z|(?:already|as is|current|do(?: not| nothing|n't)\b|exist"
    r"|for (?:information|illustration)|illustrati|informati|keep|kept|leave|must not\b"
    r"|n[\s./]{0,3}a\b|never\b|no\b|none\b|not\b|nothing\b|(?:(?:only|as|an?) )*+examples?\b"
    r"|remains?\b|retain|stays?\b|unassigned\b|unchanged)|(?P<release>de-?assign|de-?regist|delet"
    r"|drop|releas|remov|return|un-?assign)|(?P<update>amend|chang|correct|deprecat|histori|modif"
    rf"|new (?:(?:service )?+name|{_FIELD})|obsolet|renam|replac|revis|updat)"
    r"|(?P<request>add|allocat|assign\b|creat|new\b|regist|request|reserv))"
)
# "not assigned yet; please assign", but not "none (registered by RFC 5000)"
_NEXT_ACTION = phrase(
    rf"(?:[;,:(]|\.\s|\s[-–]\s)(?:{_ACTION.pattern})\w*+(?:(?<!ed)|(?<=\bbe\s\w++))"
)
_TITLE_UPDATES = phrase(r"\bupdat(?:e|es|ing)\b|\bchang(?:e|es)\b|\bmodif")
_MARKER = phrase(
    r"(?:(old|before|from|current(?:ly)?|existing)|(new|after|to|so that (?:it"
    r"|they) (?:now )?(?:contains?|reads?)|(?:which|it|they) (?:then|now) reads?"
    r"|with(?: the following)?|by(?: the following)?|(?:is|are) (?:replaced|changed) (?:by|with"
    r"|to)(?: read)?|to read))(?: the following| as follows)?+(?: (?:entry|entries|text|values?"
    r"|registrations?|assignments?))?+\s*+:?"
)


def sentence_kind(text: str, *, is_announced: bool = False) -> RequestKind | None:
    """What a sentence does; `None` for neither of the three.

    With `is_announced`, the sentence before a list says that all in it is assigned.
    """
    return _sentence_kind(text, is_announced)


# Templates, tables and lists after a sentence need its kind, too.
@lru_cache(maxsize=4096)
def _sentence_kind(text: str, is_announced: bool) -> RequestKind | None:
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
    text = shortened(text, _USES_KNOWN_PORT, _WAS_ASSIGNED)
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
    text = shortened(text, _USES_KNOWN_PORT, _WAS_ASSIGNED, _IS_ASSIGNED)
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
    return blanked(text, _DESTINATION)


def masked_registries(text: str) -> str:
    """The text with blanks in place of names of registries, and of other kinds of service names."""
    return blanked(text, OTHER_SERVICE_NAMES, REGISTRY)


def marker(text: str) -> str:
    """ "old" or "new" for a line that says that what follows is replaced, or replaces it."""
    match = _MARKER.fullmatch(text.strip("*_ "))
    if match is None:
        return ""
    return "old" if match[1] else "new"
