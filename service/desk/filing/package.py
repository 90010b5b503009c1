"""A package: bag, index, manifest and metadata in one zip, read back before it is handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.core.filing import metadata
from service.core.filing.index import index_page
from service.core.filing.manifest import FileSaid, Manifest, PartSaid
from service.core.filing.places import INDEX, MANIFEST, metadata_places, package_name
from service.core.filing.verdict import Difference
from service.desk.files import sha256_of, unfinished
from service.desk.filing.verify_package import check_package
from service.desk.tools import Desk
from service.errors import EngineError, Text, problem


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package that was written and proved.

    Attributes:
        file: the zip.
        name: its top folder.
        sha256: of the zip.
        size: of the zip, bytes.
        manifest: as it stands in it.
    """

    file: Path
    name: str
    sha256: str
    size: int
    manifest: Manifest


def write_package(
    desk: Desk, manifest: Manifest, files: Mapping[str, bytes | Path], out: Path
) -> Package:
    """Writes a package whole or not at all; equal input gives equal bytes.

    Args:
        desk: for the engines.
        manifest: what is handed over; a part without metadata gets what the part itself says.
        files: path below `data/` (`core.filing.places.Places`) to content, or to a file that holds
            it: the joined PDF, the PDFs of parts, originals, sheets and what is kept apart. Index,
            manifest, metadata and the bag's own files are added here.
        out: the zip to be written.

    Raises:
        InputError: `package_too_large`, `bad_character`.
        EngineError: the files are not what the manifest says, or the package does not stand its
            proof; nothing is left behind.
    """
    whole = with_metadata(manifest)
    all_files = {**files, **dict(_own_files(whole))}
    name = package_name(whole)
    with unfinished(out) as part:
        digest = desk.bags.write(part, name=name, info=_info(whole), files=all_files)
        _prove(desk, part, whole)
    return Package(file=out, name=name, sha256=digest.sha256, size=digest.size, manifest=whole)


def with_metadata(manifest: Manifest) -> Manifest:
    """The manifest with metadata for every part: where it has none, what the part itself says."""
    nothing = metadata.PartFacts()

    def told(part: PartSaid) -> PartSaid:
        said = part.metadata or metadata.metadata_of(part, nothing, manifest.made_with)
        return part.model_copy(update={"metadata": said})

    return manifest.model_copy(update={"parts": tuple(map(told, manifest.parts))})


def said_of(path: str, content: bytes | Path) -> FileSaid:
    """What a manifest says of a file: path below `data/`, digest, size."""
    if isinstance(content, Path):
        return FileSaid(path=path, sha256=sha256_of(content), size=content.stat().st_size)
    return FileSaid(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _own_files(manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    yield MANIFEST, manifest.to_json()
    yield INDEX, index_page(manifest)
    for part in manifest.parts:
        as_json, as_xml = metadata_places(manifest, part.no)
        yield as_json, metadata.to_json(part)
        yield as_xml, metadata.to_xml(part)


def _info(manifest: Manifest) -> list[tuple[str, str]]:
    """What bag-info.txt says; the filing date is its only moment."""
    return [
        ("Source-Organization", manifest.unit),
        ("Contact-Name", manifest.by),
        ("External-Description", manifest.title),
        ("External-Identifier", f"sha256:{manifest.pdf.sha256}"),
        ("Bag-Group-Identifier", manifest.activity),
        ("Bagging-Date", manifest.date.isoformat()),
        ("Bag-Software-Agent", f"Gongwen {manifest.made_with.gongwen}"),
    ]


def _prove(desk: Desk, zipped: Path, manifest: Manifest) -> None:
    """Reads back what was written, as whoever receives it would."""
    with desk.bags.open(zipped, name=zipped.name) as bag:
        found = check_package(desk, bag)
    if found.differences or found.manifest != manifest:
        other = Difference(code="changed", text=Text(MANIFEST, MANIFEST))
        first = found.differences[0] if found.differences else other
        raise EngineError(
            problem(
                "package_unsound",
                f"归档包读回核对不符（{first.say('zh')}），没有交出。",
                f"the package read back is not what was to be written ({first.say('en')}); "
                "it was not handed out.",
            )
        )
