"""Reads config.yaml: either the whole hall, or every mistake in it with its line and column.

`load` is called at start, by `python -m hall check` and before changed settings are applied; `render_problem`
makes a mistake's sentence in the reader's language from the catalogue config.po; no web server need run. The
shapes are hall/config_model.py (its models are offered here too), the checks between places
hall/config_checks.py.

Keys at the top of the file that begin with "x-" are ignored: room for YAML anchors used further down.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from babel.messages.pofile import read_po
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.tag import Tag

from hall.config_checks import find_mistakes
from hall.config_findings import Finding, Where
from hall.config_model import (
    AccountConfig,
    BusinessConfig,
    Config,
    DepartmentConfig,
    DeviceConfig,
    HallConfig,
    ItemConfig,
    MaterialConfig,
    PlacedBusiness,
    Rules,
    ServerConfig,
    VoiceConfig,
    WindowConfig,
    ZoneConfig,
)

__all__ = [
    "AccountConfig",
    "BusinessConfig",
    "Config",
    "ConfigError",
    "DepartmentConfig",
    "DeviceConfig",
    "HallConfig",
    "ItemConfig",
    "MaterialConfig",
    "PlacedBusiness",
    "Problem",
    "Rules",
    "ServerConfig",
    "VoiceConfig",
    "WindowConfig",
    "ZoneConfig",
    "load",
    "load_as",
    "render_problem",
]

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One mistake in the file at `path`; line and column count from 1, as editors do."""

    line: int
    column: int
    path: str
    message_key: str
    params: dict[str, object] = field(default_factory=dict)


class ConfigError(Exception):
    """The file cannot be used; `problems` holds every mistake found, in the file's order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.line, problem.column))
        super().__init__("\n".join(render_problem(problem, "en") for problem in self.problems))


def load(path: Path | str) -> Config:
    """The settings of the file at `path`; ConfigError with all its problems where there are any."""
    return load_as(path, Config, find_mistakes)


def load_as(path: Path | str, model: type[M], find: Callable[[object, bool], list[Finding]]) -> M:
    """The YAML file at `path` as this model, with mistakes found and told as for config.yaml.

    `find(data, shapes_are_right)` checks what the model cannot see, on the plain data of the file. The twin's
    workload files (hall/twin/workloads.py) are read this way, too.
    """
    path = Path(path)
    text = _read(path)
    places, data = _parse(text, str(path))
    findings: list[Finding] = []
    found: M | None = None
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        findings = [_finding(details, model) for details in error.errors(include_url=False)]
    findings += find(data, found is not None)
    problems = [*places.repeated, *(places.problem(finding) for finding in findings)]
    if problems or found is None:
        raise ConfigError(problems)
    return found


# ---- reading the text ----


def _refuse(path: str, reason: str, line: int = 1, column: int = 1, **params: object) -> ConfigError:
    return ConfigError([Problem(line, column, path, f"config.{reason}", params)])


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refuse(str(path), "not_utf8", line) from error
    except FileNotFoundError as error:
        raise _refuse(str(path), "no_such_file") from error
    except OSError as error:
        raise _refuse(str(path), "unreadable", detail=error.strerror or str(error)) from error


def _parse(text: str, path: str) -> tuple["_Places", dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # _Places names both
    try:
        root = yaml.compose(text)
        if root is None:
            raise _refuse(path, "empty_file")
        places = _Places(root, path)
        data = yaml.constructor.construct_document(root)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        tab = re.match(r" *\t", text.split("\n")[line - 1])
        if tab:
            raise _refuse(path, "tab", line, tab.end()) from error
        raise _refuse(path, "syntax", line, column, detail=error.problem or error.context or "") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise _refuse(path, "syntax", detail=str(error).partition("\n")[0]) from error
    if not isinstance(data, dict):
        raise _refuse(path, "expected_mapping", key="", value=_brief(data))
    return places, {key: value for key, value in data.items() if not str(key).startswith("x-")}


# ---- where a mistake stands ----


class _Places:
    """Finds the line and column of a place in the data, from the nodes YAML was read into.

    Made before the data is: making it merges the nodes of "<<", which would look like repeated keys. Dates
    are left as text, so that an impossible one is reported by the models, at its place.
    """

    def __init__(self, root: Node, path: str) -> None:
        self._root = root
        self._path = path
        self.repeated: list[Problem] = []
        seen: set[int] = set()
        anchors: dict[str, Node] = {}
        waiting: list[Node] = [root]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.anchor and anchors.setdefault(node.anchor, node) is not node:
                self._add_repeated("config.duplicate_anchor", node, node.anchor, anchors[node.anchor])
            if isinstance(node, SequenceNode):
                waiting += node.value
            elif isinstance(node, MappingNode):
                self._find_repeated_keys(node)
                waiting += [value for _, value in node.value]
            elif str(node.tag) == "tag:yaml.org,2002:timestamp":
                node.ctag = Tag(suffix="tag:yaml.org,2002:str")

    def _find_repeated_keys(self, node: MappingNode) -> None:
        """YAML itself keeps the first of two equal keys in silence; nobody means that."""
        kept: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in kept:
                self._add_repeated("config.duplicate_key", key, name, kept[name][0])
            else:
                kept[name] = (key, value)
        node.value = list(kept.values())

    def _add_repeated(self, message_key: str, node: Node, name: str, other: Node) -> None:
        earlier, later = sorted(
            (node.start_mark, other.start_mark), key=lambda mark: (mark.line, mark.column)
        )
        params: dict[str, object] = {"value": name, "line": earlier.line + 1}
        place = (later.line + 1, later.column + 1)
        self.repeated.append(Problem(*place, self._path, message_key, params))

    def problem(self, finding: Finding) -> Problem:
        line, column = self._position(
            finding.where, at_key=finding.at_key or finding.reason.startswith("unknown_key")
        )
        params = {name: _shown(value) for name, value in finding.params.items()}
        if finding.first is not None:
            params["line"] = self._position(finding.first, at_key=False)[0]
        params["where"] = _spelled(finding.where)
        return Problem(line, column, self._path, f"config.{finding.reason}", params)

    def _position(self, where: Where, at_key: bool) -> tuple[int, int]:
        node, mark = self._root, self._root.start_mark
        for step in where:
            if isinstance(node, MappingNode):
                # From the end: an own key stands behind the same key brought by "<<".
                pair = next((pair for pair in reversed(node.value) if pair[0].value == str(step)), None)
                if pair is None:
                    continue
                key, node = pair
                mark = key.start_mark if at_key else node.start_mark
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
        return mark.line + 1, mark.column + 1


def _spelled(where: Where) -> str:
    """("halls", 0, "windows", 3) as halls[0].windows[3], for a reader looking for the place."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)


# ---- what pydantic found, in the catalogue's words ----

_REASONS = {
    "missing": "missing_key",
    "string_type": "expected_text",
    "string_too_short": "empty_text",
    "too_short": "empty_list",
    "tuple_type": "expected_list",
    "list_type": "expected_list",
    "dict_type": "expected_mapping",
    "model_type": "expected_mapping",
    "model_attributes_type": "expected_mapping",
    "literal_error": "expected_one_of",
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "recursion_loop": "circular",
}
_EXPECTED = {
    "int": "expected_number",
    "float": "expected_number",
    "bool": "expected_bool",
    "date": "expected_date",
}


def _finding(details: ErrorDetails, model: type[BaseModel]) -> Finding:
    kind, context = details["type"], dict(details.get("ctx", {}))
    where: Where = tuple(step for step in details["loc"] if not str(step).startswith(("<", "[")))
    value = details["input"]
    if kind == details["msg"]:
        return Finding(where, kind, context)
    if details["loc"][-1:] == ("[key]",):
        return Finding(where, "unknown_key", {"value": where[-1], "known": _options(context)})
    if kind in {"extra_forbidden", "invalid_key"}:
        return _unknown_key(where, model)
    reason = _REASONS.get(kind) or _EXPECTED.get(kind.split("_")[0], "invalid")
    params: dict[str, object] = {
        "key": next((step for step in reversed(where) if isinstance(step, str)), ""),
        "value": _brief(value),
        "detail": details["msg"],
    }
    if reason == "expected_one_of":
        params["expected"] = _options(context)
    if reason in {"too_small", "too_large", "not_above"}:
        limit = next(iter(context.values()))
        params["limit"] = int(limit) if limit == int(limit) else limit
    return Finding(where, reason, params)


def _options(context: dict[str, Any]) -> str:
    return str(context.get("expected", "")).replace("' or '", "', '").replace("'", "")


def _brief(value: object) -> str:
    return "" if isinstance(value, dict | list) else str(value)[:60]


def _unknown_key(where: Where, whole: type[BaseModel]) -> Finding:
    model: type[BaseModel] | None = whole
    for step in where[:-1]:
        if isinstance(step, str) and model is not None:
            annotation = model.model_fields[step].annotation if step in model.model_fields else None
            model = _model_within(annotation)
    known = list(model.model_fields) if model is not None else []
    nearest = get_close_matches(str(where[-1]), known, n=1, cutoff=0.5)
    if nearest:
        return Finding(where, "unknown_key_nearest", {"value": where[-1], "nearest": nearest[0]})
    return Finding(where, "unknown_key", {"value": where[-1], "known": ", ".join(known)})


def _model_within(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_within(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model is not None), None)


# ---- sentences ----


def render_problem(problem: Problem, language: str = "zh") -> str:
    """ "config.yaml:12:7: sentence" in the reader's language ("zh" or "en")."""
    sentence = _sentences(language if language in {"zh", "en"} else "zh")[problem.message_key]
    return f"{problem.path}:{problem.line}:{problem.column}: {sentence % problem.params}"


@cache
def _sentences(language: str) -> dict[str, str]:
    catalogue = Path(__file__).parent / "translations" / language / "LC_MESSAGES" / "config.po"
    with catalogue.open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}
