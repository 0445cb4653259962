"""The architecture of a model, by name or by size, and the card, by name or by memory."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.setting import BILLION, key_of, unknown
from llm_adapt.rules.cited import Cited
from llm_adapt.rules.estimate import GB, GIB
from llm_adapt.rules.table import Architecture, Gpu, Tables

# Dense decoders keep hidden close to 110 times their layers (93 to 130 in the model table),
# so 12 * layers * hidden**2 = params fixes both.
WIDTH_PER_LAYER = 110.0
TYPICAL_VOCAB, SMALL_VOCAB, LARGE_VOCAB = 128_000.0, 32_000.0, 256_000.0
MOST_CARD_GB = 2_000
# What torch sees of a card, in GiB for each GB it is sold with; 0.92 to 0.99 in the GPU table.
VISIBLE_SHARE = GB / GIB
# A name and a size that differ by more contradict each other.
_ROUNDING = 1.25


def find_model(name: str, tables: Tables) -> Architecture | None:
    """The model of the table with this name or hub id, in any case."""
    return _models(tables).get(key_of(name))


@lru_cache(maxsize=4)
def _models(tables: Tables) -> dict[str, Architecture]:
    found: dict[str, Architecture] = {}
    for row in tables.models.values():
        for name in (row.hf_id.rsplit("/", 1)[-1], row.hf_id, row.name):
            found[key_of(name)] = row
    return found


@lru_cache(maxsize=4)
def _cards(tables: Tables) -> dict[str, Gpu]:
    return {key_of(each): gpu for gpu in tables.gpus.values() for each in (gpu.name, *gpu.aliases)}


def sized(values: Mapping[str, Any], tables: Tables) -> Architecture:
    """The architecture from what is stated: a name of the table, else a size.

    Raises:
        LlmAdaptError: Neither is given, the name is unknown, or the two contradict each other.
    """
    name, size = values.get("model", ""), values.get("params_b", 0.0)
    active = values.get("active_params_b", 0.0)
    found = find_model(name, tables) if name else None
    if active and size and active > size:
        raise LlmAdaptError(f"{active:g}B active parameters are more than {size:g}B in all")
    if found:
        if size and not 1 / _ROUNDING <= size * BILLION / found.params <= _ROUNDING:
            raise LlmAdaptError(
                f"{found.name} has {found.params / BILLION:.3g}B parameters, not {size:.3g}B",
                hint="give the model or the size, not both",
            )
        return found
    if not size:
        if not name:
            raise LlmAdaptError("no model and no size is given", hint="--model or --params-b")
        other = "or give the size in billions, or a config.json; missing: "
        raise unknown("model", name, tables.models, other + tables.missing["models"])
    active = (active or size) * BILLION
    shape = from_size(active, name or f"{size:g}B model")
    return replace(shape, params=size * BILLION, active_params=active)


def from_size(params: float, name: str, vocab: float = TYPICAL_VOCAB) -> Architecture:
    """A typical dense decoder of a size; `vocab` matters most and is the first thing to give.

    Args:
        params: Parameters, as a plain number.
        name: How it is called in texts.
        vocab: Entries of the vocabulary; at most half of the parameters become embeddings.
    """
    layers = (params / (12 * WIDTH_PER_LAYER**2)) ** (1 / 3)
    hidden = WIDTH_PER_LAYER * layers
    return Architecture(
        name=name,
        params=params,
        active_params=params,
        layers=layers,
        hidden=hidden,
        heads=hidden / 128,
        kv_heads=hidden / 512,
        head_dim=128,
        ffn=3.25 * hidden,
        gated=True,
        vocab=min(vocab, params / (4 * hidden)),
        tied=False,
        context=0,
        kv_bytes_per_token=4 * layers * hidden / 4,
        exact=False,
    )


def with_vocab(shape: Architecture, vocab: float) -> Architecture:
    """A guessed shape with another vocabulary; a known one stays as it is."""
    if shape.exact:
        return shape
    return replace(shape, vocab=min(vocab, shape.active_params / (4 * shape.hidden)))


def find_gpu(name: str, tables: Tables) -> Gpu:
    """The card with this name or alias, in any case, with or without its memory.

    Raises:
        LlmAdaptError: There is none; the hint names the nearest.
    """
    if gpu := known_gpu(name, tables):
        return gpu
    if "," in name:
        raise LlmAdaptError(f"'{name}' is not one card", hint="`estimate fit` takes several")
    names = [each for gpu in tables.gpus.values() for each in (gpu.name, *gpu.aliases)]
    raise unknown("GPU", name, names, "or give its memory: 24GB")


def known_gpu(name: str, tables: Tables) -> Gpu | None:
    """The card with this name or alias, or of this memory ("24 GB"), or `None`."""
    keys = _cards(tables)
    stem = key_of(name).removeprefix("nvidia").removeprefix("geforce").removesuffix("gpu")
    # "A10G-24GB" is the A10G; a memory is only kept where it tells two cards apart.
    base = key_of(name.rsplit("-", 1)[0])
    for candidate in (stem, f"rtx{stem}", stem.removeprefix("rtx"), base):
        if candidate in keys:
            return keys[candidate]
    size = stem.removesuffix("b").removesuffix("g")
    if not size.isdecimal() or len(size) > 4 or not 0 < int(size) <= MOST_CARD_GB:  # noqa: PLR2004
        return None
    memory, cited = float(size), Cited("stated by the user", "", "D")
    return Gpu(f"{size} GB card", (), memory, VISIBLE_SHARE * memory, 0, 0, 0, "ampere", cited)
