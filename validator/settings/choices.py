"""What the settings say of rules: which run on which input, and which findings are waived."""

from __future__ import annotations

from validator.engine.selection import (
    RuleChoice,
    UnknownSelector,
    codes,
    matches,
    require_rules,
    settle,
)
from validator.errors import CallError
from validator.readers.source import display_path
from validator.rules import catalogue
from validator.settings import FileSettings, Settings, origin_of, path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from validator.engine.baseline import BaselineEntry, Waiver
    from validator.engine.rule import Rule
    from validator.engine.selection import Selection
    from validator.readers.toml_text import KeyPath


def fill_options(
    settings: Settings,
    values: Mapping[str, Any],
    nameable: Callable[[], Mapping[str, Rule]] | None = None,
) -> None:
    """Take over `values`, by name, from options, which take precedence over every file.

    `nameable` returns the rules that they may name.
    """
    others = dict(values)
    settings.option_choice = RuleChoice(
        others.pop("select", None),
        others.pop("ignore", ()),
        others.pop("severity", {}),
        nameable,
    )
    if "whole" in others:
        for own in settings.per_file:
            own.whole = None
    settings.fill(others)


def whole_at(settings: Settings, path: str) -> bool | None:
    """Say whether the input at `path` is a whole registry; `None` where nothing says so."""
    matching = [own.whole for own in _matching(settings, path) if own.whole is not None]
    return matching[-1] if matching else settings.whole


def _matching(settings: Settings, path: str | None) -> list[FileSettings]:
    if path is None:
        return []
    return [own for own in settings.per_file if own.matches(path, path_of(settings) or "")]


def choices_of(settings: Settings, per_file: Sequence[FileSettings] = ()) -> list[RuleChoice]:
    """Return what the configuration, settings `per_file` and options say of rules.

    A later one takes precedence.
    """
    sources: list[tuple[Settings | FileSettings, KeyPath]] = [(settings, ())]
    sources += [(own, ("per-file", own.index)) for own in per_file]
    choices = [
        RuleChoice(
            own.select, own.ignore, own.severity, catalogue.rules, _place_below(settings, path)
        )
        for own, path in sources
    ]
    return [*choices, settings.option_choice]


def _place_below(settings: Settings, path: KeyPath) -> Callable[[KeyPath], str] | None:
    """What returns file and line of a value below `path` of the configuration."""
    configuration = settings.configuration
    if configuration is None:
        return None
    return lambda below: configuration.place((*path, *below))


def selection_of(
    settings: Settings, rules: Mapping[str, Rule], path: str | None = None
) -> Selection:
    """Return which of `rules` run on the input at `path`.

    Raises `CallError` for a selector that matches no rule.
    """
    return _settled(settings, rules, _matching(settings, path)[-1:])


def unselected(settings: Settings, rules: Mapping[str, Rule], path: str | None = None) -> list[str]:
    """Return a sentence where the configuration selects rules, but none of `rules`.

    `rules` are those of a command; the ones that are on by default run then.  With a `path`, it is
    about the settings for the input there.
    """
    configuration = settings.configuration
    if configuration is None or settings.option_choice.select is not None:
        return []
    own: Settings | FileSettings = settings
    keys: KeyPath = ("select",)
    for each in _matching(settings, path)[-1:]:
        own, keys = each, ("per-file", each.index, "select")
    if not own.select or any(matches(rules, selector) for selector in own.select):
        return []
    place = configuration.place(keys)
    return [f"{place}: select names no rule of this command, so all of its rules run"]


def require_rules_per_file(settings: Settings, rules: Mapping[str, Rule]) -> None:
    """Raise `CallError` where a setting for some of the files has an unknown rule."""
    for own in settings.per_file:
        _settled(settings, rules, [own])


def _settled(
    settings: Settings, rules: Mapping[str, Rule], per_file: Sequence[FileSettings]
) -> Selection:
    try:
        return settle(rules, choices_of(settings, per_file))
    except UnknownSelector as error:
        sentences = [str(error)]
        command = catalogue.command_of(error.selector)
        if command is not None:
            sentences = [
                f"{error.selector} is not a rule of this command, but of `ianalint {command}`"
            ]
        if 0 < len(rules) < 9:
            own = catalogue.command_of(next(iter(rules)))
            sentences.append(f"The rules of {own} are {', '.join(rules)}.")
        raise CallError(*sentences) from None


def waivers_of(settings: Settings, rules: Mapping[str, Rule]) -> Sequence[Waiver]:
    """Return the waivers, with the codes of those of `rules` that each names.

    Raises `CallError` for one that names no rule of any command.
    """
    by_selector: dict[str, frozenset[str]] = {}
    for waiver in settings.waive:
        matching = by_selector.get(waiver.rule)
        if matching is None:
            matching = by_selector[waiver.rule] = frozenset(codes(rules, waiver.rule))
            try:
                if not matching:
                    require_rules(catalogue.rules(), [waiver.rule])
            except UnknownSelector as error:
                place = f"{display_path(path_of(settings) or '')}:{waiver.line}"
                raise CallError(f"{place}: waive: {error}") from None
        waiver.codes = matching
    return settings.waive


def baseline_entries(settings: Settings) -> list[BaselineEntry]:
    """Return the entries of the baseline.  Raises `CallError` for a file that is not one."""
    if settings.baseline is None:
        return []
    from validator.settings.reading import read_baseline

    try:
        return read_baseline(settings.baseline)
    except CallError as error:
        sentence, *advice = error.args
        raise CallError(f"{origin_of(settings, settings.baseline)}{sentence}", *advice) from None


def no_rules(settings: Settings, path: str | None = None) -> CallError:
    """Return the error where no rule runs, on the input at `path`; it names the key, if any."""
    places: list[str] = []
    configuration = settings.configuration
    if configuration is not None and not settings.option_choice.ignore:
        keys: list[KeyPath] = [("ignore",)] if settings.ignore else []
        keys += [
            ("per-file", own.index, "ignore") for own in _matching(settings, path) if own.ignore
        ]
        places = [f"{configuration.place(key)}: ignore: " for key in keys[-1:]]
    return CallError(f"{''.join(places)}no rules selected")
