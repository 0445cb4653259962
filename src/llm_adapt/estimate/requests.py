"""Tokens and money of a month of requests, for each way to adapt a model, and where they cross."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from math import ceil

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.models import find_gpu, find_model
from llm_adapt.estimate.run import SERVE, read_run
from llm_adapt.estimate.serving import output_tokens_per_second
from llm_adapt.estimate.setting import (
    by_name,
    count,
    flag,
    say,
    settings_of,
    stated,
    token_count,
    usd,
)
from llm_adapt.rules.estimate import BreakEven, Option, Range, RequestsEstimate, exactly
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record
from llm_adapt.rules.table import Tables, TokenPrice

DEFAULT_HOSTED = "gpt-5.4-mini"
WAYS = ("prompt", "many-shot", "rag", "tuned")
SERVED = "self-hosted"
_OWN_PRICES = "or give prices of your own: --prices FILE"
_MILLION, _SECONDS, _HOURS_PER_MONTH = 1e6, 3600.0, 730.0
_UTILISATIONS = (0.05, 0.2, 0.5, 1.0)
_MOST, _REQUESTS = 1e12, "requests a month"


@record(frozen=True)
class Traffic:
    """What is asked of the system, in tokens a request and requests a month, and what it costs."""

    per_month: float = say(0.0, "Requests a month.", "requests", unit=_REQUESTS, most=_MOST)
    question: float = token_count(200.0, "Tokens of a question.")
    answer: float = token_count(300.0, "Tokens of an answer.")
    hosted: str = say(DEFAULT_HOSTED, "A hosted model of the price table.")
    prices: str = say("", "A YAML file of prices, in the form of rules/tables/prices.yaml.")
    prefix: float = token_count(0.0, "Tokens of stable instructions.")
    examples: float = say(10.0, "Examples in a many-shot prompt.", zero=True)
    example: float = token_count(150.0, "Tokens of one example.")
    retrieved: float = token_count(3000.0, "Tokens of retrieved passages.")
    cache_hits: float = say(
        0.9, "Share of requests that find the prefix in the cache.", unit="share", zero=True, most=1
    )
    batch_api: bool = flag("Answers may wait a day: batch prices.")
    context: float = token_count(0.0, "Context window in tokens, over the table's.", most=1e9)
    retrieval_usd: float = usd(0.0, "USD of one retrieval.", "retrieval_per_request")
    index_usd: float = usd(0.0, "USD a month for the index.", "retrieval_per_month")
    training_tokens: float = token_count(0.0, "Tokens tuned on, all epochs.", most=1e15)
    training_usd: float = usd(-1.0, "USD of training, once.", "training")
    own_model: str = say("", "A model to host oneself, or its size: 8B.")
    own_gpu: str = say("H100", "The card that serves it.")
    own_gpus: float = count(1.0, "Cards of one server.")
    own_precision: str = say("none", "bf16, fp8, int8, nf4 or gptq4.")
    own_for: str = say(
        "prompt", "The way that it replaces: prompt, many-shot, rag or tuned.", choices=WAYS
    )
    own_utilisation: float = say(
        0.2, "Share of the time it is busy.", unit="share", least=0.001, most=1
    )
    own_price: float = usd(-1.0, "USD per GPU hour of it, over the table's.", most=1e6)


SETTINGS = settings_of(Traffic)


def read_traffic(cells: Mapping[str, Plain], tables: Tables) -> Traffic:
    """Traffic from what is stated.

    Raises:
        LlmAdaptError: A value cannot be read, a name is unknown, or there are no requests.
    """
    values = stated(Traffic, cells, tables.amounts)
    found = Traffic(**values)
    if not found.per_month:
        raise LlmAdaptError("no number of requests is given", hint="--per-month 100k")
    idle = [SETTINGS[name].option for name in values if name.startswith("own_")]
    if idle and not found.own_model:
        raise LlmAdaptError(f"{idle[0]} says nothing without --own-model")
    price: TokenPrice = by_name("hosted model", found.hosted, tables.prices, _OWN_PRICES)
    return replace(found, hosted=price.name)


def requests_cost(traffic: Traffic, tables: Tables) -> RequestsEstimate:
    """Every option at one volume, and from which volume one undercuts another.

    Raises:
        LlmAdaptError: The server does not hold its model or has no known price, or the shortest
            prompt is beyond the context.
    """
    price = tables.prices[traffic.hosted]
    cited = price.cited
    notes = [f"prices of {price.name}: {cited.source}, {cited.date}, grade {cited.grade}"]
    if traffic.batch_api and price.batch_input is None:
        raise LlmAdaptError(f"no batch price of {price.name} is known")
    ways = [way for way in WAYS if way != "tuned" or price.tuned_input is not None]
    if "tuned" not in ways:
        notes.append("no price of a tuned copy is known for this model")
    options = [option for way in ways for option in _hosted(way, traffic, price)]
    breaks = list(_crossings(options))
    shares: dict[str, float] = {}
    if traffic.own_model:
        served, rent, capacity = _served(traffic, tables)
        replaced = next((each for each in options if each.name == traffic.own_for), options[0])
        options.append(served)
        breaks.append(_undercut(replaced, served, rent, capacity))
        full = rent / capacity * traffic.own_utilisation
        shares = {f"{share:g}": full / share for share in _UTILISATIONS}
    return RequestsEstimate(
        requests_per_month=traffic.per_month,
        options=tuple(sorted(options, key=lambda each: (each.usd_per_month.typical, each.name))),
        break_even=tuple(breaks),
        notes=tuple(notes),
        own_usd_per_request_by_utilisation=shares,
    )


def _sent(way: str, traffic: Traffic) -> tuple[float, float]:
    """Tokens of a request that are the same each time, and those that are not."""
    if way == "tuned":
        return 0.0, traffic.question
    shots = traffic.examples * traffic.example if way == "many-shot" else 0.0
    found = traffic.retrieved if way == "rag" else 0.0
    return traffic.prefix + shots, found + traffic.question


def _hosted(way: str, traffic: Traffic, price: TokenPrice) -> list[Option]:
    """One way on the hosted model, and the same with a cached prefix where it has one."""
    stable, moving = _sent(way, traffic)
    asked, answered = price.input, price.output
    if traffic.batch_api:
        asked, answered = price.batch_input or asked, price.batch_output or answered
    note = {
        "prompt": "no examples, no retrieval",
        "many-shot": f"{traffic.examples:g} examples",
        "rag": "passages change with each request: only the instructions can be cached",
        "tuned": "a tuned copy at its own price; no prefix and no examples are sent",
    }[way]
    fixed = each = once = 0.0
    if way == "tuned":
        asked, answered = price.tuned_input or asked, price.tuned_output or answered
        trained = (price.training or 0.0) * traffic.training_tokens / _MILLION
        once = trained if traffic.training_usd < 0 else traffic.training_usd
    elif way == "rag":
        fixed, each = traffic.index_usd, traffic.retrieval_usd
    context = traffic.context or price.context
    if context and stable + moving + traffic.answer > context:
        note = f"{stable + moving + traffic.answer:g} tokens are beyond the context of {context:g}"
        if way == "prompt":
            hint = "shorten the prompt, or choose a model with a longer context"
            raise LlmAdaptError(note, hint=hint)

    def option(name: str, usd: float, note: str) -> Option:
        return Option(
            name=name,
            input_tokens=stable + moving,
            output_tokens=traffic.answer,
            usd_per_request=exactly(usd + each),
            usd_per_month=exactly((usd + each) * traffic.per_month + fixed),
            usd_once=exactly(once),
            fixed_usd_per_month=fixed,
            note=note,
        )

    usd = ((stable + moving) * asked + traffic.answer * answered) / _MILLION
    if traffic.batch_api:
        return [option(way, usd, f"{note}; batch prices, for which no cache is counted")]
    if not stable or price.cached_input is None:
        return [option(way, usd, note)]
    if stable < price.cache_minimum:
        few = f"{stable:g} stable tokens are fewer than the {price.cache_minimum:g} to cache"
        return [option(way, usd, f"{note}; {few}")]
    write = asked if price.cache_write is None else price.cache_write
    hits = traffic.cache_hits
    saved = stable * (asked - hits * price.cached_input - (1 - hits) * write) / _MILLION
    said = f"{hits:.0%} of requests find {stable:g} stable tokens in the cache"
    return [option(way, usd, note), option(f"{way}+cache", max(0.0, usd - saved), said)]


def _served(traffic: Traffic, tables: Tables) -> tuple[Option, float, float]:
    """Servers of one's own, the rent of one, and the requests a month that one answers."""
    sized = traffic.own_model[:1].isdigit() and not find_model(traffic.own_model, tables)
    cells: dict[str, Plain] = {
        "params_b" if sized else "model": traffic.own_model,
        "method": SERVE,
        "quant": traffic.own_precision,
        "gpu": traffic.own_gpu,
        "gpus": traffic.own_gpus,
    }
    own = read_run(cells, tables)
    card = own.card or find_gpu(traffic.own_gpu, tables)
    stable, moving = _sent(traffic.own_for, traffic)
    rate = output_tokens_per_second(own, stable + moving, max(traffic.answer, 1.0), tables)
    if not rate.typical:
        raise LlmAdaptError(
            f"{own.shape.name} does not fit {own.gpus:g} x {card.name}",
            hint="take more cards, a larger card, or fewer bits",
        )
    low = typical = traffic.own_price
    if traffic.own_price < 0:
        if card.price is None:
            raise LlmAdaptError("no price is known for this card", hint="state one: --own-price")
        low, typical = card.price.low, card.price.typical
    busy = _HOURS_PER_MONTH * _SECONDS / max(traffic.answer, 1.0) * traffic.own_utilisation
    hours = _HOURS_PER_MONTH * own.gpus

    def servers(speed: float) -> float:
        # Servers are rented whole: as many as cover the month at the stated load.
        return ceil(traffic.per_month / (speed * busy))

    total = Range(
        servers(rate.typical) * typical * hours,
        servers(rate.high) * low * hours,
        servers(rate.low) * typical * hours,
    )
    option = Option(
        name=SERVED,
        input_tokens=stable + moving,
        output_tokens=traffic.answer,
        usd_per_request=total.times(1 / traffic.per_month),
        usd_per_month=total,
        usd_once=exactly(max(0.0, traffic.training_usd) if traffic.own_for == "tuned" else 0.0),
        fixed_usd_per_month=total.typical,
        note=(
            f"in place of {traffic.own_for}: {servers(rate.typical):g} x {own.gpus:g} {card.name}, "
            f"{rate.typical:,.0f} output tokens/s each at full load, "
            f"{traffic.own_utilisation:.0%} used"
        ),
    )
    return option, typical * hours, rate.typical * busy


def _undercut(hosted: Option, own: Option, rent: float, capacity: float) -> BreakEven:
    """From where on servers undercut a price per request, when their number grows with the volume.

    They do for good from that number of servers on whose rent and that of the next the full ones
    earn.
    """
    price = hosted.usd_per_request.typical
    earned = capacity * price - rent
    if earned <= 0 or not price:
        return BreakEven(hosted.name, own.name, None)
    return BreakEven(hosted.name, own.name, max(1, ceil(rent / earned)) * rent / price)


def _crossings(options: list[Option]) -> Iterator[BreakEven]:
    """For each pair: what is dearer per request but has less fixed cost, and where that turns."""
    for one, other in permutations(options, 2):
        saved = one.usd_per_request.typical - other.usd_per_request.typical
        fixed = other.fixed_usd_per_month - one.fixed_usd_per_month
        if saved > 0 and fixed > 0:
            yield BreakEven(one.name, other.name, fixed / saved)


def payback_requests(dearer: Option, cheaper: Option) -> float | None:
    """After how many requests the one-off cost of what is cheaper is earned back, `None`: never."""
    saved = dearer.usd_per_request.typical - cheaper.usd_per_request.typical
    once = cheaper.usd_once.typical - dearer.usd_once.typical
    return once / saved if saved > 0 else None
