"""Ray as an executor: `--executor llm_adapt.audit.ray_executor:executor`.

Dask has one of its own (`Client.get_executor`), as mpi4py and loky have; they need nothing here.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from llm_adapt.errors import LlmAdaptError


class RayExecutor(Executor):
    """Sends each call to the cluster as a task."""

    def __init__(self, ray: Any) -> None:  # noqa: ANN401 (a module without types)
        self.ray = ray
        self.call = ray.remote(lambda work, *given: work(*given))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":  # noqa: ANN401
        """Send one call."""
        found: Future[Any] = self.call.remote(lambda *given: fn(*given, **kwargs), *args).future()
        return found


def executor() -> RayExecutor:
    """An executor over the Ray cluster at hand, or one on this machine.

    Raises:
        LlmAdaptError: Ray is not installed.
    """
    try:
        import ray  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 (an extra)
    except ImportError:
        hint = 'python -m pip install "llm-adapt[ray]"'
        raise LlmAdaptError("this needs the extra ray", None, hint) from None
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
    return RayExecutor(ray)
