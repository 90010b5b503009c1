"""A bundle instance at a glance, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from service.desk.bundle.plan import is_there, path_of, read_instance, title_of
from service.desk.tools import Desk
from service.errors import Lang


@dataclass(frozen=True, kw_only=True)
class OutlineLine:
    """One slot, or one of its parts, as the bundle page lists it."""

    number: int
    title: str
    source: str
    present: bool
    required: bool


@dataclass(frozen=True, kw_only=True)
class BundleOutline:
    """A bundle at a glance, before it is made."""

    title: str
    lines: tuple[OutlineLine, ...]

    @property
    def missing(self) -> tuple[OutlineLine, ...]:
        """Required parts that are not there."""
        return tuple(line for line in self.lines if line.required and not line.present)


def outline_bundle(desk: Desk, file: Path, lang: Lang) -> BundleOutline:
    """The slots in order, with what is there and what is missing."""
    instance = read_instance(file)
    definition = desk.catalog.bundle(instance.bundle)
    lines: list[OutlineLine] = []
    for slot in definition.slots:
        sources = instance.parts.get(slot.id, ())
        named = [(one.title or slot.title.of(lang), path_of(one)) for one in sources]
        for title, path in named or [(slot.title.of(lang), "")]:
            lines.append(
                OutlineLine(
                    number=len(lines) + 1,
                    title=title,
                    source=Path(path).name,
                    present=bool(path) and is_there(file.parent / path),
                    required=slot.required,
                )
            )
    return BundleOutline(title=title_of(definition, instance, lang), lines=tuple(lines))
