"""Which templates are printed through an ODT twin: judged once by their pages, and remembered.

A twin serves where the pages of its composite are, dot for dot and word for word, those of the Word
composite, over probes that try the template. The verdict holds for one template, one LibreOffice,
one set of fonts and one version of this code.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from service.engines.pages import page_digests
from service.engines.pdf.joiner import PypdfJoiner
from service.engines.protocols import Composite, Converter, TemplateLoader
from service.engines.word.package import read_package
from service.engines.word.parts import prepared
from service.engines.word.templates import bind
from service.engines.word.twin.compose import TwinTemplate
from service.engines.word.twin.source import UnfitError
from service.errors import GongwenError

LOG = logging.getLogger(__name__)
DOTS = 110  # per inch: a character that stands a quarter of a point further is seen
_CODE = ("office/marks.py", "word/bind.py", "word/compile.py", "word/twin/*.py")

Contexts = Sequence[Mapping[str, Any]]
Compose = Callable[[Contexts], Composite]


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    """`twin` is None where the Word composite has to serve."""

    twin: TwinTemplate | None

    @property
    def compose(self) -> Compose | None:
        return None if self.twin is None else self.twin.composite


class TwinShelf:
    """Twins of templates, judged and kept; a twin is a matter of speed only, so nothing is raised.

    Args:
        folder: where verdicts are remembered.
        templates: makes the Word composites that twins are measured by.
    """

    def __init__(self, folder: Path, templates: TemplateLoader) -> None:
        self._folder = folder
        self._templates = templates
        self._known: dict[str, _Verdict] = {}
        self._lock = Lock()

    def composer(
        self,
        docx: bytes,
        *,
        converter: Converter,
        file: str,
        probes: Callable[[], Contexts] | None = None,
    ) -> Compose | None:
        """Makes composites of the template's twin; None where the Word composite has to serve.

        Args:
            docx: the Word template.
            converter: LibreOffice.
            file: the template's name, for messages.
            probes: what to judge an unknown twin by, which takes some seconds; None leaves it
                unjudged.
        """
        try:
            version = hashlib.sha256(docx).hexdigest()
            if probes is None and not any(self._folder.glob(f"{version}-*.odt")):
                return None
            key = f"{version}-{_surroundings(converter)}"
            with self._lock:
                known = self._known.get(key) or self._read(key, docx, file)
                if known is not None:
                    self._known[key] = known
            if known is None and probes is not None:
                known = self._judge(key, docx, file, converter, probes)
            return None if known is None else known.compose
        except (GongwenError, OSError) as error:
            LOG.warning("no twin for now: %s", type(error).__name__)
            return None

    def _read(self, key: str, docx: bytes, file: str) -> _Verdict | None:
        """What was found before, by any process."""
        if (self._folder / f"{key}.unlike").is_file():
            return _Verdict(twin=None)
        kept = self._folder / f"{key}.odt"
        if not kept.is_file():
            return None
        try:
            return _Verdict(twin=_twin(kept.read_bytes(), docx, file))
        except UnfitError:
            return _Verdict(twin=None)

    def _judge(
        self,
        key: str,
        docx: bytes,
        file: str,
        converter: Converter,
        probes: Callable[[], Contexts],
    ) -> _Verdict | None:
        """Makes the twin and measures it; None where another process is at it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{key}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None
            odt = converter.twin(bind(docx, file=file), name=file)
            try:
                twin = _twin(odt, docx, file)
                self._compare(twin, docx, file, converter, probes())
            except UnfitError as why:
                LOG.info("%s is printed as Word: %s", file, why)
                _keep(self._folder / f"{key}.unlike", str(why).encode())
                verdict = _Verdict(twin=None)
            else:
                _keep(self._folder / f"{key}.odt", odt)
                verdict = _Verdict(twin=twin)
            with self._lock:
                self._known[key] = verdict
            return verdict

    def _compare(
        self, twin: TwinTemplate, docx: bytes, file: str, converter: Converter, probes: Contexts
    ) -> None:
        """Raises UnfitError where a page differs, or a place where a form begins or ends."""
        if not probes:
            raise UnfitError("nothing to judge by")
        word = self._templates.load(docx, file=file).composite(probes)
        pdfs = [
            converter.convert(made.source, name=file, suffix=made.suffix, urgent=False).pdf
            for made in (word, twin.composite(probes))
        ]
        joiner = PypdfJoiner()
        marks = [joiner.destinations(pdf, name=file) for pdf in pdfs]
        if any(marks[0].get(m) != marks[1].get(m) for m in (*word.marks, *word.ends)):
            raise UnfitError("forms begin elsewhere")
        one, other = (page_digests(pdf, dots=DOTS) for pdf in pdfs)
        differing = [n for n, (a, b) in enumerate(zip(one, other, strict=False), 1) if a != b]
        if differing or len(one) != len(other):
            raise UnfitError(f"pages differ: {differing[:5]} of {len(one)}, {len(other)}")


def _twin(odt: bytes, docx: bytes, file: str) -> TwinTemplate:
    package = prepared(read_package(docx, file=file), file=file)
    return TwinTemplate(odt, package, file=file)


def _keep(path: Path, data: bytes) -> None:
    """Written whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
        new.write(data)
    Path(new.name).replace(path)


def _surroundings(converter: Converter) -> str:
    return hashlib.sha256(converter.world().encode() + _code()).hexdigest()


@cache
def _code() -> bytes:
    """A hash of the code that makes twins: a change in it is judged anew."""
    here = Path(__file__).parents[2]
    files = sorted(file for pattern in _CODE for file in here.glob(pattern))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


__all__ = ["TwinShelf"]
