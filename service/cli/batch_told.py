"""How a batch is told to a person: columns, counts that add up, rows to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from service.cli.speech import say, say_notes, spoken
from service.core.definition import FormDefinition
from service.core.roster.model import MEMBER_NO, Column, Roster
from service.core.tally import Outcome, RowOutcome, Tally
from service.desk.folder.batch import MadeFolder
from service.errors import Lang, Text

_MOST_FAILED, _MOST_ALIKE = 20, 3
"""Lines about rows of the same kind; the tally has all."""
_UNCHANGED = {"unchanged", "renamed", "edited", "edited_behind"}
"""Why rows are skipped whose forms are there; other skipped rows are empty."""
_OUTCOMES: dict[Outcome, Text] = {
    "made": Text("生成", "made"),
    "skipped": Text("跳过", "skipped"),
    "failed": Text("失败", "failed"),
    "duplicate": Text("重复", "duplicate"),
}


def say_made(made: MadeFolder, people: Roster, form: FormDefinition, folder: Path) -> None:
    """Everything that a clerk should know, the counts last."""
    lang = spoken()
    say(_columns(people.columns, form, lang))
    say_notes((*people.notes, *made.notes))
    for line in (*_left(made.left, lang), *_rows(made.tally, lang)):
        say(line)
    say(_counts(made.tally, lang))
    files = [one for one in (made.joined, made.zip, *made.tallies) if one]
    say(f"{folder}（{'、'.join(files)}）" if lang == "zh" else f"{folder} ({', '.join(files)})")


def _columns(columns: Sequence[Column], form: FormDefinition, lang: Lang) -> str:
    """How each column was understood; a note of the roster tells of those that are not used."""
    first = columns[0].sheet if columns else ""
    known = [_pair(one, form, lang, first) for one in columns if one.field]
    return f"各列：{'、'.join(known)}。" if lang == "zh" else f"columns: {', '.join(known)}"


def _pair(column: Column, form: FormDefinition, lang: Lang, first: str) -> str:
    """`出生日期 → 出生年月`; a heading that says it already stands alone."""
    meaning = _meaning(column, form, lang)
    head = column.header if column.sheet == first else f"{column.sheet}·{column.header}"
    return meaning if head == meaning else f"{head} → {meaning}"


def _meaning(column: Column, form: FormDefinition, lang: Lang) -> str:
    if column.field == MEMBER_NO:
        return "成员编号" if lang == "zh" else "member number"
    found, labels = column.field.split("."), []
    for depth in range(1, len(found) + 1):
        asked = form.field(".".join(found[:depth]))
        labels.append(asked.label.of(lang) if asked else found[depth - 1])
    return "·".join(labels)


def _left(files: Sequence[str], lang: Lang) -> Iterator[str]:
    """Files of members who are gone."""
    if not files:
        return
    count, listed = len(files), ("、" if lang == "zh" else ", ").join(files[:_MOST_ALIKE])
    etc = {"zh": " 等", "en": ", …"}[lang] if count > _MOST_ALIKE else ""
    yield (
        f"提示：有 {count} 份的人已不在名册里，文件还在：{listed}{etc}"
        if lang == "zh"
        else f"note: {count} files stay whose members are not in the roster any more: {listed}{etc}"
    )


def _rows(tally: Tally, lang: Lang) -> Iterator[str]:
    """Rows that somebody should look at, the failed ones first; of those alike only a few."""
    looked_at = [one for one in tally.rows if _codes(one)]
    looked_at.sort(key=lambda one: one.outcome != "failed")
    alike: Counter[tuple[Outcome, frozenset[str]]] = Counter()
    told = 0
    for one in looked_at:
        alike[one.outcome, _codes(one)] += 1
        most = _MOST_FAILED if one.outcome == "failed" else _MOST_ALIKE
        if alike[one.outcome, _codes(one)] <= most:
            told += 1
            yield _row(one, lang)
    if more := len(looked_at) - told:
        yield f"另有 {more} 行类似，见 tally.xlsx。" if lang == "zh" else f"{more} more: tally.xlsx"


def _row(row: RowOutcome, lang: Lang) -> str:
    why = "；".join(reason.text.of(lang).rstrip("。.") for reason in row.reasons)
    who = "".join(f" {part}" for part in (row.department, row.name) if part)
    said = _OUTCOMES[row.outcome].of(lang)
    if lang == "zh":
        return f"第 {row.row} 行{who}：{said}。{why}。"
    return f"row {row.row}{who}: {said}. {why}."


def _codes(row: RowOutcome) -> frozenset[str]:
    """What is to be told of a row; nothing where nothing is to be done."""
    return frozenset(reason.code for reason in row.reasons) - {"unchanged", "renamed"}


def _counts(tally: Tally, lang: Lang) -> str:
    """`读入 62 行 = 生成 60 + 跳过 1 + 失败 0 + 重复 1；其中未填写 60`."""
    parts = " + ".join(f"{said.of(lang)} {tally.count(what)}" for what, said in _OUTCOMES.items())
    skipped = [one for one in tally.rows if one.outcome == "skipped"]
    stay = sum(any(why.code in _UNCHANGED for why in one.reasons) for one in skipped)
    blank, read = tally.blank, len(tally.rows)
    if lang == "zh":
        line = f"读入 {read} 行 = {parts}；其中未填写 {blank}"
        return line + (f"，原有文件保留 {stay}" if stay else "")
    line = f"read {read} rows = {parts}; {blank} of them blank forms"
    return line + (f", {stay} files kept" if stay else "")
