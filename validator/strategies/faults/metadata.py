"""MD: the registry as a whole."""

from __future__ import annotations

from validator.model.vocabulary import NAMESPACE
from validator.strategies.faults.breaking import breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from validator.model.record import Dump
    from validator.strategies.draft import Draft
    from validator.strategies.faults.breaking import Blame


def _dump(draft: Draft) -> Dump:
    draft.service()
    draft.lay_out()
    assert draft.dump is not None
    return draft.dump


@breaks("MD001")
def registry_id(draft: Draft) -> Blame:
    _dump(draft).registry_id = draft.pick(("", "port-numbers", "Service-Names-Port-Numbers"))
    return None, "registry_id"


@breaks("MD002")
def registry_title(draft: Draft) -> Blame:
    _dump(draft).title = draft.pick((None, "", " "))
    return None, "title"


@breaks("MD003")
def registry_updated(draft: Draft) -> Blame:
    wrong = (None, "", "2025-06", "2025-02-30", "30 June 2025", "2025-13-01")
    _dump(draft).updated = draft.pick(wrong)
    return None, "updated"


@breaks("MD004")
def registry_empty(draft: Draft) -> Blame:
    draft.lay_out().clear()
    return None, None


@breaks("MD005")
def registry_root(draft: Draft) -> Blame:
    _dump(draft)
    other = draft.pick(("urn:example", "", "http://www.iana.org/assignment"))
    draft.edit = lambda text: text.replace(f'"{NAMESPACE}"', f'"{other}"', 1)
    return None, None
