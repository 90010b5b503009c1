"""Where everything stands in a package: names that every system reads, under 200 characters."""

from __future__ import annotations

from service.core.filing.manifest import Manifest, Profile
from service.core.naming import file_name

MANIFEST, INDEX = "manifest.json", "index.html"
_TOP_BYTES, _NAME_BYTES = 80, 90
"""Top folder, `data/originals/`, name and suffix: together under 200 characters."""
_JOINED: dict[Profile, str] = {"submission": "submission.pdf", "archive": "catalogue.pdf"}
_PARTS: dict[Profile, str] = {"submission": "parts", "archive": "items"}


class Places:
    """Gives out paths below `data/`, each once; titles are shortened, never left out."""

    def __init__(self, profile: Profile, total: int) -> None:
        """Of a package with `total` parts: their numbers are written with as many digits."""
        self._profile: Profile = profile
        self._width = _width(profile, total)
        self._given: set[str] = {MANIFEST, INDEX, _JOINED[profile]}

    @property
    def joined(self) -> str:
        """The joined PDF of a submission, the catalogue of an archive."""
        return _JOINED[self._profile]

    def part(self, no: int, title: str) -> str:
        """A part, or an item, as PDF."""
        return self._once(_PARTS[self._profile], f"{no:0{self._width}}", title, suffix=".pdf")

    def original(self, no: int, title: str, suffix: str) -> str:
        """What a part was made from."""
        return self._once("originals", f"{no:0{self._width}}", title, suffix=suffix.lower())

    def sheet(self, title: str, suffix: str) -> str:
        """Cover letter, handover list, closing sheet and the like."""
        return self._once("sheets", title, suffix=suffix.lower())

    def apart(self, title: str, suffix: str) -> str:
        """An upload that is kept as it came and stands in no PDF."""
        return self._once("apart", title, suffix=suffix.lower())

    def _once(self, folder: str, *words: str, suffix: str) -> str:
        # `%` is escaped in a bag's manifests, and not every reader takes the escape off again.
        words = tuple(word.replace("%", "％") for word in words)
        path, again = f"{folder}/{file_name(*words, suffix=suffix, most=_NAME_BYTES)}", 1
        while path.casefold() in self._given:
            again += 1
            tail = f"_{again}{suffix}"
            path = f"{folder}/{file_name(*words, suffix=tail, most=_NAME_BYTES)}"
        self._given.add(path.casefold())
        return path


def metadata_places(manifest: Manifest, no: int) -> tuple[str, str]:
    """The metadata of a part: as JSON, as XML."""
    number = f"{no:0{_width(manifest.profile, len(manifest.parts))}}"
    return f"metadata/{number}.json", f"metadata/{number}.xml"


def package_name(manifest: Manifest) -> str:
    """The top folder: the title, from the second edition on with its number."""
    again = {"zh": "第{}版", "en": "edition {}"}[manifest.lang].format(manifest.edition)
    edition = again if manifest.edition > 1 else ""
    room = _TOP_BYTES - len(again) * 3
    title = file_name(manifest.title.replace("%", "％"), suffix="", most=room)
    return file_name(title, edition, suffix="", most=_TOP_BYTES)


def _width(profile: Profile, total: int) -> int:
    return max(4 if profile == "archive" else 2, len(str(total)))
