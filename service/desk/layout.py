"""Desk: proof by measurement: a Word file or a PDF against the forty rules of the layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.core.layout_rules import LayoutHints, Outcome, check
from service.engines.protocols import Converter, FontUse, Measurer
from service.errors import DefinitionError, InputError, Lang, Text, problem

TextOf = Callable[[bytes], str]
"""All text that a Word file prints, in any order; white space does not matter."""
_COUNT = {
    "zh": "共 40 条：符合 {kept}，不符合 {broken}，不适用 {rest}。",
    "en": "40 rules: {kept} kept, {broken} broken, {rest} not applicable.",
}


@dataclass(frozen=True, kw_only=True)
class LayoutReport:
    """What the forty rules say of one file.

    Attributes:
        name: the file's name.
        pages: how many pages were measured.
        outcomes: one for each rule, in order.
        fonts: wanted against served fonts, where the file was converted here.
    """

    name: str
    pages: int
    outcomes: tuple[Outcome, ...]
    fonts: tuple[FontUse, ...] = ()

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """The rules that are broken."""
        return tuple(one for one in self.outcomes if one.state == "broken")

    @property
    def good(self) -> bool:
        """Nothing is broken."""
        return not self.broken

    def outcome(self, number: int) -> Outcome:
        """What one rule says."""
        return next(one for one in self.outcomes if one.number == number)

    def to_json(self) -> dict[str, Any]:
        """As plain data, for `--json`."""
        counts = self._counts()
        return {
            "file": self.name, "pages": self.pages, "good": self.good,
            "kept": counts["kept"], "broken": counts["broken"], "not_applicable": counts["rest"],
            "rules": [one.to_json() for one in self.outcomes],
        }  # fmt: skip

    def lines(self, lang: Lang) -> list[str]:
        """For a terminal: one line for each rule, its faults under it, the count last."""
        said = [line for one in self.outcomes for line in one.lines(lang)]
        return [*said, _COUNT[lang].format(**self._counts())]

    def _counts(self) -> Mapping[str, int]:
        states = [one.state for one in self.outcomes]
        return {
            "kept": states.count("kept"),
            "broken": states.count("broken"),
            "rest": states.count("not_applicable"),
        }


def check_layout(
    file: bytes,
    *,
    name: str,
    measurer: Measurer,
    converter: Converter | None = None,
    text_of: TextOf | None = None,
    hints: LayoutHints | None = None,
) -> LayoutReport:
    """Measures a .pdf, or a .docx that is converted first.

    Args:
        file: the content; what it is, is seen from the content.
        name: for messages.
        measurer: pdfium.
        converter: LibreOffice, needed for a Word file.
        text_of: the text of a Word file, for rule 4; without it rule 4 does not apply.
        hints: what is known of the file.

    Raises:
        InputError: `layout_file` where it is neither; what the measurer raises.
        EngineError: what the converter raises.
    """
    known = hints or LayoutHints()
    fonts: tuple[FontUse, ...] = ()
    if file.startswith(b"PK"):
        if converter is None:
            raise InputError(_not_readable(name))
        if text_of is not None:
            try:
                known = replace(known, typed=_typed(file, text_of, name))
            except DefinitionError as error:  # it is no template here, but what somebody brought
                raise InputError([replace(one, file=name) for one in error.problems]) from None
        converted = converter.convert(file, name=name)
        file, fonts = converted.pdf, converted.fonts
    elif b"%PDF-" not in file[:1024]:
        raise InputError(_not_readable(name))
    sheet = measurer.measure(file, name=name)
    return LayoutReport(
        name=name, pages=len(sheet.pages), outcomes=check(sheet, known), fonts=fonts
    )


def _typed(file: bytes, text_of: TextOf, name: str) -> str:
    """The Word file's text; a broken one is the person's own file here, no template."""
    try:
        return text_of(file)
    except DefinitionError:
        raise InputError(_not_readable(name)) from None


def _not_readable(name: str) -> Any:
    text = Text(
        "只能检查 .docx 和 .pdf 文件（.docx 需要 LibreOffice）。请另存为其中一种再试。",
        "Only .docx and .pdf files can be checked (.docx needs LibreOffice). Save as one of them.",
    )
    return problem("layout_file", text.zh, text.en, file=name)
