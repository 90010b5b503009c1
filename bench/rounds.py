"""Measuring in turns: every contender once a round, so that the machine's swings hit all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

from bench.processes import cpu_below

Work = Callable[[], float]
"""Does its piece of work once and says what it cost, in seconds (or bytes) for one document."""


def in_turns(
    contenders: Mapping[str, Work],
    rounds: int,
    *,
    warm_up: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, list[float]]:
    """Samples of each contender; every round begins with another one.

    Args:
        contenders: name to work.
        rounds: samples of each.
        warm_up: a round before, whose figures are thrown away.
        say: told of each sample.
    """
    names = list(contenders)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1 if warm_up else 0, rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            cost = contenders[name]()
            if number >= 0:
                samples[name].append(cost)
            say(f"  {'warm-up' if number < 0 else f'round {number + 1}'}: {name}: {cost:.4g}")
    return samples


def cpu_each(work: Callable[[int], object], times: int) -> Work:
    """CPU seconds of this process for one document; `work` is given the document's number."""

    def measured() -> float:
        gc.collect()
        start = time.process_time()
        for number in range(times):
            work(number)
        return (time.process_time() - start) / times

    return measured


def wall(work: Callable[[], object], *, cpu: list[float] | None = None) -> Work:
    """Wall seconds of one call; `cpu` gets the CPU seconds of ours and all processes below."""

    def measured() -> float:
        gc.collect()
        before, start = cpu_below(), time.perf_counter()
        work()
        seconds = time.perf_counter() - start
        if cpu is not None:
            cpu.append(cpu_below() - before)
        return seconds

    return measured
