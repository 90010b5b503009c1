"""Core, layout rules: what a rule is, what it may find, and what the checker may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from service.errors import Lang, Text

if TYPE_CHECKING:
    from service.core.layout_rules.reading import Reading
    from service.core.sheet import Box, Page

State = Literal["kept", "broken", "not_applicable"]
SAID = 8
"""Faults of one rule that are said one by one; the rest are counted."""


@dataclass(frozen=True, kw_only=True)
class LayoutHints:
    """What the one who asks knows of the file; everything is found from the file where not given.

    Attributes:
        lang: language of a lone document.
        bundle: it is a joined file with front matter.
        archive: it is of the archive profile, where the archive stamp belongs.
        a3: A3 sheets were chosen.
        sealed: the signature is to bear a seal.
        keep: names that no title breaks, e.g. the campaign's.
        sections: numbered first-level sections of the Chinese twin, for an English version.
        typed: the text of the Word file that the PDF was made of, a line for each paragraph.
    """

    lang: Lang | None = None
    bundle: bool | None = None
    archive: bool = False
    a3: bool = False
    sealed: bool | None = None
    keep: tuple[str, ...] = ()
    sections: int | None = None
    typed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One place where a rule is broken.

    Attributes:
        page: from 1; 0 for the file as a whole.
        left, top: mm from the top left of the shown page.
        found, wanted: figures or characters, with their unit.
        text: for a person, in both languages.
    """

    text: Text
    page: int = 0
    left: float = 0.0
    top: float = 0.0
    found: str = ""
    wanted: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "page": self.page, "left_mm": round(self.left, 2), "top_mm": round(self.top, 2),
            "found": self.found, "wanted": self.wanted,
            "message": {"zh": self.text.zh, "en": self.text.en},
        }  # fmt: skip

    def say(self, lang: Lang) -> str:
        """One line: page, place, message, figures."""
        place = ""
        if self.page and lang == "zh":
            place = f"第 {self.page} 页（左 {self.left:.1f}，上 {self.top:.1f} 毫米）："
        elif self.page:
            place = f"page {self.page} ({self.left:.1f} mm from left, {self.top:.1f} from top): "
        return f"{place}{self.text.of(lang)}{self._figures(lang)}"

    def _figures(self, lang: Lang) -> str:
        if not self.found and not self.wanted:
            return ""
        if lang == "zh":
            return f"〔实测 {self.found or '无'}；应为 {self.wanted}〕"
        return f" [found {self.found or 'nothing'}; wanted {self.wanted}]"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one rule says of one file.

    Attributes:
        number: 1 to 40.
        name: the rule in a few words.
        state: kept, broken or not applicable.
        faults: where it is broken.
        reason: why it does not apply.
    """

    number: int
    name: Text
    state: State
    faults: tuple[Fault, ...] = ()
    reason: Text = field(default_factory=lambda: Text("", ""))

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        data: dict[str, Any] = {
            "rule": self.number, "name": {"zh": self.name.zh, "en": self.name.en},
            "state": self.state,
        }  # fmt: skip
        if self.faults:
            data["faults"] = [fault.to_json() for fault in self.faults]
        if self.state == "not_applicable":
            data["reason"] = {"zh": self.reason.zh, "en": self.reason.en}
        return data

    def lines(self, lang: Lang) -> list[str]:
        """For a terminal: the rule, then what is wrong."""
        words = {
            "kept": Text("符合", "kept"),
            "broken": Text("不符合", "BROKEN"),
            "not_applicable": Text("不适用", "not applicable"),
        }[self.state]
        tail = f"（{self.reason.zh}）" if lang == "zh" else f" ({self.reason.en})"
        head = f"{self.number:2} {words.of(lang)}  {self.name.of(lang)}"
        said = [f"     {fault.say(lang)}" for fault in self.faults[:SAID]]
        if len(self.faults) > SAID:
            rest = len(self.faults) - SAID
            said.append(f"     另有 {rest} 处" if lang == "zh" else f"     and {rest} more")
        return [head + (tail if self.state == "not_applicable" else ""), *said]


class DoesNotApply(Exception):
    """Raised by a rule that has nothing to measure in this file."""

    def __init__(self, zh: str, en: str) -> None:
        self.reason = Text(zh, en)
        super().__init__(en)


def fault(
    zh: str,
    en: str,
    *,
    page: Page | None = None,
    box: Box | None = None,
    found: str = "",
    wanted: str = "",
) -> Fault:
    """Shorthand: the place from a page and a box on it."""
    return Fault(
        text=Text(zh, en),
        page=page.index + 1 if page else 0,
        left=box.left if box else 0.0,
        top=box.top if box else 0.0,
        found=found,
        wanted=wanted,
    )


Measure = Callable[["Reading"], Iterable[Fault]]


@dataclass(frozen=True, kw_only=True)
class LayoutRule:
    """One of the forty: number, name and the function that measures it."""

    number: int
    name: Text
    measure: Measure

    def outcome(self, reading: Reading) -> Outcome:
        """Measures one file."""
        try:
            faults = tuple(self.measure(reading))
        except DoesNotApply as why:
            return Outcome(
                number=self.number, name=self.name, state="not_applicable", reason=why.reason
            )
        state: State = "broken" if faults else "kept"
        return Outcome(number=self.number, name=self.name, state=state, faults=faults)


REGISTRY: dict[int, LayoutRule] = {}


def rule(number: int, zh: str, en: str) -> Callable[[Measure], Measure]:
    """Enters a function in the registry of the forty rules."""

    def enter(measure: Measure) -> Measure:
        REGISTRY[number] = LayoutRule(number=number, name=Text(zh, en), measure=measure)
        return measure

    return enter
