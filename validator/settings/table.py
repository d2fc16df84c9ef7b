"""Every setting is a row of `SETTINGS`: its name, what its values are, and where it can be set.

The options of the command line, the keys of the configuration with their JSON Schema, and the
settings of the pytest plugin follow from the rows.
"""

from __future__ import annotations

from validator.engine.rule import SEVERITIES
from validator.errors import unknown
from validator.limits import LIMIT_TABLE
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers import FORMS
from validator.reporters import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any


class Kind:
    """What the values of a setting are: here any text, such as a path.

    `metavar` stands for a value in help texts; `is_list` is for a setting that can be given several
    times; `schema` is the JSON Schema of the values.
    """

    is_list = False
    required = "a string is wanted"

    def __init__(self, metavar: str = "FILE") -> None:
        self.metavar = metavar

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    def parse(self, word: str) -> Any:
        """Return the value that a word means.  Raises `ValueError` with a sentence."""
        return word

    def collect(self, values: Iterable[Any]) -> Any:
        """Return the values of a list, as `parse` returns them, as one value."""
        return list(values)

    def accepts(self, value: object) -> bool:
        """Say whether a value of a file is of this kind."""
        return isinstance(value, str)

    def problems(self, key: str, value: object) -> Iterator[str]:
        """Yield what is wrong with the value of `key` in a file."""
        if not self.accepts(value):
            yield f"{key}: {self.required}"


class NonEmpty(Kind):
    """A text that must not be empty."""

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}

    def problems(self, key: str, value: object) -> Iterator[str]:
        yield from super().problems(key, value)
        if value == "":
            yield f"{key}: says nothing"


class Choice(Kind):
    """One of a few words; `noun` is what such a word is called."""

    def __init__(self, noun: str, words: Sequence[str]) -> None:
        self.noun = noun
        self.words = words
        self.metavar = "|".join(words)

    @property
    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words), "type": "string"}

    def parse(self, word: str) -> str:
        if word not in self.words:
            raise ValueError(unknown(f"the {self.noun}", word, self.words))
        return word

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{key} is to be one of {', '.join(self.words)}"
        elif value not in self.words:
            yield unknown(f"{key}:", value, self.words)


class TextList(Kind):
    """A list of texts, in a word separated by commas."""

    is_list = True
    required = "a list of strings is wanted"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}

    def parse(self, word: str) -> list[str]:
        texts = [text.strip() for text in word.split(",") if text.strip()]
        if not texts:
            raise ValueError("a list of codes or names is wanted")
        return texts

    def collect(self, values: Iterable[list[str]]) -> list[str]:
        return [text for texts in values for text in texts]

    def accepts(self, value: object) -> bool:
        return isinstance(value, list)

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{key}: {self.required}"
            return
        for index, text in enumerate(value):
            yield from Kind().problems(f"{key}.{index}", text)


class Assignments(Kind):
    """A table of words, in a word `LEFT=RIGHT`; the right one is of the kind `values`."""

    is_list = True
    required = "a table of rules and severities is wanted"

    def __init__(self, metavar: str, values: Kind) -> None:
        self.metavar = metavar
        self.values = values

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.values.schema}

    def parse(self, word: str) -> tuple[str, Any]:
        left, _, right = word.partition("=")
        if not left or not right:
            raise ValueError(f'{self.metavar} is wanted, not "{word}"')
        return left, self.values.parse(right)

    def collect(self, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        return dict(values)

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{key}: {self.required}"
            return
        for name, inner in value.items():
            yield from self.values.problems(f"{key}.{name}", inner)


class Flag(Kind):
    """True or false."""

    required = "true or false is wanted"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool)


class Number(Kind):
    """A whole number in a range."""

    required = "a number is wanted"

    def __init__(self, least: int, most: int, metavar: str = "N") -> None:
        self.least = least
        self.most = most
        self.metavar = metavar

    @property
    def range(self) -> str:
        return f"a number from {self.least} to {self.most} is wanted"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def parse(self, word: str) -> int:
        is_number = word.isascii() and word.isdigit() and len(word) <= 12
        if not is_number or not self.least <= int(word) <= self.most:
            raise ValueError(f'{self.range}, not "{word}"')
        return int(word)

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{key}: {self.required}"
        elif not self.least <= value <= self.most:
            yield f"{key}: {self.range}"


class DateText(Kind):
    """A date as in the registry: a day or a month, as a text."""

    def __init__(self, noun: str, metavar: str) -> None:
        self.noun = noun
        self.metavar = metavar

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}

    def parse(self, word: str) -> str:
        from validator.model.values import parse_date

        date = parse_date(word)
        if date is None or date.impossible or (date.day is not None) != (self.noun == "day"):
            raise ValueError(f'a {self.noun}, {self.metavar}, is wanted, not "{word}"')
        return word

    def problems(self, key: str, value: object) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{key}: {self.required}"
            return
        try:
            self.parse(value)
        except ValueError:
            yield f'{key} is to be a {self.noun}, {self.metavar}, not "{value}"'


class Setting:
    """One thing that users can set, with a text for each place where they can.

    `option` is the help of the option `--NAME`, in which words in braces are filled in; `key` the
    description of the key of the configuration.
    """

    __slots__ = ("key", "kind", "name", "option", "required")

    def __init__(
        self,
        name: str,
        kind: Kind,
        *,
        option: str | None = None,
        key: str | None = None,
        required: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.option = option
        self.key = key
        self.required = required

    @property
    def hyphenated(self) -> str:
        """The name as options and keys have it."""
        return self.name.replace("_", "-")


TEXT = Kind()
SEVERITY = Choice("level", SEVERITIES)
_LEVELS = (*SEVERITIES, "never")
_MODES = ("summary", "show", "fail")

# In the order of the schema of the configuration.
_ROWS = (
    Setting(
        "files",
        TextList(),
        key="Files, folders and globs to check, relative to the configuration.",
    ),
    Setting(
        "select",
        TextList("RULES"),
        option="run these",
        key="Rules to run: codes, beginnings of codes, names, ALL.",
    ),
    Setting(
        "ignore",
        TextList("RULES"),
        option="not these",
        key="Rules not to run.",
    ),
    Setting(
        "severity",
        Assignments("CODE=LEVEL", SEVERITY),
        option=f"report the rule as {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}",
        key="Severity of rules, by code, beginning of codes or name.",
    ),
    Setting(
        "fail_on",
        Choice("level", _LEVELS),
        option="the least severity that makes the exit status 1 (default: error)",
        key="The least severity that makes the exit status 1.",
    ),
    Setting(
        "legacy",
        Choice("mode", _MODES),
        option="{findings} of legacy records: counted by rule (default), shown, or shown and"
        " counting like the others",
        key="What becomes of findings of legacy records.",
    ),
    Setting(
        "legacy_cutoff",
        DateText("month", "YYYY-MM"),
        option=f"records from before are legacy (default: {LEGACY_CUTOFF}, RFC 6335)",
        key="The month, YYYY-MM, before which a record is legacy.",
    ),
    Setting(
        "format",
        Choice("format", FORMATS),
        option="its format (default: text)",
        key="Format of the report on standard output.",
    ),
    Setting("whole", Flag(), key="Whether inputs are whole registries; found out if left out."),
    Setting(
        "input_format",
        Choice("form", FORMS),
        option="the form of the {what}s (default: recognised by content)",
        key="Form of the inputs; recognised by content if left out.",
    ),
    *(
        Setting(
            f"max_{limit.name}",
            Number(limit.least, limit.most, limit.unit),
            option=f"{limit.help} (default: {limit.default:g})",
            key=limit.description,
        )
        for limit in LIMIT_TABLE
    ),
    Setting(
        "registry",
        Kind("DUMP"),
        option="compare with this dump, in any form (default: `registry` of the configuration,"
        " else with none)",
        key="The dump that requests are compared with, relative to the configuration.",
    ),
    Setting(
        "baseline",
        TEXT,
        option="findings that it knows do not count",
        key="A baseline of known findings, relative to the configuration.",
    ),
    Setting(
        "today",
        DateText("day", "YYYY-MM-DD"),
        option="the day that dates are compared with (default: today, UTC)",
    ),
)
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _ROWS}
