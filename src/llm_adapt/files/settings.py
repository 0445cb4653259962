"""What an organisation asks of every check: `llm-adapt.toml`, or `[tool.llm-adapt]` of pyproject.

The file stands at the root of the repository. It allows nothing that a stranger's change could
misuse: commands and files outside are for the command line alone.
"""

import os
import re
from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.evidence.limits import MAX_TOML
from llm_adapt.files.findings import catalogue
from llm_adapt.files.form import Reader
from llm_adapt.files.yaml_file import Document
from llm_adapt.rules.form import Form
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping
from llm_adapt.rules.project import Placed, Text
from llm_adapt.rules.record import record
from llm_adapt.rules.value import nearest

OFF = "off"
NAMES = ("llm-adapt.toml", "pyproject.toml")
# What `require` makes an error.
_REQUIRED = {"owner": "C801", "review": "C802", "lock": "C504"}
Required: TypeAlias = Literal["owner", "review", "lock"]
Weight: TypeAlias = Literal["error", "warning", "note", "off"]
Share: TypeAlias = Annotated[float, Form(ge=0, le=1, words="must be a share from 0 to 1")]
_OF_A_CHECK = re.compile(r"C\d{3}")
_SEE = "it takes rules, rules-digest, fail-on, min-stability, require, severity and allow"


@record(frozen=True, kw_only=True)
class Settings(Placed):
    """What holds for every project of a repository."""

    rules: Text = ""  # the rule set of projects that name none
    rules_digest: Text = ""  # what its digest must be
    fail_on: Literal["error", "warning", "note", "never"] | None = None
    min_stability: Share | None = None
    require: list[Required] = field(default_factory=list[Required])
    severity: dict[str, Weight] = field(default_factory=dict[str, Weight])
    # By rule of the audit, the share of rows that fails nothing.
    allow: dict[str, Share] = field(default_factory=dict[str, float])

    def severity_of(self, code: str) -> str | None:
        """The severity that is asked for, `off`, or nothing."""
        required = {_REQUIRED[name] for name in self.require}
        return self.severity.get(code) or ("error" if code in required else None)


def read_settings(root: Path) -> Settings:
    """The settings of a repository; the defaults where there are none.

    Raises:
        LlmAdaptError: They are not what they may be.
    """
    for name in NAMES:
        path = root / name
        if not path.is_file():
            if os.path.lexists(path):
                raise LlmAdaptError("this is no ordinary file", Location(name), "remove or mend it")
            continue
        with path.open("rb") as stream:
            raw = stream.read(MAX_TOML + 1)
        if name == NAMES[1] and b"tool.llm-adapt" not in raw:
            continue
        if len(raw) > MAX_TOML:
            raise LlmAdaptError(f"this has more than {MAX_TOML:,} bytes", Location(name))
        data = _parsed(raw, name)
        if name == NAMES[1]:
            data = mapping(mapping(data.get("tool")).get("llm-adapt"))
        return _read(data, raw.decode("utf-8", "replace"), name)
    return Settings()


def _parsed(raw: bytes, name: str) -> dict[str, Plain]:
    from llm_adapt.files.evidence.data import parse_toml  # noqa: PLC0415 (only with a file)

    try:
        return mapping(parse_toml(raw, name))
    except LlmAdaptError as error:
        raise LlmAdaptError(error.message, Location(name), error.hint) from None


def _read(data: dict[str, Plain], written: str, name: str) -> Settings:
    plain = {key.replace("-", "_"): value for key, value in data.items()}
    reader = Reader(Document(name, plain, _places(written), {}), _SEE)
    found = reader.record(Settings, plain, ())
    for code in mapping(plain.get("severity")):
        if not _OF_A_CHECK.fullmatch(code) or code not in catalogue():
            _of_the_audit(reader, "severity", code)
        elif not catalogue()[code].can_ignore:
            message = f"{code} cannot be weighed otherwise"
            reader.fault(message, ("severity", code), catalogue()[code].remedy)
    for code in mapping(plain.get("allow")):
        _of_the_audit(reader, "allow", code)
    raise_all(reader.faults)
    return Settings() if found is None else found


def _of_the_audit(reader: Reader, key: str, code: str) -> None:
    from llm_adapt.files.data_rules import data_knowledge  # noqa: PLC0415 (few weigh its rules)

    known = data_knowledge().rules
    if code not in known:
        hint = nearest(code, known) or "see: llm-adapt explain C203, llm-adapt explain empty-output"
        reader.fault(f"there is no finding {code[:60]}", (key, code), hint)


def _places(written: str) -> dict[PlainPath, tuple[int, int]]:
    """The lines of keys, which no TOML parser tells."""
    places: dict[PlainPath, tuple[int, int]] = {}
    for number, line in enumerate(written.splitlines(), 1):
        found = re.match(r"\s*([A-Za-z0-9_-]+)\s*=", line)
        if found:
            key = found[1].replace("-", "_")
            places.setdefault(
                ("severity", key) if _OF_A_CHECK.fullmatch(key) else (key,), (number, 1)
            )
    return places
