"""Ours, as the service does it: forms to one joined PDF, and to single ones."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest import mock

from bench.material import KIND, desk, terms
from service.desk.printing import Chunk, chunk_sizes, join_print, print_chunk
from service.desk.twins import LEAST, composer

PROCESSES = os.cpu_count() or 1
Contexts = Sequence[Mapping[str, Any]]


def has_twin() -> bool:
    """Whether the form's ODT twin serves here; it is judged now where that was not done yet."""
    word = desk().templates.load(terms().template, file=KIND).composite
    return composer(desk(), terms().template, LEAST, file=KIND) != word


def by_word() -> AbstractContextManager[object]:
    """Meanwhile no twin serves, as if none had the pages of its Word composite."""
    return mock.patch.object(desk().twins, "composer", return_value=None)


def joined(contexts: Contexts, target: Path, *, pages_each: int) -> int:
    """Fills, converts in composites over all processes, joins with bookmarks; pages."""
    lots = chunk_sizes(len(contexts), pages_each=pages_each, processes=PROCESSES)

    def chunk(lot: range) -> Chunk:
        forms = contexts[lot.start : lot.stop]
        return print_chunk(desk(), terms().template, forms, file=KIND)

    with ThreadPoolExecutor(PROCESSES) as threads:
        printed = join_print(
            desk(),
            threads.map(chunk, lots),
            [str(context["person_name"]) for context in contexts],
            target,
            odd_start=False,
            title=KIND,
            lang="zh",
        )
    if None in printed.starts:
        raise RuntimeError("a form could not be made")
    return printed.pages


def singles(contexts: Contexts) -> list[bytes]:
    """Fills and converts each form alone, over all processes."""
    template = desk().templates.load(terms().template, file=KIND)

    def single(context: Mapping[str, Any]) -> bytes:
        made = desk().converter.convert(template.fill(context), name=KIND, urgent=False)
        return made.pdf

    with ThreadPoolExecutor(PROCESSES) as threads:
        return list(threads.map(single, contexts))
