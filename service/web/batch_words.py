"""Web door: words of rosters and batches, in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Flask

from service.core.roster.model import How
from service.desk.batch.views import BatchState, BatchView, ItemView, Pdf
from service.errors import Lang, Text

ROW_NAMES = {
    "queued": Text("可生成", "Ready"),
    "waiting": Text("缺共用内容", "Lacks the shared part"),
    "failed": Text("要改", "To mend"),
    "duplicate": Text("重复", "Repeated"),
    "skipped": Text("空行", "Empty"),
}
"""What a row of a roster is, before anything is made of it."""
ITEM_NAMES: dict[str, Text] = {
    "made": Text("已生成", "Made"),
    "queued": Text("没有做", "Not made"),
    "failed": Text("失败", "Failed"),
    "skipped": Text("跳过", "Skipped"),
    "duplicate": Text("重复", "Repeated"),
}
_WAITING = Text("等待", "Waiting")
BATCH_NAMES: dict[BatchState, Text] = {
    "queued": Text("排队等候", "Waiting"),
    "running": Text("正在生成", "Being made"),
    "joining": Text("正在合成 PDF", "PDF being joined"),
    "done": Text("已完成", "Done"),
    "failed": Text("没有完成", "Failed"),
    "cancelled": Text("已取消", "Cancelled"),
}
PDF_NAMES: dict[Pdf, Text] = {
    "joined": Text("Word 和一个打印用的 PDF", "Word, and one PDF for printing"),
    "each": Text("每人一个 Word、一个 PDF", "Word and PDF for each"),
    "none": Text("只要 Word", "Word only"),
}
PDF_USES: dict[Pdf, Text] = {
    "joined": Text(
        "所有人的表按名册顺序合成一个 PDF，一次打印完。",
        "All forms in the roster's order in one PDF: print once.",
    ),
    "each": Text(
        "发给本人或存档用；每个 PDF 里只有本人的内容。",
        "To send out or to keep; each PDF holds nobody else's words.",
    ),
    "none": Text("最快；发给本人继续填写用。", "The fastest; for members to write on."),
}
HOW_NAMES: dict[How, Text] = {
    "name": Text("按名称认出", "Known by its name"),
    "label": Text("按名称认出", "Known by its name"),
    "alias": Text("按别名认出", "Known by another name"),
    "chosen": Text("您选的", "Chosen by you"),
    "unknown": Text("没有认出", "Not known"),
}


def init_batch_words(app: Flask) -> None:
    """Hands the tables to the templates."""
    app.jinja_env.globals.update(
        ROW_NAMES=ROW_NAMES,
        ITEM_NAMES=ITEM_NAMES,
        BATCH_NAMES=BATCH_NAMES,
        PDF_NAMES=PDF_NAMES,
        PDF_USES=PDF_USES,
        HOW_NAMES=HOW_NAMES,
        item_names=item_names,
        RETURNED=Text("已收回", "Returned"),
        moment=moment,
        time_left=time_left,
    )


def item_names(batch: BatchView) -> Mapping[str, Text]:
    """What became of each form; while the work goes on the rest is still waiting."""
    return ITEM_NAMES if batch.ended else {**ITEM_NAMES, "queued": _WAITING}


def moment(when: datetime) -> str:
    """A moment in local time, `2026-11-22 14:05`."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


def time_left(seconds: float) -> Text:
    """About how long it will take, no more exactly than anybody can know."""
    if seconds < 60:
        tens = max(10, math.ceil(seconds / 10) * 10)
        return Text(f"大约还要 {tens} 秒", f"about {tens} seconds left")
    minutes = math.ceil(seconds / 60)
    if minutes < 100:
        some = "minute" if minutes == 1 else "minutes"
        return Text(f"大约还要 {minutes} 分钟", f"about {minutes} {some} left")
    hours = math.ceil(minutes / 60)
    return Text(f"大约还要 {hours} 小时", f"about {hours} hours left")


def reminder(title: str, missing: Sequence[ItemView], lang: Lang) -> str:
    """Who has not handed in yet, by department, to be copied into the office's chat."""
    by_department: dict[str, list[str]] = {}
    for item in missing:
        by_department.setdefault(item.department, []).append(item.name)
    count = len(missing)
    if lang == "zh":
        head = f"《{title}》还差 {count} 人没有交："
        foot = "请还没有交的同志抓紧填好交来。"
    else:
        head = f"{title}: {count} still to come"
        foot = "Please fill in yours and hand it in."
    return "\n".join([head, *_by_department(by_department, lang), foot])


def _by_department(by_department: Mapping[str, Sequence[str]], lang: Lang) -> list[str]:
    colon, comma = ("：", "、") if lang == "zh" else (": ", ", ")
    lines = []
    for department, names in by_department.items():
        place = department or ("未写部门" if lang == "zh" else "No department")
        count = f"（{len(names)}）" if lang == "zh" else f" ({len(names)})"
        lines.append(f"{place}{count}{colon}{comma.join(names)}")
    return lines
