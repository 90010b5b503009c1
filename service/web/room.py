"""Web door: what every page works with, and the activity read once for each content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app

from service.desk.activity.facts import kept_facts
from service.desk.activity.files import sample_activity
from service.desk.tools import Desk
from service.errors import LANGS, Lang, Problem
from service.settings import Settings
from service.web.shelf import Shelf

_NAME = "gongwen"


@dataclass(frozen=True, kw_only=True)
class Room:
    """The desk, the settings, and what the pages keep.

    Attributes:
        desk: the use cases' tools.
        settings: what the operator set.
        shelf: documents that were made, for an hour.
    """

    desk: Desk
    settings: Settings
    shelf: Shelf
    _activities: dict[Lang, tuple[object, Mapping[str, Any]]] = field(default_factory=dict)

    def activity(self, lang: Lang, activity_id: str = "") -> Mapping[str, Any]:
        """Facts that prefill, in the document's language; {} where there are none.

        Of the activity asked for, else of the newest open one; the sample's while there is none.

        Raises:
            InputError: the sample is wrong; with file and line.
        """
        found = kept_facts(self.desk, activity_id, lang)
        return self._sample(lang) if found is None else found

    def _sample(self, lang: Lang) -> Mapping[str, Any]:
        """Read again only when the file or its form has changed: it takes 20 ms."""
        file = self.desk.samples / f"activity.{lang}.yaml"
        if not file.is_file():
            return {}
        stat = file.stat()
        state = (stat.st_mtime_ns, stat.st_size, id(self.desk.catalog.activity()))
        kept = self._activities.get(lang)
        if kept is None or kept[0] != state:
            kept = (state, sample_activity(self.desk, lang))
            self._activities[lang] = kept
        return kept[1]

    @property
    def has_sample_activity(self) -> bool:
        """Whether there is a sample's profile to begin with."""
        return any((self.desk.samples / f"activity.{one}.yaml").is_file() for one in LANGS)

    def has_sample(self, kind: str, lang: Lang) -> bool:
        """Whether there are sample answers of a kind."""
        return (self.desk.samples / lang / f"{kind}.yaml").is_file()

    def why_no_pdf(self) -> Problem | None:
        """Why PDF is off and the mend; None where it is on. Starts nothing."""
        return self.desk.converter.reason


def room() -> Room:
    """The room of the application that serves this request."""
    return cast(Room, current_app.extensions[_NAME])


def furnish(desk: Desk, settings: Settings) -> Room:
    """A room with its folders under `settings.data`."""
    data = settings.data.resolve()
    shelf = Shelf(data / "made")
    shelf.tidy()
    return Room(
        desk=desk,
        settings=settings,
        shelf=shelf,
    )


def known_lang(value: str | None, otherwise: Lang) -> Lang:
    """A language of the product, from outside."""
    return next((one for one in LANGS if one == value), otherwise)


__all__ = ["Room", "furnish", "known_lang", "room"]
