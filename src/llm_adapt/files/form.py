"""Plain data into the dataclasses of a format, with every fault at its place.

A check reads hundreds of files and must start fast: this needs no validation library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.compile import is_class, origin_of, specs, unwrap
from llm_adapt.files.faults import nearest
from llm_adapt.files.yaml_file import Document
from llm_adapt.rules.form import Form
from llm_adapt.rules.number import LARGEST
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.project import KINDS, REQUIRED, Evidence
from llm_adapt.rules.value import quoted

_NUMERAL = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?")
_UNION = (Union, UnionType)
_WORDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date",
    list: "a list",
    dict: "a mapping (key: value)",
}
Hint = Any
Look = Callable[["Reader", Mapping[str, Plain], Path], None]


class Reader:
    """One document, read into classes; what is wrong is collected in `faults`.

    `looks` are called with the plain data of each class: what no type can say.
    """

    def __init__(
        self, document: Document, see: str, looks: Mapping[Any, Look] | None = None
    ) -> None:
        self.document = document
        self.see = see
        self.looks = looks or {}
        self.faults: list[LlmAdaptError] = []

    def fault(self, message: str, path: Path, hint: str = "", *, key: bool = False) -> None:
        """Remember what is wrong; the rest is still read."""
        where = self.document.key_place(path) if key else self.document.place(path)
        if all((f.where, f.message) != (where, message) for f in self.faults):
            self.faults.append(LlmAdaptError(message, where, hint or None))

    def read(self, hint: Hint, raw: Plain, path: Path) -> Any:  # noqa: ANN401, PLR0911 (as the hint says)
        """The value that the hint asks for; nothing, and a fault, when there is none."""
        base, form = unwrap(hint)
        if form.read is not None:
            value = form.read(raw)
            return self._wrong(str(value), path) if isinstance(value, str) else value
        if origin_of(base) in _UNION:
            return self._one_of(get_args(base), form, raw, path)
        if origin_of(base) is Literal:
            return self._choice(get_args(base), raw, path)
        if base is Evidence:
            return self._evidence(raw, path)
        if is_class(base):
            whole = {specs(base)[0].key: raw} if form.short and not isinstance(raw, dict) else raw
            if isinstance(whole, dict):
                return self.record(base, whole, path)
            return self._no(dict, raw, path)
        kind, inner = origin_of(base) or base, get_args(base)
        return self._plain(kind, inner, form, raw, path)

    def _one_of(self, members: tuple[Hint, ...], form: Form, raw: Plain, path: Path) -> Any:  # noqa: ANN401
        if raw is None and NoneType in members:
            return None
        known = [member for member in members if member is not NoneType]
        fitting = [member for member in known if _fits(member, raw)] or known
        if len(known) > 1 and not any(_fits(member, raw) for member in known):
            names = " or ".join(_WORDS[origin_of(m) or m] for m in (unwrap(k)[0] for k in known))
            return self._wrong(f"must be {names}", path)
        return self.read(Annotated[fitting[0], form], raw, path)

    def _choice(self, choices: tuple[str, ...], raw: Plain, path: Path) -> Any:  # noqa: ANN401
        if raw in choices:
            return raw
        hint = nearest(raw, choices) if isinstance(raw, str) else None
        self.fault(f"{path[-1]} must be one of {', '.join(choices)}", path, hint or "")
        return None

    def _plain(self, kind: Any, inner: tuple[Hint, ...], form: Form, raw: Plain, path: Path) -> Any:  # noqa: ANN401, PLR0911
        if kind is Any:
            return raw
        if kind is date:
            return self._day(raw, path)
        if not _fits(kind, raw):
            return self._no(kind, raw, path)
        if isinstance(raw, list):
            return kind(self.read(inner[0], item, (*path, n)) for n, item in enumerate(raw))
        if isinstance(raw, dict):
            return {key: self._entry(inner, key, item, path) for key, item in raw.items()}
        pattern = form.limits.get("pattern")
        if isinstance(raw, str) and pattern and not re.fullmatch(pattern, raw):
            return self._wrong(form.words or f"cannot be {quoted(raw)}", path)
        if kind in (int, float) and isinstance(raw, int | float):
            return self._bounded(form, raw, path)
        return raw

    def _entry(self, inner: tuple[Hint, ...], key: str, raw: Plain, path: Path) -> Any:  # noqa: ANN401
        pattern = unwrap(inner[0])[1].limits.get("pattern")
        if pattern and not re.fullmatch(pattern, key):
            hint = "an id is letters and digits, joined by -, _ or ."
            self.fault(f"{quoted(key)} cannot be an id", (*path, key), hint, key=True)
        return self.read(inner[1], raw, (*path, key))

    def _bounded(self, form: Form, raw: float, path: Path) -> Any:  # noqa: ANN401
        low, high = form.limits.get("ge"), form.limits.get("le")
        limits = [
            (not -LARGEST <= raw <= LARGEST, "must be a finite number"),
            (low is not None and raw < low, f"must be at least {low}"),
            (high is not None and raw > high, f"must be at most {high}"),
        ]
        wrong = next((words for broken, words in limits if broken), None)
        return raw if wrong is None else self._wrong(wrong, path)

    def _day(self, raw: Plain, path: Path) -> date | None:
        try:
            if isinstance(raw, str) and len(raw) == len("2026-03-31"):
                return date.fromisoformat(raw)
        except ValueError:
            pass
        self.fault(f"{path[-1]} is no date", path, "write it as 2026-03-31")
        return None

    def _no(self, kind: Any, raw: Plain, path: Path) -> None:  # noqa: ANN401
        if kind in (int, float) and isinstance(raw, str) and _NUMERAL.fullmatch(raw):
            self.fault(f"{path[-1]} is text, for it is quoted", path, f"write {raw}")
            return
        hint = "put it in quotes" if kind is str and isinstance(raw, bool | int | float) else ""
        self._wrong(f"must be {_WORDS[kind]}", path, hint)

    def _wrong(self, words: str, path: Path, hint: str = "") -> None:
        names = [str(step)[:60] for step in path[-2:]]
        self.fault(f"{'.'.join(names) or 'this'}: {words}", path, hint)

    def record(self, cls: Any, raw: Mapping[str, Plain], path: Path) -> Any:  # noqa: ANN401
        """A mapping as a dataclass."""
        values: dict[str, Any] = {}
        before = len(self.faults)
        self._unknown_keys(raw, [spec.key for spec in specs(cls)], path)
        for name, _, hint, default, _ in specs(cls):
            if raw.get(name) is not None:
                values[name] = self.read(hint, raw[name], (*path, name))
            elif default is MISSING:
                self.fault(f"{name} is missing", path, f"add {name}: ...", key=True)
        if cls in self.looks:
            self.looks[cls](self, raw, path)
        if len(self.faults) > before:
            return None
        places = {name: self.document.place((*path, name)) for name in raw}
        values["places"] = {**places, "": self.document.place(path)}
        return cls(**values)

    def _unknown_keys(self, raw: Mapping[str, Plain], known: list[str], path: Path) -> None:
        keys = list(raw)
        for index, key in enumerate(keys):
            if key in known:
                continue
            hint = nearest(key, known)
            home = _homes().get(key)
            before = raw[keys[index - 1]] if index else None
            if raw[key] is None and isinstance(before, str):
                hint = f'a comma ends a value here; if it belongs to it: "{before},{key}"'
            elif home and not hint:
                hint = f"it belongs under {home}:"
            self.fault(f"unknown key {quoted(key)}", (*path, key), hint or self.see, key=True)

    def _evidence(self, raw: Plain, path: Path) -> Evidence | None:
        if not isinstance(raw, dict):
            self._no(dict, raw, path)
            return None
        kind = next((kind for kind in KINDS if kind in raw), None)
        if kind is None:
            near = next((found for key in raw if (found := nearest(key, KINDS))), "")
            self.fault(f"needs one of {', '.join(KINDS)}", path, near)
            return None
        described = KINDS[kind]
        before = len(self.faults)
        self._unknown_keys(raw, [kind, *described.options], path)
        target = self.read(_target(described.runs), raw[kind], (*path, kind))
        options: dict[str, Plain] = {}
        for name, (hint, default) in described.options.items():
            if default is REQUIRED and raw.get(name) is None:
                self.fault(
                    f"{name} is missing", path, f"for example: {described.example}", key=True
                )
            given = raw.get(name)
            options[name] = default if given is None else self.read(hint, given, (*path, name))
        if len(self.faults) > before:
            return None
        several = tuple(target) if isinstance(target, list) else (str(target),)
        return Evidence(kind, several, options, self.document.place((*path, kind)))


def _target(runs: bool) -> Hint:  # noqa: FBT001 (one of two)
    from llm_adapt.rules.project import FileName, Text  # noqa: PLC0415 (aliases, by their use)

    return list[Text] if runs else FileName


def _fits(hint: Hint, raw: Plain) -> bool:
    base, form = unwrap(hint)
    kind = origin_of(base) or base
    if is_class(base):
        return isinstance(raw, dict) or form.short
    if isinstance(raw, bool):
        return kind is bool
    if kind is float:
        return isinstance(raw, int | float)
    if kind is tuple:
        kind = list
    return isinstance(kind, type) and isinstance(raw, kind)


@cache
def _homes() -> dict[str, str]:
    from llm_adapt.rules.project import Assumption, Decision, Ignore  # noqa: PLC0415

    homes = {"decision": Decision, "assumptions": Assumption, "ignore": Ignore}
    return {spec.key: name for name, cls in homes.items() for spec in specs(cls)}
