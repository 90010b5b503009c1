"""The edge, Word: fills Word templates written in docxtpl's syntax; proved once, compiled once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from service.engines.protocols import Composite
from service.engines.word.archive import Archive
from service.engines.word.compile import CompiledPart, compile_part
from service.engines.word.composite.compose import Composer
from service.engines.word.composite.fitness import not_composable
from service.engines.word.context import is_rich, refuse_bad_characters
from service.engines.word.environment import Recording
from service.engines.word.package import Package, read_package
from service.engines.word.parts import part_sources, prepared
from service.engines.word.proof import Proof, prove
from service.engines.word.readback import damaged, read_back, text_of
from service.engines.word.refusals import missing_names, not_fillable, unsafe_at_fill
from service.errors import DefinitionError

__all__ = ["WordTemplate", "WordTemplates", "bind", "text_of"]

_FAILURES = (
    *(TypeError, ValueError, AttributeError),
    *(ArithmeticError, LookupError, RecursionError),
)
_ON_PAGES = frozenset({"body", "header", "footer"})
_KEPT = 128
"""Compiled templates held in memory by one loader."""


def bind(docx: bytes, *, file: str = "") -> bytes:
    """The template as it is filled: bind comments carried out, properties cleaned.

    Stock docxtpl, given this file, makes the same document as `WordTemplate.fill`.
    """
    return Archive(prepared(read_package(docx, file=file), file=file).members).write(())


class WordTemplate:
    """A Word template, proved and compiled; fills in process, from any thread."""

    def __init__(self, package: Package, *, version: str, file: str, proof: Proof) -> None:
        self._version = version
        self._file = file
        self._package = package
        self.tags = proof.tags
        compiled = [compile_part(source) for source in part_sources(package)]
        self._parts = [part for part in compiled if not part.constant]
        static = dict(package.members)
        static |= {p.part: p.render({}).encode() for p in compiled if p.constant}
        self._constant = package.replaced(static)
        for part in self._parts:
            del static[part.part]
        self._archive = Archive(static)

    @property
    def version(self) -> str:
        """SHA-256 of the template file, hex."""
        return self._version

    def fill(self, context: Mapping[str, Any]) -> bytes:
        """The document as .docx, every printing value read back; same context, same bytes.

        Args:
            context: plain data only (str, int, bool, None, list, dict); None prints nothing.
                docxtpl's pictures, sub-documents and rich text go docxtpl's own, slow way.

        Raises:
            DefinitionError: the template asks for a name that is not there (`unknown_tag`), or
                does what cannot be done (`template_failed`, `template_unsafe`).
            InputError: `bad_character`.
            EngineError: `readback_failed`, `document_damaged`.
        """
        if is_rich(context):
            from service.engines.word.rich import fill_rich

            return fill_rich(self._package, self._parts, context, file=self._file)
        return self._archive.write([(p.part, self._fill_part(p, context)) for p in self._parts])

    def composite(self, contexts: Sequence[Mapping[str, Any]]) -> Composite:
        """Many documents as one for the converter, each read back as `fill` does.

        Args:
            contexts: one for each document, at least one, as `fill` takes them.

        Raises:
            DefinitionError, InputError, EngineError: as `fill`; and `not_composable` where the
                template, or a picture among the values, cannot stand beside its like.
        """
        if any(map(is_rich, contexts)):
            reason = ("图片或格式化文字", "pictures or rich text")
            raise DefinitionError(not_composable(self._file, reason))
        composer = self._composer
        parts = [part for part in self._parts if part.kind in _ON_PAGES]
        return composer.compose(
            [{p.part: self._fill_part(p, context) for p in parts} for context in contexts]
        )

    @cached_property
    def _composer(self) -> Composer:
        # A property is on no page, and the name in it would be one document's only.
        blank = {p.part: p.unfilled.encode() for p in self._parts if p.kind == "properties"}
        filled = frozenset(p.part for p in self._parts if p.kind in _ON_PAGES)
        return Composer(self._constant.replaced(blank), filled, file=self._file)

    def _fill_part(self, part: CompiledPart, context: Mapping[str, Any]) -> bytes:
        try:
            with Recording() as values:
                xml = part.render(context)
        except UndefinedError:
            raise missing_names(self.tags, context, part.part, self._file) from None
        except SecurityError:
            raise unsafe_at_fill(part.part, self._file) from None
        except SyntaxError:  # lxml's: the table repair met broken XML
            refuse_bad_characters(context)
            raise damaged(part.part) from None
        except _FAILURES as error:
            refuse_bad_characters(context)
            raise not_fillable(error, part.part, self._file) from None
        return read_back(part, xml, values, context)


class WordTemplates:
    """Word templates from bytes; each is proved once and kept by content.

    Args:
        cache: folder that remembers which templates were proved, or None.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._lock = Lock()
        self._loaded: OrderedDict[str, WordTemplate] = OrderedDict()

    def load(self, docx: bytes, *, file: str) -> WordTemplate:
        """Proves and compiles; cached by content.

        Args:
            docx: the template.
            file: its name, for messages.

        Raises:
            DefinitionError: everything that is wrong with the template, naming `file`.
            EngineError: `prove_failed`: the child process could not be started.
        """
        version = hashlib.sha256(docx).hexdigest()
        with self._lock:
            if known := self._loaded.get(version):
                self._loaded.move_to_end(version)
                return known
        template = self._load(docx, version, file)
        with self._lock:
            self._loaded[version] = template
            while len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        return template

    def _load(self, docx: bytes, version: str, file: str) -> WordTemplate:
        package = read_package(docx, file=file)
        proof = prove(docx, version=version, file=file, cache=self._cache)
        ready = prepared(package, file=file)
        return WordTemplate(ready, version=version, file=file, proof=proof)

    def tags(self, docx: bytes, *, file: str) -> frozenset[str]:
        """Every dotted name the template may look up (`tasks.problem`, `shown.issue_date`)."""
        return self.load(docx, file=file).tags
