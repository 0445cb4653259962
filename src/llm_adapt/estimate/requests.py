"""Tokens and money of a month of requests, for each way to adapt a model, and where they cross."""

from collections.abc import Mapping
from math import ceil

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.serving import output_tokens_per_second
from llm_adapt.estimate.setting import count, flag, say, stated, token_count, unknown, usd
from llm_adapt.rules.estimate import BreakEven, Option, Range, RequestsEstimate
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record
from llm_adapt.rules.table import Tables, TokenPrice

DEFAULT_HOSTED = "gpt-5.4-mini"
WAYS = ("prompt", "many-shot", "rag", "tuned")
SERVED = "self-hosted"
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


def read_traffic(cells: Mapping[str, Plain], tables: Tables) -> Traffic:
    """Traffic from what is stated.

    Raises:
        LlmAdaptError: A value cannot be read, or there are no requests.
    """
    found = Traffic(**stated(Traffic, cells, tables.amounts))
    if not found.per_month:
        raise LlmAdaptError("no number of requests is given", hint="per month: 100k")
    return found


def requests_cost(traffic: Traffic, tables: Tables, own: Run | None = None) -> RequestsEstimate:
    """Every option at one volume, and from which volume one undercuts another.

    Args:
        traffic: Tokens, volume and prices.
        tables: Dated constants and prices.
        own: The server of one's own, when it is to be compared.

    Raises:
        LlmAdaptError: The hosted model is unknown, the server does not hold its model or has no
            known price, or the shortest prompt is beyond the context.
    """
    price = price_of(traffic.hosted, tables)
    cited = price.cited
    notes = [f"prices of {price.name}: {cited.source}, {cited.date}, grade {cited.grade}"]
    if traffic.batch_api and price.batch_input is None:
        raise LlmAdaptError(f"no batch price of {price.name} is known")
    options: list[Option] = []
    for way in WAYS:
        if way == "tuned" and price.tuned_input is None:
            notes.append("no price of a tuned copy is known for this model")
            continue
        options += _hosted(way, traffic, price)
    breaks = list(_crossings(options))
    shares: dict[str, float] = {}
    if own:
        served, least, capacity = _served(traffic, own, tables)
        options.append(served)
        replaced = next((each for each in options if each.name == traffic.own_for), options[0])
        breaks.append(_undercut(replaced, served, least, capacity))
        full = least / capacity * traffic.own_utilisation if capacity else 0.0
        shares = {f"{share:g}": full / share for share in _UTILISATIONS}
    return RequestsEstimate(
        requests_per_month=traffic.per_month,
        options=tuple(sorted(options, key=lambda each: (each.usd_per_month.typical, each.name))),
        break_even=tuple(breaks),
        notes=tuple(notes),
        own_usd_per_request_by_utilisation=shares,
    )


def price_of(name: str, tables: Tables) -> TokenPrice:
    """The hosted model of the price table with this name, in any case.

    Raises:
        LlmAdaptError: There is none; the hint names the nearest.
    """
    by_key = {each.lower(): each for each in tables.prices}
    if name.lower() not in by_key:
        raise unknown(
            "hosted model", name, tables.prices, "or give prices of your own: --prices FILE"
        )
    return tables.prices[by_key[name.lower()]]


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
    if way == "tuned":
        asked, answered = price.tuned_input or asked, price.tuned_output or answered
    context = traffic.context or price.context
    tokens = stable + moving + traffic.answer
    if context and tokens > context and way == "prompt":
        raise LlmAdaptError(
            f"{tokens:g} tokens are beyond the context of {context:g}",
            hint="shorten the prompt, or choose a model with a longer context",
        )
    note = {
        "prompt": "no examples, no retrieval",
        "many-shot": f"{traffic.examples:g} examples",
        "rag": "passages change with each request: only the instructions can be cached",
        "tuned": "a tuned copy at its own price; no prefix and no examples are sent",
    }[way]
    if context and tokens > context:
        note = f"{tokens:g} tokens are beyond the context of {context:g}"
    usd = ((stable + moving) * asked + traffic.answer * answered) / _MILLION
    if traffic.batch_api:
        note = f"{note}; batch prices, for which no cache is counted"
    plain = _option(way, traffic, stable + moving, usd, note, price)
    read = price.cached_input
    if not stable or read is None or way == "tuned" or traffic.batch_api:
        return [plain]
    if stable < price.cache_minimum:
        note = (
            f"{note}; {stable:g} stable tokens are fewer than the {price.cache_minimum:g} to cache"
        )
        return [_option(way, traffic, stable + moving, usd, note, price)]
    write = price.cache_write if price.cache_write is not None else asked
    missed = 1 - traffic.cache_hits
    usd += stable * (traffic.cache_hits * (read - asked) + missed * (write - asked)) / _MILLION
    said = f"{traffic.cache_hits:.0%} of requests find {stable:g} stable tokens in the cache"
    return [plain, _option(f"{way}+cache", traffic, stable + moving, max(0.0, usd), said, price)]


def _option(  # noqa: PLR0913, PLR0917 (a row of the answer)
    name: str, traffic: Traffic, tokens: float, usd: float, note: str, price: TokenPrice
) -> Option:
    way = name.removesuffix("+cache")
    fixed = traffic.index_usd if way == "rag" else 0.0
    usd += traffic.retrieval_usd if way == "rag" else 0.0
    month = usd * traffic.per_month + fixed
    trained = (price.training or 0.0) * traffic.training_tokens / _MILLION
    once = (
        (trained if traffic.training_usd < 0 else traffic.training_usd) if way == "tuned" else 0.0
    )
    return Option(
        name=name,
        input_tokens=tokens,
        output_tokens=traffic.answer,
        usd_per_request=Range(usd, usd, usd),
        usd_per_month=Range(month, month, month),
        usd_once=Range(once, once, once),
        fixed_usd_per_month=fixed,
        note=note,
    )


def _served(traffic: Traffic, own: Run, tables: Tables) -> tuple[Option, float, float]:
    """A server of one's own, the rent of one, and the requests a month that one answers."""
    stable, moving = _sent(traffic.own_for, traffic)
    rate = output_tokens_per_second(own, stable + moving, max(traffic.answer, 1.0), tables)
    name = own.card.name if own.card else ""
    if not rate.typical:
        raise LlmAdaptError(
            f"{own.shape.name} does not fit {own.gpus:g} x {name}",
            hint="take more cards, a larger card, or fewer bits",
        )
    low, typical = _rent(traffic, own)
    month = _HOURS_PER_MONTH * _SECONDS / max(traffic.answer, 1.0)
    capacity = Range(*(r * month for r in (rate.typical, rate.low, rate.high)))
    hours = _HOURS_PER_MONTH * own.gpus

    def cost(answers: float, rent: float) -> float:
        # Servers are rented whole: as many as cover the month at the stated load.
        return ceil(traffic.per_month / (answers * traffic.own_utilisation)) * rent * hours

    total = Range(
        cost(capacity.typical, typical), cost(capacity.high, low), cost(capacity.low, typical)
    )
    once = traffic.training_usd if traffic.own_for == "tuned" and traffic.training_usd > 0 else 0.0
    servers = total.typical / (typical * hours) if typical else 1
    option = Option(
        name=SERVED,
        input_tokens=stable + moving,
        output_tokens=traffic.answer,
        usd_per_request=total.times(1 / traffic.per_month),
        usd_per_month=total,
        usd_once=Range(once, once, once),
        fixed_usd_per_month=total.typical,
        note=(
            f"in place of {traffic.own_for}: {servers:g} x {own.gpus:g} {name}, "
            f"{rate.typical:,.0f} output tokens/s each at full load, "
            f"{traffic.own_utilisation:.0%} used"
        ),
    )
    return option, typical * hours, capacity.typical * traffic.own_utilisation


def _rent(traffic: Traffic, own: Run) -> tuple[float, float]:
    if traffic.own_price >= 0:
        return traffic.own_price, traffic.own_price
    if own.card is None or own.card.price is None:
        raise LlmAdaptError("no price is known for this card", hint="state one: --own-price")
    return own.card.price.low, own.card.price.typical


def _undercut(hosted: Option, own: Option, rent: float, capacity: float) -> BreakEven:
    """From where on servers undercut a price per request, when their number grows with the volume.

    One server does from `rent / price` requests on if it answers so many; where a second one is
    needed the advantage may go again, and stays from that number of servers on whose rent and
    that of the next the full ones earn.
    """
    price = hosted.usd_per_request.typical
    earned = capacity * price - rent
    if earned <= 0 or not price:
        return BreakEven(hosted.name, own.name, None)
    servers = ceil(rent / earned)
    lasting = servers * rent / price if servers > 1 else rent / price
    return BreakEven(hosted.name, own.name, max(rent / price, lasting))


def _crossings(options: list[Option]) -> tuple[BreakEven, ...]:
    """For each pair: what is dearer per request but has less fixed cost, and where that turns."""
    found: list[BreakEven] = []
    for one in options:
        for other in options:
            saved = one.usd_per_request.typical - other.usd_per_request.typical
            fixed = other.fixed_usd_per_month - one.fixed_usd_per_month
            if saved > 0 and fixed > 0:
                found.append(BreakEven(one.name, other.name, fixed / saved))
    return tuple(found)


def payback_requests(dearer: Option, cheaper: Option) -> float | None:
    """After how many requests a one-off cost is earned back, `None`: never.

    Args:
        dearer: The option without the one-off cost.
        cheaper: The option that costs less a request.
    """
    saved = dearer.usd_per_request.typical - cheaper.usd_per_request.typical
    once = cheaper.usd_once.typical - dearer.usd_once.typical
    return once / saved if saved > 0 else None
