"""Lists in chunks whose counts add up, time left, and the text for the office's chat."""

from datetime import UTC, datetime

import pytest

from service.desk.batch.views import ItemView
from service.errors import Text
from service.web.batch_words import moment, reminder, time_left
from service.web.rowlist import row_list

NAMES = {"good": Text("好", "Good"), "bad": Text("坏", "Bad"), "odd": Text("怪", "Odd")}
ROWS = ["bad" if number % 40 == 3 else "good" for number in range(120)]


def chunk(show=None, page=1, rows=ROWS):
    return row_list(rows, str, NAMES, show=show, page=page, urgent=("odd", "bad"))


def test_problems_come_first_and_counts_add_up():
    found = chunk()
    assert (found.show, found.rows, found.total) == ("bad", ("bad",) * 3, 3)
    assert {tab.key: tab.count for tab in found.tabs} == {"all": 120, "good": 117, "bad": 3}
    assert chunk(rows=["good"]).show == "all"


@pytest.mark.parametrize(
    ("show", "page", "first", "count", "pages"),
    [("all", 1, 1, 50, 3), ("all", 3, 101, 20, 3), ("all", 99, 101, 20, 3), ("all", -5, 1, 50, 3),
     ("good", 3, 101, 17, 3), ("odd", 1, 0, 0, 1), ("nonsense", 2, 51, 50, 3)],
)  # fmt: skip
def test_chunks(show, page, first, count, pages):
    found = chunk(show, page)
    assert (found.first, len(found.rows), found.pages) == (first, count, pages)
    assert found.show in {tab.key for tab in found.tabs}  # a tab that has run empty stays


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(0.2, "大约还要 10 秒", "about 10 seconds left"), (31, "大约还要 40 秒", "about 40 seconds left"),
     (60, "大约还要 1 分钟", "about 1 minute left"), (61, "大约还要 2 分钟", "about 2 minutes left"),
     (7200, "大约还要 2 小时", "about 2 hours left")],
)  # fmt: skip
def test_time_left(seconds, zh, en):
    assert time_left(seconds) == Text(zh, en)


def item(name, department):
    return ItemView(
        id="x", row=2, position=1, state="made", name=name, department=department, file="", filled=False,
        returned="", pages=None, has_pdf=False, reasons=(),
    )  # fmt: skip


def test_a_reminder_by_department():
    missing = [item("张三", "办公室"), item("李四", ""), item("王五", "办公室")]
    assert reminder("对照检查表", missing, "zh").split("\n") == [
        "《对照检查表》还差 3 人没有交：",
        "办公室（2）：张三、王五",
        "未写部门（1）：李四",
        "请还没有交的同志抓紧填好交来。",
    ]
    assert reminder("Form", missing, "en").split("\n")[1:3] == [
        "办公室 (2): 张三, 王五",
        "No department (1): 李四",
    ]


def test_a_moment_is_local_time():
    assert len(moment(datetime(2026, 11, 22, 6, 5, tzinfo=UTC))) == len("2026-11-22 14:05")
