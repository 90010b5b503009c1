"""LibreOffice's front door: which converter serves this process."""

from __future__ import annotations

from typing import Literal

from service.engines.office.pool import OfficePool
from service.engines.office.sandbox import why_no_pdf
from service.engines.office.server import SocketConverter, serve
from service.engines.protocols import Converted, Converter
from service.errors import EngineError, Problem, problem
from service.settings import Settings

ALONE = 100
"""Documents after which a process that works alone is replaced: it grows to some 300 MB."""


class AbsentConverter:
    """A Converter for a machine without LibreOffice: it says what to install.

    Attributes:
        reason: what is missing and the mend, for the page that shows why PDF is off.
    """

    def __init__(self, reason: Problem) -> None:
        self.reason = reason

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """Raises EngineError with the reason, always."""
        raise EngineError(self.reason)

    def twin(self, docx: bytes, *, name: str) -> bytes:
        """Raises EngineError with the reason, always."""
        raise EngineError(self.reason)

    def world(self) -> str:
        """Nothing is made here."""
        return ""

    def close(self) -> None:
        """Nothing was started."""


def connect_or_start(settings: Settings) -> Converter:
    """The running server's client, else a pool in this process, else one that says what is missing.

    A pool starts LibreOffice at its first document, not here.
    """
    client = SocketConverter(settings.socket)
    if client.alive():
        return client
    reason = why_no_pdf(settings)
    return OfficePool(settings) if reason is None else AbsentConverter(reason)


class _Strict:
    """A converter whose failures say that the sequence is broken, beside why."""

    def __init__(self, pool: OfficePool) -> None:
        self.reason = pool.reason
        self.twin, self.world, self.close = pool.twin, pool.world, pool.close
        self._pool = pool

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """As the pool; EngineError with `sequence_broken` first."""
        try:
            return self._pool.convert(source, name=name, suffix=suffix, urgent=urgent, fonts=fonts)
        except EngineError as error:
            raise EngineError([_broken(), *error.problems]) from error


def _broken() -> Problem:
    return problem(
        "sequence_broken",
        "转换中断，须从头重新转换。",
        "the converter stopped; everything has to be converted again from the beginning.",
    )


def start_alone(settings: Settings, *, strict: bool) -> Converter:
    """A converter that nobody else speaks to: one fresh process, no second try.

    What LibreOffice writes depends on what it converted before: the same documents in the same
    order on a fresh process give the same files, and nothing else does. So it is replaced after a
    fixed number of documents only, whatever its size, and who uses it starts over at a failure;
    `strict` tells that failure as `sequence_broken`, so that nobody goes on around it.
    """
    reason = why_no_pdf(settings)
    if reason is not None:
        return AbsentConverter(reason)
    kept = {"converters": 1, "recycle_documents": ALONE, "recycle_megabytes": 1 << 20}
    pool = OfficePool(settings.model_copy(update=kept), attempts=1)
    return _Strict(pool) if strict else pool


__all__ = [
    "AbsentConverter",
    "Converter",
    "OfficePool",
    "SocketConverter",
    "connect_or_start",
    "serve",
    "start_alone",
    "why_no_pdf",
]
