"""Core: lines of a title: a balanced proposal for the clerk, and the check of what was chosen.

Sources: GB/T 9704-2012, 7.3.1; section 1.4 and rules 13 to 15 of layout-and-filing.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from service.core.gbt9704 import TITLE_MAX_CHARS, TITLE_MAX_LINES, TITLE_STEP_ZI
from service.core.signature import text_width
from service.errors import Text

NO_START = "的、，。：；？！）》”〕"
NO_END = "（《“〔"
SHAPES = {"single": "—", "down": "▽", "up": "△", "diamond": "◇"}
"""Shapes that a title may have; `square` and `hourglass` are the others."""
_NUMBER = re.compile(r"[0-9A-Za-z〇一二三四五六七八九十百]+(?:年度?|月份?|日|号|届|次|期|批)?")
# Everyday words of official titles: a proposal does not cut them. A clerk may.
_WORDS = tuple(
    re.findall(
        r"\S+",
        """关于 印发 开展 召开 举行 转发 做好 报送 通知 报告 方案 计划 总结 意见 办法
        规定 通报 公示 委员会 党委 党组 支部 总支 纪念馆 博物馆 办公室 领导 小组
        班子 成员 干部 党员 群众 路线 教育 实践 活动 实施 整改 落实 专项 整治 制度
        建设 专题 民主 组织 生活会 会议 动员 部署 对照 检查 材料 情况 工作 任务
        分工 时间 安排 学习 宣传 督导 中共 全市 全省 全国 市委 省委 进一步 加强
        推进""",
    )
)
_BAD_SHAPES = {
    "square": Text(
        "矩形（相邻两行相差不足 1 字）", "a rectangle (lines less than a character apart)"
    ),
    "hourglass": Text("沙漏形", "an hourglass"),
}


@dataclass(frozen=True, kw_only=True)
class TitleFault:
    """What is wrong with the lines of a title.

    Attributes:
        rule: 13 (length), 14 (shape) or 15 (break) of the acceptance rules.
        line: which line, from 1; 0 for the whole.
        found: the figure or the characters found.
        text: for a person.
    """

    rule: int
    line: int
    found: str
    text: Text


def shape(lines: Sequence[str]) -> str:
    """`single`, `down` (▽), `up` (△), `diamond` (◇), `square` (□) or `hourglass`."""
    widths = [text_width(line) for line in lines]
    steps = [after - before for before, after in pairwise(widths)]
    if not steps:
        return "single"
    if any(abs(step) < TITLE_STEP_ZI for step in steps):
        return "square"
    if all(step < 0 for step in steps):
        return "down"
    if all(step > 0 for step in steps):
        return "up"
    falls = [step < 0 for step in steps]
    return "diamond" if falls == sorted(falls) else "hourglass"


def title_faults(lines: Sequence[str], keep: Sequence[str] = ()) -> tuple[TitleFault, ...]:
    """Everything that rules 13 to 15 find in the lines; `keep` are names that stay whole."""
    return (*_length_faults(lines), *_shape_faults(lines), *_break_faults(lines, keep))


def _length_faults(lines: Sequence[str]) -> Iterator[TitleFault]:
    if len(lines) > TITLE_MAX_LINES:
        yield TitleFault(
            rule=13, line=0, found=str(len(lines)),
            text=Text(f"标题有 {len(lines)} 行，最多 {TITLE_MAX_LINES} 行。请缩短标题。",
                      f"The title has {len(lines)} lines, {TITLE_MAX_LINES} at most. Shorten it."),
        )  # fmt: skip
    for at, line in enumerate(lines, 1):
        wide = text_width(line)
        if wide > TITLE_MAX_CHARS:
            yield TitleFault(
                rule=13, line=at, found=f"{wide:g}",
                text=Text(f"标题第 {at} 行 {wide:g} 字，最多 {TITLE_MAX_CHARS} 字。请分行。",
                          f"Title line {at} has {wide:g} characters, {TITLE_MAX_CHARS} at most. "
                          "Break it."),
            )  # fmt: skip


def _shape_faults(lines: Sequence[str]) -> Iterator[TitleFault]:
    found = shape(lines)
    if found in SHAPES:
        return
    bad = _BAD_SHAPES[found]
    yield TitleFault(
        rule=14, line=0, found=found,
        text=Text(f"标题各行排成{bad.zh}，应为梯形或菱形。请改变分行处。",
                  f"The title's lines form {bad.en}; a trapezium or a diamond is wanted. "
                  "Break the lines elsewhere."),
    )  # fmt: skip


def _break_faults(lines: Sequence[str], keep: Sequence[str]) -> Iterator[TitleFault]:
    whole = "".join(lines)
    inside = unbreakable(whole, keep)
    at = 0
    for number, line in enumerate(lines[:-1], 1):
        at += len(line)
        if at in inside or whole[at] in NO_START or whole[at - 1] in NO_END:
            cut = f"{whole[max(at - 2, 0) : at]}|{whole[at : at + 2]}"
            yield TitleFault(
                rule=15, line=number, found=cut,
                text=Text(f"标题第 {number} 行末断在“{cut}”处：书名号、名称、数字不拆开，"
                          "下一行不以“的”或标点开头。",
                          f"The title is broken at “{cut}”: titles in 《》, names and numbers stay "
                          "whole, and no line begins with 的 or a mark."),
            )  # fmt: skip


def unbreakable(text: str, keep: Sequence[str] = ()) -> frozenset[int]:
    """Places between characters where no line may end: inside 《》, a number, a kept name.

    A name in 《》 longer than a line may break all the same: there it cannot be helped.
    """
    spans = [match.span() for match in _NUMBER.finditer(text)]
    quoted = [match.span() for match in re.finditer(r"《[^》]*》", text)]
    spans += [(a, b) for a, b in quoted if text_width(text[a:b]) <= TITLE_MAX_CHARS]
    for name in keep:
        spans += [match.span() for match in re.finditer(re.escape(name), text)] if name else []
    return frozenset(at for start, end in spans for at in range(start + 1, end))


def propose_titles(text: str, keep: Sequence[str] = (), *, count: int = 3) -> list[tuple[str, ...]]:
    """Ways to set a title in lines, best first; a title of up to 20 字 stays on one line.

    Args:
        text: the whole title on one line.
        keep: names that stay whole, e.g. the campaign's.
        count: at most so many.

    Returns:
        At least one way; where no way keeps every rule, the one that comes nearest.
    """
    if text_width(text) <= TITLE_MAX_CHARS:
        return [(text,)]
    ways = sorted(_ways(text, keep), key=lambda way: _score(way, keep))
    return ways[:count] or [(text,)]


def propose_title(text: str, keep: Sequence[str] = ()) -> tuple[str, ...]:
    """The best of `propose_titles`."""
    return propose_titles(text, keep, count=1)[0]


def _ways(text: str, keep: Sequence[str]) -> Iterator[tuple[str, ...]]:
    inside = unbreakable(text, keep)
    places = [
        at for at in range(2, len(text) - 1)
        if at not in inside and text[at] not in NO_START and text[at - 1] not in NO_END
    ]  # fmt: skip
    fewest = -(-int(text_width(text) * 2) // (TITLE_MAX_CHARS * 2))
    for lines in range(max(fewest, 2), TITLE_MAX_LINES + 1):
        found = False
        for cuts in combinations(places, lines - 1):
            edges = (0, *cuts, len(text))
            way = tuple(text[a:b] for a, b in pairwise(edges))
            if all(text_width(line) <= TITLE_MAX_CHARS for line in way):
                found = True
                yield way
        if found and lines > fewest:
            return


def _score(way: tuple[str, ...], keep: Sequence[str]) -> float:
    """The smaller the better: faults, words cut, unevenness, number of lines."""
    widths = [text_width(line) for line in way]
    whole = "".join(way)
    words = unbreakable(whole, (*_WORDS, *keep))
    cut, at = 0, 0
    for line in way[:-1]:
        at += len(line)
        cut += at in words
    uneven = max(widths) - min(widths)
    return 100 * len(title_faults(way, keep)) + 10 * cut + uneven + 4 * len(way)
