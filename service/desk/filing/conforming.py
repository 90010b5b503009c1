"""Whether what is filed is PDF/A-2b by our own checks; what is not so is told, never hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.desk.bundle.parts import MadePart
from service.desk.tools import Desk
from service.errors import EngineError, Problem, problem

_MARK = b"pdfaid:part"


def check_conforming(
    desk: Desk, pdf: bytes, parts: Sequence[MadePart], *, name: str
) -> list[Problem]:
    """Notes on a PDF that is filed.

    Args:
        desk: the checker.
        pdf: joined, or of an item.
        parts: that it is made of.
        name: for messages.

    Raises:
        EngineError: it claims PDF/A-2b and is not: nothing false is handed over.
    """
    if _MARK not in pdf:
        return list(_plain(parts, name))
    faults = desk.pdf_checker.check(pdf)
    if not faults:
        return []
    first = faults[0].problem.text
    raise EngineError(
        problem(
            "not_pdfa",
            f"标明是 PDF/A-2b，自查却不符（{first.zh}），没有交出；请把此问题告诉管理员。",
            f"claims PDF/A-2b and is not by our own checks ({first.en}); it was not handed out; "
            "tell the administrator.",
            file=name,
        )
    )


def _plain(parts: Sequence[MadePart], name: str) -> Iterator[Problem]:
    """Which parts take the claim away."""
    listed = [one.plan.title for one in parts if _MARK not in one.pdf]
    yield problem(
        "no_pdfa",
        f"不是 PDF/A-2b，因为这些材料不是：{'、'.join(listed)}。可改用扫描件或 PDF/A 文件。",
        f"is no PDF/A-2b, since these parts are none: {', '.join(listed)}; a scan or a PDF/A "
        "file in their place would do.",
        file=name,
    )
