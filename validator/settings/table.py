"""Every setting is a row of `SETTINGS`: its name, what its values are, and where it can be set.

The options of the command line, the keys of the configuration with their JSON Schema, and the
settings of the pytest plugin follow from the rows.
"""

from __future__ import annotations

from validator.budget import DEFAULT_SECONDS
from validator.engine.rule import FAIL_LEVELS, LEGACY_MODES, SEVERITIES
from validator.errors import listed, shortened, unknown
from validator.limits import LIMIT_TABLE
from validator.model.values import is_date
from validator.model.vocabulary import LEGACY_CUTOFF
from validator.readers import FORMS
from validator.reporters import FORMATS, GROUPINGS, ORDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from validator.readers.toml_text import KeyPath

    # Where in a file something is wrong, and the sentence about it.
    Problem: TypeAlias = tuple[KeyPath, str]

_MOST_BITS = 200


def display(value: object) -> str:
    """Return a value of a file as a message shows it."""
    if isinstance(value, str):
        return f'"{shortened(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a number of too many digits"  # Python refuses to write it
    return "a list" if isinstance(value, list) else shortened(str(value))


def problem(path: KeyPath, sentence: str) -> Problem:
    """Return the problem of the value at `path`, whose sentence names the keys that lead to it."""
    keys = ".".join(shortened(str(key)) for key in path)
    return path, f"{keys}: {sentence}" if path else sentence


class Kind:
    """What the values of a setting are: here any text.

    `metavar` stands for a value in help texts; `is_list` is for a setting that can be given several
    times, `is_path` for paths that count from the folder of the configuration; `schema` is the JSON
    Schema of the values.
    """

    is_list = False
    is_path = False
    expected = "a string"

    def __init__(self, metavar: str = "FILE") -> None:
        self.metavar = metavar

    schema: Mapping[str, Any] = {"type": "string"}

    def parse(self, word: str) -> Any:
        """Return the value that a word means.  Raises `ValueError` with a sentence."""
        return word

    def collect(self, values: Iterable[Any]) -> Any:
        """Return the values of a list, as `parse` returns them, as one value."""
        return list(values)

    def accepts(self, value: object) -> bool:
        """Say whether a value of a file is of this kind."""
        return isinstance(value, str)

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        """Yield what is wrong with the value at `path` in a file."""
        if not self.accepts(value):
            yield problem(path, f"expected {self.expected}, got {display(value)}")


class NonEmpty(Kind):
    """A text that must not be empty."""

    schema: Mapping[str, Any] = {"type": "string", "minLength": 1}

    def parse(self, word: str) -> str:
        if not word:
            raise ValueError("must not be empty")
        return word

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        yield from super().problems(path, value)
        if value == "":
            yield problem(path, "must not be empty")


class Choice(Kind):
    """One of a few words; `noun` is what such a word is called."""

    def __init__(self, noun: str, words: Sequence[str]) -> None:
        self.noun = noun
        self.words = words
        self.metavar = "|".join(words)
        self.schema = {"enum": list(words), "type": "string"}

    def parse(self, word: str) -> str:
        if word not in self.words:
            raise ValueError(unknown(self.noun, word, self.words))
        return word

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield problem(path, f"expected {listed(self.words)}, got {display(value)}")
        elif value not in self.words:
            yield problem(path, unknown(self.noun, value, self.words))


class TextList(Kind):
    """A list of texts, in a word separated by commas."""

    is_list = True
    noun = "codes or names of rules"
    expected = "a list of strings"

    schema: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}

    def parse(self, word: str) -> list[str]:
        texts = [text.strip() for text in word.split(",") if text.strip()]
        if not texts:
            raise ValueError(f"expected {self.noun}, separated by commas")
        return texts

    def collect(self, values: Iterable[list[str]]) -> list[str]:
        return [text for texts in values for text in texts]

    def accepts(self, value: object) -> bool:
        return isinstance(value, list)

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield from super().problems(path, value)
            return
        for index, text in enumerate(value):
            yield from TEXT.problems((*path, index), text)


class GlobList(TextList):
    """A list of globs, as in a `.gitignore`."""

    noun = "globs"


class PathText(Kind):
    """The path of a file."""

    is_path = True


class PathList(TextList):
    """A list of paths."""

    is_path = True


class Assignments(Kind):
    """A table of words, in a word `LEFT=RIGHT`; the right one is of the kind `values`."""

    is_list = True
    expected = "a table of rules and severities"

    def __init__(self, metavar: str, values: Kind, expected: str = expected) -> None:
        self.metavar = metavar
        self.values = values
        self.expected = expected
        self.schema = {"type": "object", "additionalProperties": values.schema}

    def parse(self, word: str) -> tuple[str, Any]:
        left, _, right = word.partition("=")
        if not left or not right:
            raise ValueError(f'expected {self.metavar}, got "{word}"')
        return left, self.values.parse(right)

    def collect(self, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        return dict(values)

    def problems(self, path: KeyPath, value: object) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield problem(path, f"expected {self.expected}, got {display(value)}")
            return
        for name, inner in value.items():
            yield from self.values.problems((*path, name), inner)


class Flag(Kind):
    """True or false."""

    expected = "true or false"

    schema: Mapping[str, Any] = {"type": "boolean"}

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool)


class Number(Kind):
    """A whole number in a range."""

    def __init__(self, least: int, most: int, metavar: str = "N", expected: str = "") -> None:
        self.least = least
        self.most = most
        self.metavar = metavar
        self.expected = expected or f"a number from {least} to {most}"
        self.schema = {"type": "integer", "minimum": least, "maximum": most}

    def parse(self, word: str) -> int:
        is_number = word.isascii() and word.isdigit() and len(word) <= 12
        if not is_number or not self.least <= int(word) <= self.most:
            raise ValueError(f'expected {self.expected}, got "{word}"')
        return int(word)

    def accepts(self, value: object) -> bool:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and self.least <= value <= self.most  # type: ignore[operator]


class Seconds(Kind):
    """A number of seconds, of which a part is enough."""

    expected = "seconds, from 0.1 to 86400"

    def __init__(self) -> None:
        super().__init__("SECONDS")

    schema: Mapping[str, Any] = {"type": "number", "minimum": 0.1, "maximum": 86400}

    def parse(self, word: str) -> float:
        try:
            seconds = float(word)
        except ValueError:
            seconds = 0.0
        if not self.accepts(seconds) or not word.isascii() or len(word) > 12:
            raise ValueError(f'expected {self.expected}, got "{word}"')
        return seconds

    def accepts(self, value: object) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and 0.1 <= value <= 86400  # type: ignore[operator]


class DateText(Kind):
    """A date as in the registry: a day or a month, as a text."""

    def __init__(self, noun: str, metavar: str) -> None:
        self.noun = noun
        self.metavar = metavar
        self.expected = f"a {noun} ({metavar})"

    schema: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}

    def parse(self, word: str) -> str:
        if not self.accepts(word):
            raise ValueError(f'expected {self.expected}, got "{word}"')
        return word

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and is_date(value, has_day=self.noun == "date")


class Setting:
    """One thing that users can set.

    `help` describes it wherever that is, `default` is what the option's help shows for one.  `key`
    and `option` say whether it is a key of the configuration and an option of the command line.
    """

    __slots__ = ("default", "help", "key", "kind", "name", "option", "required")

    def __init__(
        self,
        name: str,
        kind: Kind,
        help: str = "",
        default: str = "",
        *,
        option: bool = True,
        key: bool = True,
        required: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.help = help
        self.default = default
        self.option = option
        self.key = key
        self.required = required

    @property
    def hyphenated(self) -> str:
        """The name as options and keys have it."""
        return self.name.replace("_", "-")

    @property
    def option_help(self) -> str:
        return f"{self.help} (default: {self.default})" if self.default else self.help

    @property
    def description(self) -> str:
        """The help as a sentence, for a JSON Schema."""
        if not self.help:
            return ""
        relative = ", relative to the configuration" if self.kind.is_path else ""
        return f"{self.help[0].upper()}{self.help[1:]}{relative}."


TEXT = Kind()
SEVERITY = Choice("level", SEVERITIES)

# In the order of the schema of the configuration.
_ROWS = (
    Setting("files", PathList(), "files, folders and globs to check", option=False),
    Setting(
        "exclude",
        GlobList("GLOBS"),
        "files and folders to skip in a search of folders and globs: names, or paths from the"
        " searched or the working folder; what .gitignore has is skipped as well",
    ),
    Setting(
        "rules",
        TextList("FILES"),
        "rules of your own: Python files (.py), relative to the configuration, or names of entry"
        " points of ianalint.rules; they are run as they are",
        option=False,
    ),
    Setting("select", TextList("RULES"), "rules to run: codes, beginnings of codes, names or ALL"),
    Setting("ignore", TextList("RULES"), "rules not to run"),
    Setting(
        "severity",
        Assignments("CODE=LEVEL", SEVERITY),
        f"report a rule as {listed(SEVERITIES)}",
    ),
    Setting(
        "fail_on",
        Choice("level", FAIL_LEVELS),
        "lowest severity that makes the run fail, with exit status 1",
        "error",
    ),
    Setting(
        "legacy",
        Choice("mode", LEGACY_MODES),
        "findings of legacy records: count them by rule, show them, or let them fail the run",
        "summary",
    ),
    Setting(
        "legacy_cutoff",
        DateText("month", "YYYY-MM"),
        "records registered before this month are legacy records",
        f"{LEGACY_CUTOFF}, RFC 6335",
    ),
    Setting("format", Choice("format", FORMATS), "format of the report", "text"),
    Setting(
        "min_severity",
        SEVERITY,
        "lowest severity that reports list; findings that make the run fail are always listed",
        "note",
    ),
    Setting(
        "summary",
        Flag(),
        "count findings by rule and list none (text, concise, markdown, html)",
    ),
    Setting(
        "group_by",
        Choice("grouping", GROUPINGS),
        "put the findings of a file, rule, severity or record together (text, concise, markdown,"
        " html)",
    ),
    Setting(
        "sort",
        Choice("order", ORDERS),
        "order of the findings; those about reading come first, except with place (text, concise,"
        " markdown)",
        "severity; concise: place",
    ),
    Setting(
        "list_all",
        Flag(),
        "list every finding also on a terminal, where a long text report is cut for each rule, and"
        " every note of an audit",
    ),
    Setting("whole", Flag(), "whether the inputs are whole registries", option=False),
    Setting(
        "input_format",
        Choice("input format", FORMS),
        "format of the inputs",
        "recognized by content",
    ),
    *(
        Setting(
            f"max_{limit.name}",
            Number(limit.least, limit.most, limit.unit),
            limit.help,
            f"{limit.default:.12g}",
        )
        for limit in LIMIT_TABLE
    ),
    Setting(
        "max_time",
        Seconds(),
        "maximum time for an input in seconds; what takes longer is stopped and reported",
        f"{DEFAULT_SECONDS:g}",
    ),
    Setting(
        "registry",
        PathText("DUMP"),
        "registry dump, in any format, that requests and files are compared with",
        "`registry` in the configuration",
    ),
    Setting("baseline", PathText(), "baseline: its findings are accepted and do not fail the run"),
    Setting(
        "today",
        DateText("date", "YYYY-MM-DD"),
        "date to check dates and waivers against",
        "today, in UTC",
        key=False,
    ),
    Setting(
        "stdin_filename",
        NonEmpty("NAME"),
        "name of the file that comes on standard input: format, places and settings are those of"
        " this file; needs - as FILE",
        key=False,
    ),
)
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _ROWS}
