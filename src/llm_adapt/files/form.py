"""Plain data into the dataclasses of a format, with every fault at its place.

A check reads hundreds of files and must start fast: this needs no validation library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING
from datetime import date
from enum import EnumType
from functools import cache
from types import NoneType
from typing import Annotated, Any, ForwardRef, Literal, get_args

from llm_adapt.files.compile import Spec, class_of, is_class, members, origin_of, specs, unwrap
from llm_adapt.files.yaml_file import Document, Reading
from llm_adapt.rules.form import ID, NODE_ID, SOME, Form
from llm_adapt.rules.number import LARGEST
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.project import KINDS, REQUIRED, Evidence, FileName, Placed, Text
from llm_adapt.rules.value import nearest, quoted

_NUMERAL = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?")
_WORDS: Mapping[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date",
    tuple: "a list",
    list: "a list",
    Mapping: "a mapping (key: value)",
    dict: "a mapping (key: value)",
}
# The patterns of ids, in words.
_IDS = {
    ID: "an id is lower-case letters and digits, joined by - or _",
    NODE_ID: "an id is letters and digits, joined by - or _",
}
# Plain data that the model keeps is answers.
ANSWER = str | bool | float | tuple[str, ...] | None
Hint = Any
Look = Callable[["Reader", Mapping[str, Plain], Path], None]
# What something is (what a name must name, or a class), where it stands, and what is written.
Seen = tuple[Hint, Path, Plain]


class Reader(Reading):
    """One document, read into classes; what is wrong is collected in `faults`.

    `seen` are the names that must exist somewhere, and the classes, of each entry of a section.

    `looks` are called with the plain data of each class: what no type can say. `homes` are the
    classes where a key that is unknown here may belong, by the key that they stand under.
    What is not `Placed` stays plain data when it is read, with the keys of each class in a fixed
    order; `compile` makes it.
    """

    def __init__(
        self,
        document: Document,
        see: str,
        looks: Mapping[Any, Look] | None = None,
        homes: Mapping[str, Hint] | None = None,
    ) -> None:
        super().__init__(document)
        self.see = see
        self.looks = looks or {}
        self.homes = homes or {}
        self.seen: dict[Path, list[Seen]] = {}

    def _see(self, what: Hint, path: Path, raw: Plain) -> None:
        self.seen.setdefault(path[:2], []).append((what, path, raw))

    def read(self, hint: Hint, raw: Plain, path: Path) -> Any:  # noqa: ANN401, PLR0911 (as the hint says)
        """The value that the hint asks for; nothing, and a fault, when there is none."""
        base, form = unwrap(hint)
        if form.read is not None:
            value = form.read(raw)
            return self._wrong(str(value), path) if isinstance(value, str) else value
        base = written(form.shape or base)
        if members(base) != (base,):
            return self._one_of(base, form, raw, path)
        if origin_of(base) is Literal or isinstance(base, EnumType):
            return self._choice(choices(base), raw, path)
        if base is Evidence:
            return self._evidence(raw, path)
        if not is_class(base):
            return self._plain(origin_of(base) or base, get_args(base), form, raw, path)
        if isinstance(raw, dict):
            return self.record(base, raw, path)
        if not form.short or not isinstance(raw, str):
            return self._wrong_type(dict, raw, path)
        first = specs(base)[0]
        value = self.read(first.kind, raw, path)
        return self._made(base, {first.name: value}, {}, path) if issubclass(base, Placed) else raw

    def _one_of(self, union: Hint, form: Form, raw: Plain, path: Path) -> Any:  # noqa: ANN401
        if raw is None and NoneType in get_args(union):
            return None
        known = members(union)
        if isinstance(raw, dict) and (cls := class_of(union, raw)) is not None:
            return self.record(cls, raw, path)
        fitting = next((member for member in known if _fits(member, raw)), None)
        if fitting is None and len(known) > 1:
            kinds = [dict if is_class(m) else origin_of(m) or m for m, _ in map(unwrap, known)]
            words = dict.fromkeys(_WORDS[kind] for kind in kinds)
            return self._wrong(f"must be {' or '.join(words)}", path)
        return self.read(Annotated[fitting or known[0], form], raw, path)

    def _choice(self, known: tuple[str, ...], raw: Plain, path: Path) -> Any:  # noqa: ANN401
        if raw in known:
            return raw
        hint = nearest(raw, known) if isinstance(raw, str) else None
        listed = f"{', '.join(known[:-1])} or {known[-1]}"
        return self._wrong(f"must be one of {listed}", path, hint or "")

    def _plain(self, kind: Any, inner: tuple[Hint, ...], form: Form, raw: Plain, path: Path) -> Any:  # noqa: ANN401, PLR0911
        if kind is Any:
            return raw
        if kind is date:
            return self._day(raw, path)
        if not _fits(kind, raw):
            return self._wrong_type(kind, raw, path)
        if isinstance(raw, str):
            return self._text(form, raw, path)
        if isinstance(raw, list | dict) and len(raw) < form.min_length:
            return self._wrong("must not be empty", path, "write at least one")
        if isinstance(raw, list):
            return [self.read(inner[0], item, (*path, n)) for n, item in enumerate(raw)]
        if isinstance(raw, dict):
            return {key: self._entry(inner, key, item, path) for key, item in raw.items()}
        return raw if isinstance(raw, bool) or raw is None else self._bounded(form, raw, path)

    def _entry(self, inner: tuple[Hint, ...], key: str, raw: Plain, path: Path) -> Any:  # noqa: ANN401
        form = unwrap(inner[0])[1]
        if form.pattern and not re.fullmatch(form.pattern, key):
            hint = _IDS.get(form.pattern, "an id is letters and digits, joined by -, _ or .")
            self.fault(f"{quoted(key)} cannot be an id", (*path, key), hint, key=True)
        if form.ref:
            self._see(form.ref, (*path, key), raw if form.ref == "answers" else key)
        return self.read(inner[1], raw, (*path, key))

    def _text(self, form: Form, raw: str, path: Path) -> str:
        length, pattern = len(raw.strip() if form.strip_whitespace else raw), form.pattern
        least, most = form.min_length, form.max_length or length
        if form.ref:
            self._see(form.ref, path, raw)
        if length < least:
            short = "empty" if least == 1 else f"shorter than {least} characters"
            self._wrong(f"must not be {short}", path)
        elif length > most:
            self._wrong(f"must not be longer than {most} characters", path)
        elif pattern in _IDS and not re.fullmatch(pattern, raw):
            self.fault(f"{quoted(raw)} cannot be an id", path, _IDS[pattern])
        elif pattern and not re.fullmatch(pattern, raw):
            self._wrong(form.words or f"cannot be {quoted(raw)}", path)
        return raw

    def _bounded(self, form: Form, raw: float, path: Path) -> Any:  # noqa: ANN401
        low, high = form.ge, form.le
        limits = [
            (not -LARGEST <= raw <= LARGEST, "must be a finite number"),
            (low is not None and raw < low, f"must be at least {low}"),
            (high is not None and raw > high, f"must be at most {high}"),
        ]
        wrong = next((words for broken, words in limits if broken), None)
        return raw if wrong is None else self._wrong(form.words or wrong, path)

    def _day(self, raw: Plain, path: Path) -> date | None:
        try:
            if isinstance(raw, str) and len(raw) == len("2026-03-31"):
                return date.fromisoformat(raw)
        except ValueError:
            pass
        self.fault(f"{path[-1]} is no date", path, "write it as 2026-03-31")
        return None

    def _wrong_type(self, kind: Any, raw: Plain, path: Path) -> None:  # noqa: ANN401
        if kind in (int, float) and isinstance(raw, str) and _NUMERAL.fullmatch(raw):
            self.fault(f"{path[-1]} is text, for it is quoted", path, f"write {raw}")
            return
        hint = "put it in quotes" if kind is str and isinstance(raw, bool | int | float) else ""
        self._wrong(f"must be {_WORDS[kind]}", path, hint)

    def _wrong(self, words: str, path: Path, hint: str = "") -> None:
        names = [str(step)[:60] for step in path[-2:]]
        self.fault(f"{'.'.join(names) or 'this'}: {words}", path, hint)

    def record(self, cls: Any, raw: dict[str, Plain], path: Path) -> Any:  # noqa: ANN401
        """A mapping as a dataclass."""
        before = len(self.faults)
        # In a project file a key without a value is as good as none.
        values = self._values(specs(cls), raw, path, absent=[None] * issubclass(cls, Placed))
        if cls in self.looks:
            self.looks[cls](self, raw, path)
        self._see(cls, path, raw)
        return None if len(self.faults) > before else self._made(cls, values, raw, path)

    def _values(
        self,
        fields: tuple[Spec, ...],
        raw: Mapping[str, Plain],
        path: Path,
        *,
        absent: list[None],
        example: str = "",
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        self._unknown_keys(raw, [field.key for field in fields], path)
        for name, key, hint, default, *_ in fields:
            if key in raw and raw[key] not in absent:
                values[name] = self.read(hint, raw[key], (*path, key))
            elif default is MISSING:
                self.fault(f"{key} is missing", path, example or f"add {key}: ...", key=True)
        return values

    def _made(self, cls: Any, values: dict[str, Any], raw: Mapping[str, Plain], path: Path) -> Any:  # noqa: ANN401
        if not issubclass(cls, Placed):
            named = {spec.key: spec.name for spec in specs(cls)}
            return {key: values[named[key]] for key in sorted(raw)}
        places = {name: self.document.place((*path, name)) for name in raw}
        return cls(**values, places={**places, "": self.document.place(path)})

    def _unknown_keys(self, raw: Mapping[str, Plain], known: list[str], path: Path) -> None:
        keys = list(raw)
        for index, key in enumerate(keys):
            if key in known:
                continue
            hint = nearest(key, known)
            home = next((n for n, c in self.homes.items() if key in {s.key for s in specs(c)}), "")
            before = raw[keys[index - 1]] if index else None
            if raw[key] is None and isinstance(before, str):
                hint = f'a comma ends a value here; if it belongs to it: "{before},{key}"'
            elif home and not hint:
                hint = f"it belongs under {home}:"
            self.fault(f"unknown key {quoted(key)}", (*path, key), hint or self.see, key=True)

    def _evidence(self, raw: Plain, path: Path) -> Evidence | None:
        if not isinstance(raw, dict):
            self._wrong_type(dict, raw, path)
            return None
        kind = next((kind for kind in KINDS if kind in raw), None)
        if kind is None:
            near = next((found for key in raw if (found := nearest(key, KINDS))), "")
            self.fault(f"needs one of {', '.join(KINDS)}", path, near)
            return None
        before, fields = len(self.faults), options_of(kind)
        example = f"for example: {KINDS[kind].example}"
        given = self._values(fields, raw, path, absent=[None], example=example)
        if len(self.faults) > before:
            return None
        target, *options = (given.get(field.name, field.default) for field in fields)
        several = tuple(target) if isinstance(target, list) else (target,)
        named = dict(zip(KINDS[kind].options, options, strict=True))
        return Evidence(kind, several, named, self.document.place((*path, kind)))


@cache
def options_of(kind: str) -> tuple[Spec, ...]:
    """What a kind of evidence may say: its file or command, and its options."""
    target = Annotated[list[Text], SOME] if KINDS[kind].runs else FileName
    options = KINDS[kind].options.items()
    return (
        Spec(kind, kind, target, MISSING),
        *(Spec(n, n, h, MISSING if d is REQUIRED else d) for n, (h, d) in options),
    )


def written(kind: Hint) -> Hint:
    """A type, or what its name stands for."""
    if not isinstance(kind, str | ForwardRef):
        return kind
    return kind if members(kind) != (kind,) else ANSWER


def choices(kind: Hint) -> tuple[str, ...]:
    """The words of a choice."""
    return get_args(kind) or tuple(member.value for member in kind)


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
