"""What citations of two dumps say and where they lead, as far as both of their forms can say it."""

from __future__ import annotations

from validator.model.pattern import pattern
from validator.model.record import Citation
from validator.model.vocabulary import normal_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from validator.model.record import Dump, Part

    Target: TypeAlias = tuple[str | None, ...]

# Newer pages and texts write the number of an RFC after a blank: [RFC 6335].
_SPACED_RFC = pattern(r"\[RFC (?=[0-9]++[\],])", "a")
# The kinds of citations that an HTML page links.
_LINKED = ("uri", "rfc", "draft", "person", "note")


def bracketed(citations: Iterable[Citation]) -> str:
    """The words of citations as the registry shows them: `[Ann_Example][RFC1234]`."""
    return "".join(f"[{normal_space(citation.display)}]" for citation in citations)


def with_targets(citations: Iterable[Citation]) -> str:
    """All parts of citations: their kinds, what they link to, and the words."""
    texts: list[str] = []
    for citation in citations:
        words = "" if citation.kind in ("person", "note") else normal_space(citation.text or "")
        parts = citation.kind, citation.data, words, citation.section
        texts.append(f"[{' '.join(part for part in parts if part)}]")
    return "".join(texts)


class CitationComparer:
    """Compares citations of two dumps in what both of their forms can say.

    XML and JSON have the kind of each citation, its identifier and section.  An HTML page has the
    address of a link; of brackets that are not linked it says no kind.  The other forms have the
    words alone.
    """

    __slots__ = ("_have_spaced_rfcs", "has_kinds", "has_targets", "target_of")

    def __init__(self, dumps: Sequence[Dump]) -> None:
        self.has_kinds = all("kinds" in dump.carries for dump in dumps)
        self.has_targets = all("kinds" in dump.carries or dump.form == "html" for dump in dumps)
        self.target_of: tuple[Callable[[Citation], Target | None], ...] = tuple(
            _exact_target if self.has_kinds else _target if "kinds" in dump.carries else _link
            for dump in dumps
        )
        self._have_spaced_rfcs = any(dump.form in ("html", "txt") for dump in dumps)

    def normal(self, text: str | None) -> str:
        """A text without differences that are between the forms alone."""
        folded = normal_space(text or "")
        if self._have_spaced_rfcs and "[RFC " in folded:
            return _SPACED_RFC.sub("[RFC", folded)
        return folded

    def key(self, citations: Iterable[Citation]) -> str:
        """A text that is the same for citations that surely are, and never for different ones."""
        if self.has_kinds:
            return with_targets(citations)
        if not self.has_targets:
            return bracketed(citations)
        return "".join(
            with_targets([citation]) if citation.text and citation.kind in _LINKED
            else f"[{normal_space(citation.display)}]"
            for citation in citations
        )  # fmt: skip

    def differing(
        self, olds: Iterable[Citation], news: Iterable[Citation]
    ) -> tuple[Citation, Citation] | None:
        """The first citations that have the same words and lead elsewhere.

        `None` if there are none, or if one of the forms does not say where citations lead.
        """
        if not self.has_targets:
            return None
        by_words: dict[str, list[Citation]] = {}
        for citation in news:
            by_words.setdefault(self.normal(citation.display), []).append(citation)
        for citations in by_words.values():
            citations.reverse()
        for old in olds:
            same_words = by_words.get(self.normal(old.display))
            if not same_words:
                continue
            new = same_words.pop()
            targets = self.target_of[0](old), self.target_of[1](new)
            if None not in targets and targets[0] != targets[1]:
                return old, new
        return None


def _exact_target(citation: Citation) -> Target:
    return citation.kind, citation.data, citation.section


def _target(citation: Citation) -> Target:
    """What a citation of XML or JSON leads to, as an HTML page can say it."""
    data = (citation.data or "").strip()
    if citation.kind == "draft":  # one that is approved links to the draft it was
        data = data.removeprefix("draft-").removeprefix("RFC-")
    return citation.kind, data


def _link(citation: Citation) -> Target | None:
    """Where a citation of an HTML page leads; `None` where it may not be linked."""
    if citation.kind == "uri" or (citation.text and citation.kind in _LINKED):
        return _target(citation)
    return None


def citations_in(parts: Iterable[Part]) -> Iterator[Citation]:
    """Yield the citations of mixed content."""
    return (part for part in parts if isinstance(part, Citation))


def text_with_targets(parts: Sequence[Part]) -> str:
    """The words of mixed content, in which each citation has all of its parts."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Citation):
            texts.append(with_targets([part]))
        else:
            texts.append(part if isinstance(part, str) else "\n")
    return normal_space("".join(texts))
