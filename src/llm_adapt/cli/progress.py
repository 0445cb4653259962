"""A bar that shows how far long work is, where somebody looks at it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """What long work tells how much is done, and of how much; nothing where output is piped."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    from llm_adapt.cli.output import unguarded

    # What a bar shows is ours alone, and it steers the terminal to stay on one line.
    with Progress(console=Console(file=unguarded(sys.stderr)), transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
