"""`llm-adapt estimate`: memory, what fits, GPU hours and cost of requests.

Options are the settings of a run (`estimate/run.py`) and of traffic (`estimate/requests.py`), which
JSON lines and the library take by the same names; here they are only turned into options.
"""

import json
import sys
from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from typing import Any, Literal, TypeAlias

import typer

from llm_adapt.cli.options import FORM, TextOrJson, choice, option, switch
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.estimate.requests import Traffic
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.setting import Options, option_of, settings_of
from llm_adapt.rules.estimate import Fit
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain

app = typer.Typer(
    name="estimate",
    help="Memory, GPU hours and cost, as ranges with their sources.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

UNMET = 1
# Options beside the settings of a record: name, flag, help.
_MODEL = (
    ("model", "--model", "A known model, or its hub id."),
    ("params_b", "--params-b", "Size in billions of parameters: 8 or 8B."),
    ("active_params_b", "--active-b", "Active billions of a mixture of experts."),
    ("config", "--config", "A Hugging Face config.json, read from disk."),
    ("gpu", "--gpu", "A card (A100, 4090) or its memory (24GB); fit takes several: 4090,L40S."),
)
_PRICES = (
    ("prices", "--prices", "A YAML file of prices, in the form of rules/tables/prices.yaml."),
)
_HOURS = (
    *("tokens", "method", "purpose", "gpus", "seq_len", "micro_batch", "checkpointing"),
    *("quantizer", "usd_per_hour", "peak_tflops"),
)
_MEMORY = [name for name in settings_of(Run) if name not in ("tokens", *_HOURS[-2:])]


Unless: TypeAlias = Literal["fits", "may-fit"]  # which verdict a script needs
# Options of commands, with what is usual.
_OWN: dict[str, tuple[object, object]] = {
    "output": (TextOrJson, FORM),
    "lines": (bool, switch("JSON objects from stdin, one a line; answers likewise.", "--json")),
    "as_of": (str | None, option(None, "DATE", "The day that the age of prices is held against.")),
    "fail_unless": (Unless | None, choice(None, "End with 1 unless it (may) fit every card.")),
}


def _command(
    name: str,
    record: type,
    names: Iterable[str],
    extra: Iterable[tuple[str, str, str]],
    usual: dict[str, Plain],
    own: Iterable[str] = (),
) -> Callable[[str], None]:
    """A command with an option for each setting of a record, declared with it; call it with help.

    Args:
        name: Of the command, of the use case that answers, and of its text.
        record: Where the settings are declared.
        names: Which of them.
        extra: Options beside them.
        usual: What is taken where they are not stated.
        own: Options of the command alone.
    """
    declared = settings_of(record)
    made = [_option(each, flag, said) for each, flag, said in extra]
    for field in names:
        boolean = isinstance(record.__dataclass_fields__[field].default, bool)  # type: ignore[attr-defined]
        flag = option_of(field, declared[field])
        flag += f"/--no-{flag.removeprefix('--')}" if boolean else ""
        made.append(_option(field, flag, declared[field].help, boolean=boolean))
    for field in ("output", "lines", *own):
        kind, usually = _OWN[field]
        made.append(Parameter(field, Parameter.KEYWORD_ONLY, default=usually, annotation=kind))

    def command(**given: Any) -> None:  # noqa: ANN401 (as Typer calls it)
        stated = {field: given.pop(field) for field in ("output", "lines", *own)}
        cells = {
            field: str(value).lower() if isinstance(value, bool) else value
            for field, value in given.items()
            if value is not None
        }
        if stated["lines"]:
            _answer_lines(name)
        else:
            _answer(name, {**usual, **cells}, stated)

    def declare(help_text: str) -> None:
        command.__doc__ = help_text
        command.__dict__["__signature__"] = Signature(made)
        command.__annotations__ = {each.name: each.annotation for each in made}
        app.command(name)(command)

    return declare


def _option(name: str, flag: str, said: str, *, boolean: bool = False) -> Parameter:
    kind: Any = bool | None if boolean else str | None
    usual = typer.Option(None, flag, help=said, show_default=False)
    return Parameter(name, Parameter.KEYWORD_ONLY, default=usual, annotation=kind)


_command("memory", Run, _MEMORY, _MODEL, {"method": "qlora"}, ("fail_unless",))(
    """Peak memory of one GPU, and whether it fits.

    Examples:
        llm-adapt estimate memory --params-b 13 --method qlora --gpu 4090

        llm-adapt estimate memory --config ./config.json --method full --gpus 8 --gpu H100

        llm-adapt estimate memory --json < rows.jsonl
    """
)
_command("fit", Run, _MEMORY, _MODEL, {})(
    """What cards hold of a model: how long sequences, how large micro-batches, by method.

    Examples:
        llm-adapt estimate fit --params-b 13 --gpu 4090

        llm-adapt estimate fit --model Llama-3.1-8B --gpu 4090,L40S,H100 --method qlora
    """
)
_command("hours", Run, _HOURS, _MODEL, {"gpu": "A100-80GB"}, ("as_of",))(
    """GPU hours of a training run, and what they cost.

    Examples:
        llm-adapt estimate hours --params-b 7 --tokens 24B --purpose cpt --gpu A100

        llm-adapt estimate hours --model Llama-3.1-8B --tokens 5M --method qlora --gpu 4090
    """
)
_command("requests", Traffic, settings_of(Traffic), _PRICES, {}, ("as_of",))(
    """Tokens and cost of a month, for every way to adapt a model.

    Examples:
        llm-adapt estimate requests --per-month 100k --hosted claude-sonnet-5 --prefix 2000

        llm-adapt estimate requests --per-month 5M --own-model Llama-3.1-8B --own-for tuned
    """
)


def _answer(name: str, cells: dict[str, Plain], stated: dict[str, Any]) -> None:
    from llm_adapt.report import estimate_text
    from llm_adapt.report.json_v1 import as_data
    from llm_adapt.usecases import estimate

    dated = {"as_of": as_of_day(stated["as_of"])} if "as_of" in stated else {}
    answer = getattr(estimate, name)(Options(cells), **dated)
    if stated["output"] == "text":
        typer.echo(getattr(estimate_text, f"{name}_text")(answer))
    else:
        typer.echo(json.dumps(as_data(answer), indent=2, allow_nan=False))
    bad = {None: (), "may-fit": (Fit.NO,), "fits": (Fit.NO, Fit.DEPENDS)}[stated.get("fail_unless")]
    if any(card.fit in bad for card in getattr(answer, "cards", ())):
        raise typer.Exit(UNMET)


def _answer_lines(kind: str) -> None:
    from llm_adapt.usecases.estimate import CELL_ANSWERS

    faults: list[LlmAdaptError] = []
    answered = False
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        answered = True
        try:
            answer = CELL_ANSWERS[kind](_object(line))
        except LlmAdaptError as error:
            told = faults_of(error)
            where = Location("stdin", number)
            faults += [LlmAdaptError(each.message, where, each.hint) for each in told]
            answer = {"line": number, "error": "; ".join(each.message for each in told)}
        typer.echo(json.dumps(answer, allow_nan=False))
    if not answered:
        faults.append(LlmAdaptError("stdin holds no line", hint="one JSON object a line"))
    raise_all(faults)


def _object(line: str) -> dict[str, Plain]:
    try:
        cells = as_plain(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise LlmAdaptError(f"this is not JSON: {error}", hint="one JSON object a line") from None
    if not isinstance(cells, dict):
        raise LlmAdaptError("this is not a JSON object", hint="one JSON object a line")
    return cells
