"""Where composites come from: a template's twin where its pages are the Word file's, else Word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from service.core.present import present
from service.core.probes import probes
from service.desk.activity.files import sample_activity
from service.desk.tools import Desk
from service.engines.protocols import Composite
from service.errors import LANGS, EngineError

LEAST = 50
"""Forms in a chunk for which judging an unknown twin (some seconds, once) is worth while."""

Contexts = Sequence[Mapping[str, Any]]
Compose = Callable[[Contexts], Composite]


def composer(desk: Desk, template: bytes, count: int, *, file: str) -> Compose:
    """Makes composites of a Word template.

    Args:
        desk: the engines.
        template: the Word template.
        count: forms in the chunk at hand.
        file: the template's name, for messages.
    """
    word = desk.templates.load(template, file=file).composite
    if count < 2:
        return word
    judging = (lambda: list(_probes(desk, template))) if count >= LEAST else None
    twin = desk.twins.composer(template, converter=desk.converter, file=file, probes=judging)
    if twin is None:
        return word

    def compose(contexts: Contexts) -> Composite:
        try:
            return twin(contexts)
        except EngineError:  # something odd, which the Word file can be asked about
            return word(contexts)

    return compose


def _probes(desk: Desk, template: bytes) -> Iterator[Mapping[str, Any]]:
    """Contexts that try a template; none where no kind of the catalog has it (an old version)."""
    for name in desk.catalog.kinds():
        kind = desk.catalog.kind(name)
        for lang in LANGS:
            file = kind.template(lang)
            if file.is_file() and file.read_bytes() == template:
                activity = sample_activity(desk, lang)
                for answers in probes(kind.form, activity):
                    yield present(answers, lang=lang, activity=activity)
                return
