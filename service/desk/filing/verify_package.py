"""Verifying a package: its bag, its manifest and its papers against each other, file by file.

What can be said more exactly is looked for first (pages of the joined PDF, metadata values), so
that a file is told once and in the most useful words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from service.core.filing import metadata, tags
from service.core.filing.manifest import FileSaid, Manifest, PartSaid, parse_manifest
from service.core.filing.places import INDEX, MANIFEST, metadata_places
from service.core.filing.verdict import Difference, difference
from service.desk.filing.verify_pdf import part_by_manifest, sealed_differences
from service.desk.tools import Desk
from service.engines.protocols import Digest, OpenBag
from service.errors import EngineError, InputError

_DATA = "data/"
_MOST_JSON, _MOST_PDF = 64 << 20, 1 << 30
_STRANGE, _PART, _JOINED, _FILE, _TAG, _FRAME = range(6)
"""What is told first."""
_OWN = {tags.BAGIT, tags.INFO, tags.MANIFEST, tags.TAG_MANIFEST, f"{_DATA}{MANIFEST}"}


@dataclass(frozen=True, kw_only=True)
class PackageFound:
    """What was found in a package.

    Attributes:
        manifest: as it stands there; None where it cannot be read.
        pdf_sha256: of the joined PDF as found, or "".
        pages: of the joined PDF as found.
        files: files looked at.
        differences: what matters most comes first.
    """

    manifest: Manifest | None
    pdf_sha256: str
    pages: int
    files: int
    differences: tuple[Difference, ...]


def is_package(bag: OpenBag) -> bool:
    """Whether it is a package at all, whole or not."""
    return bool(bag.strange) or any(path in _OWN for path in bag.paths)


def check_package(desk: Desk, bag: OpenBag) -> PackageFound:
    """Looks at everything; reads each file once or twice, in pieces."""
    check = _Check(desk, bag)
    for one in bag.strange:
        check.tell(_STRANGE, Difference(code=one.code, text=one.text, file=one.file))
    if bag.paths:
        check.run()
    return PackageFound(
        manifest=check.manifest,
        pdf_sha256=check.pdf_sha256,
        pages=check.pages,
        files=len(bag.paths),
        differences=check.differences(),
    )


class _Check:
    def __init__(self, desk: Desk, bag: OpenBag) -> None:
        self._desk, self._bag = desk, bag
        self._found: list[tuple[int, int, str, Difference]] = []
        self._told: set[str] = set()
        self._owners: dict[str, PartSaid] = {}
        self._digests: dict[str, Digest | None] = {}
        self.manifest: Manifest | None = None
        self.pdf_sha256, self.pages = "", 0

    def tell(self, rank: int, found: Difference) -> None:
        self._told.add(found.file)
        self._found.append((rank, found.part, found.file, found))

    def differences(self) -> tuple[Difference, ...]:
        return tuple(one[-1] for one in sorted(self._found, key=lambda one: one[:3]))

    def run(self) -> None:
        """Everything, the most exact words first."""
        self._digests = {path: self._bag.digest(path) for path in self._bag.paths}
        for path, digest in self._digests.items():
            if digest is None:
                self._differs("unreadable", path)
        self.manifest = self._read_manifest()
        said = self._tag_files()
        if self.manifest:
            self._joined(self.manifest)
            for part in self.manifest.parts:
                self._metadata(self.manifest, part)
                if part.pdf and self.manifest.profile == "archive":
                    self._item(part, part.pdf)
        if said is not None:
            self._listed(said)
        if self.manifest:
            self._said(self.manifest)
            self._parts(self.manifest)
        elif f"{_DATA}{MANIFEST}" not in self._told:
            self._differs("manifest_unreadable", f"{_DATA}{MANIFEST}")
        if not self._bag.strange and not self._bag.frame_whole():
            self.tell(_FRAME, difference("zip_frame"))

    def _differs(self, code: str, path: str, **values: Any) -> None:
        """Tells a file once, with the part it belongs to."""
        if path in self._told:
            return
        part = self._owners.get(path)
        rank = _PART if part else _FILE if path.startswith(_DATA) else _TAG
        no, title = (part.no if part.role != "sheet" else 0, part.title) if part else (0, "")
        self.tell(rank, difference(code, file=path, part=no, title=title, **values))

    def _tag_files(self) -> dict[str, str] | None:
        """Compares the tag files; what the bag's manifest lists, where it is as it was made."""
        listed = self._list_in(tags.TAG_MANIFEST)
        here = {path for path in self._digests if not path.startswith(_DATA)}
        for path in sorted({tags.BAGIT, tags.INFO, tags.MANIFEST, tags.TAG_MANIFEST} - here):
            self._differs("missing", path)
        if listed is not None:
            self._compare(listed, here - {tags.TAG_MANIFEST})
        said = self._list_in(tags.MANIFEST)
        return None if tags.MANIFEST in self._told else said

    def _list_in(self, path: str) -> dict[str, str] | None:
        data = self._read(path, _MOST_JSON)
        if data is None:
            return None
        said = tags.read_manifest(data)
        if said is None or tags.manifest_file(said) != data:
            self._differs("tag_file", path)
        return said

    def _listed(self, said: dict[str, str]) -> None:
        """The files below `data/` against the bag's manifest."""
        self._compare(said, {path for path in self._digests if path.startswith(_DATA)})

    def _compare(self, said: dict[str, str], here: set[str]) -> None:
        for path in sorted(said.keys() | here):
            digest = self._digests.get(path)
            if path not in here:
                self._differs("missing", path)
            elif path not in said:
                self._differs("extra", path)
            elif digest and digest.sha256 != said[path]:
                self._differs("changed", path)

    def _read(self, path: str, most: int) -> bytes | None:
        return self._bag.read(path, most=most) if self._digests.get(path) else None

    def _read_manifest(self) -> Manifest | None:
        data = self._read(f"{_DATA}{MANIFEST}", _MOST_JSON)
        if data is None:
            return None
        try:
            manifest = parse_manifest(json.loads(data), file=MANIFEST)
        except (ValueError, RecursionError, InputError):
            return None
        for part in (*manifest.sheets, *manifest.parts):
            for file in part.files:
                self._owners[f"{_DATA}{file.path}"] = part
        for part in manifest.parts:
            for path in metadata_places(manifest, part.no):
                self._owners[f"{_DATA}{path}"] = part
        return manifest

    def _joined(self, manifest: Manifest) -> None:
        path = f"{_DATA}{manifest.pdf.path}"
        digest = self._digests.get(path)
        if digest is None:
            return
        self.pdf_sha256 = digest.sha256
        data = self._read(path, _MOST_PDF)
        if data is None:
            return  # too large to be opened; its digest is compared all the same
        report = self._desk.seals.examine(data)
        self.pages = report.pages
        for found in sealed_differences(report, file=path, part_at=part_by_manifest(manifest)):
            self.tell(_PART if found.part else _JOINED, found)
        said, has = manifest.pages, report.pages
        if path in self._told:
            return
        if has != said:
            code = "page_count" if has else "pdf_unreadable"
            self.tell(_JOINED, difference(code, file=path, said=said, found=has))
        elif not report.sealed and manifest.profile == "submission":
            # Without its seal and with another digest it was saved anew by some program.
            code = "no_seal" if digest.sha256 == manifest.pdf.sha256 else "changed"
            self.tell(_JOINED, difference(code, file=path))

    def _item(self, part: PartSaid, file: FileSaid) -> None:
        """An item that changed: which of its pages, by its own seal."""
        path = f"{_DATA}{file.path}"
        digest = self._digests.get(path)
        if digest is None or digest.sha256 == file.sha256:
            return
        report = self._desk.seals.examine(self._read(path, _MOST_PDF) or b"")
        for found in sealed_differences(report, file=path, part_at=lambda _: (part.no, part.title)):
            whole = replace(found, part=part.no, title=part.title)
            self.tell(_PART, whole)

    def _metadata(self, manifest: Manifest, part: PartSaid) -> None:
        said = {"no": part.no, "title": part.title, "metadata": dict(part.metadata)}
        for path, read in zip(
            metadata_places(manifest, part.no), (metadata.read_json, metadata.read_xml), strict=True
        ):
            data = self._read(f"{_DATA}{path}", _MOST_JSON)
            if data is None:
                continue
            found = read(data)
            if found is None:
                self._differs("changed", f"{_DATA}{path}")
            elif found != said:
                name = _first_other(said, found)
                self._differs("metadata_disagrees", f"{_DATA}{path}", name=name)

    def _said(self, manifest: Manifest) -> None:
        """The files below `data/` against manifest.json."""
        named = {f"{_DATA}{MANIFEST}", f"{_DATA}{INDEX}"}
        for part in manifest.parts:
            named |= {f"{_DATA}{path}" for path in metadata_places(manifest, part.no)}
        for path in sorted(named):
            if path not in self._digests:
                self._differs("missing", path)
        for file in files_said(manifest):
            path = f"{_DATA}{file.path}"
            named.add(path)
            digest = self._digests.get(path)
            if path not in self._digests:
                self._differs("missing", path)
            elif digest and (digest.sha256, digest.size) != (file.sha256, file.size):
                self._differs("manifest_disagrees", path)
        for path in self._digests:
            if path.startswith(_DATA) and path not in named:
                self._differs("extra", path)

    def _parts(self, manifest: Manifest) -> None:
        """Each part's own PDF, and where it stands in the joined one."""
        end = 0
        for part in manifest.parts:
            if part.first_page:
                if part.first_page <= end or part.first_page + part.pages - 1 > manifest.pages:
                    found = difference(
                        "pages_overlap", file=MANIFEST, part=part.no, title=part.title
                    )
                    self.tell(_PART, found)
                end = part.first_page + part.pages - 1
            if part.pdf:
                self._part_pdf(manifest, part, f"{_DATA}{part.pdf.path}")

    def _part_pdf(self, manifest: Manifest, part: PartSaid, path: str) -> None:
        stamped = manifest.profile == "archive"
        if part.pdf and part.pdf.sha256 != part.pdf_sha256 and not stamped:
            self._differs("part_digest", path)
        data = None if path in self._told else self._read(path, _MOST_PDF)
        if data is None:
            return
        try:
            pages = self._desk.joiner.page_count(data, name=part.title)
        except EngineError:
            self._differs("pdf_unreadable", path)
            return
        if pages != part.pages:
            self._differs("page_count", path, said=part.pages, found=pages)


def files_said(manifest: Manifest) -> Iterator[FileSaid]:
    """Every file that a manifest names with its digest."""
    yield manifest.pdf
    for part in (*manifest.parts, *manifest.sheets):
        yield from part.files
    yield from manifest.apart


def _first_other(said: dict[str, object], found: dict[str, object]) -> str:
    for name in ("no", "title"):
        if said[name] != found[name]:
            return name
    ours, theirs = said["metadata"], found["metadata"]
    assert isinstance(ours, dict) and isinstance(theirs, dict)
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return str(names[0]) if names else ""
