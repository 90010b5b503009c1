"""The ledger in the browser's eyes: filters, one task with and without htmx, sheets, the plan."""

import io
import re
from datetime import date
from itertools import pairwise

import openpyxl
import pytest

from service.desk.ledger.progress import save_progress
from service.desk.ledger.views import view_ledger
from tests.document_tools import begin, close_activity, keep_activity
from tests.ledger_tools import DONE, PLAN, ahead, keep_ledger, plan_answers
from tests.web.people import signed
from tests.web.screen import Screen, get

HX = {"HX-Request": "true"}
LATE = {"deadline": ahead(-3), "start": "2014-07-01", "status": "in_progress"}


@pytest.fixture
def wan(app):
    return signed(app, "wan-ledger", "clerk")


@pytest.fixture
def activity(desk):
    return keep_activity(desk)


@pytest.fixture
def ledger(desk, wan, activity):
    keep_ledger(desk, wan.person, activity, n3={"deadline": ahead(9)}, n7=LATE)
    return f"/activities/{activity}/ledger"


def csrf(screen):
    return screen.find('//input[@name="_csrf"]')[0].get("value")


def post(client, page, path, data, headers=None, **more):
    data = {"_csrf": csrf(page), **data}
    return Screen(client.post(path, data=data, headers=headers, **more))


def found(desk, wan, activity, no):
    return view_ledger(desk, wan.person, activity).entry(no)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_ledger_says_what_to_do(desk, wan, activity, lang):
    path = f"/activities/{activity}/ledger?lang={lang}"
    page = get(wan, path)
    assert page.status == 200
    assert page.find(f'//a[@href="/activities/{activity}"][contains(@class, "btn-main")]')
    document = begin(desk, wan.person, activity, PLAN)
    page = get(wan, path)
    assert page.find(f'//a[@href="/activities/{activity}/ledger/plan"]')
    look = get(wan, f"/activities/{activity}/ledger/plan?lang={lang}")
    assert len(look.find('//li[@class="change-new"]')) == 12
    data = {"_plan": document, "_seen": look.one('//input[@name="_seen"]').get("value")}
    done = post(wan, look, f"/activities/{activity}/ledger/plan", data)
    assert done.response.status_code == 303
    assert len(get(wan, path).find('//li[starts-with(@id, "task-")]')) == 12


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_counts_and_filters_agree(wan, ledger, lang):
    page = get(wan, f"{ledger}?lang={lang}")
    tabs = page.find('//nav[@id="ledger-tabs"]/a')
    numbers = [int(one.find("b").text) for one in tabs]
    assert numbers[0] == 12 == sum(numbers[1:])
    for tab, number in zip(tabs, numbers, strict=True):
        shown = get(wan, tab.get("href"))
        assert len(shown.find('//li[starts-with(@id, "task-")]')) == number
    office = get(wan, f"{ledger}?department=办公室")
    names = {one.text for one in office.find('//span[@class="dept"]')}
    assert names == {"办公室"}
    leader = get(wan, f"{ledger}?leader=熊翀&show=overdue")
    assert leader.find('//li[@id="task-7"]')
    kept = leader.find('//li[@id="task-7"]//a')[0].get("href")
    assert "show=overdue" in kept
    assert "leader=" in kept


def test_overdue_is_said_in_words_with_its_days(wan, ledger):
    line = get(wan, f"{ledger}?lang=zh").by_id("task-7")
    assert "逾期 3 天" in line.text_content()
    assert "late" in line.get("class")
    assert "3 days late" in get(wan, f"{ledger}?lang=en").by_id("task-7").text_content()
    text = get(wan, f"{ledger}?lang=zh").by_id("late-text").text
    assert "研究资料部（龚墨林、谌若溪、熊知行）：加强展览研究" in text
    assert "已逾期3天" in text


def test_one_task_is_updated_without_javascript(desk, wan, activity, ledger):
    page = get(wan, f"{ledger}/7?show=overdue")
    assert page.status == 200
    done = post(wan, page, f"{ledger}/7?show=overdue", {**DONE, "_revision": "1"})
    assert done.response.status_code == 303
    assert done.response.location.endswith("ledger?show=overdue&saved=7#task-7")
    kept = found(desk, wan, activity, 7)
    assert (kept.status, kept.progress["completed_on"]) == ("done", date(2014, 7, 21))
    line = get(wan, f"{ledger}?lang=zh").by_id("task-7")
    assert "逾期" not in line.text_content()


def test_one_task_is_updated_in_its_place(wan, ledger):
    opened = Screen(wan.get(f"{ledger}/7?lang=zh", headers=HX))
    assert "<html" not in opened.text
    form = opened.one("//form")
    assert form.get("hx-post") == form.get("action") == f"{ledger}/7"
    done = post(wan, opened, f"{ledger}/7", {**DONE, "_revision": "1"}, headers=HX)
    assert done.status == 200
    assert "大纲已评审" in done.by_id("task-7").text_content()
    tabs = done.by_id("ledger-tabs")
    assert tabs.get("hx-swap-oob") == "true"
    assert "逾期 4" in " ".join(tabs.text_content().split()) or "逾期" in tabs.text_content()
    assert done.by_id("ledger-late").get("hx-swap-oob") == "true"
    closed = Screen(wan.get(f"{ledger}/7?closed=1", headers=HX))
    assert not closed.find("//form")


def test_what_is_missing_is_said_at_its_field_and_all_that_was_typed_stays(
    desk, wan, activity, ledger
):
    page = get(wan, f"{ledger}/7?lang=zh")
    typed = {"status": "cleared", "progress": "<b>大纲</b>", "evidence": "", "_revision": "1"}
    answer = post(wan, page, f"{ledger}/7", typed)
    assert answer.status == 422
    assert answer.by_id("p-progress").get("value") == "<b>大纲</b>"
    assert "<b>大纲" not in answer.text
    links = [one.get("href") for one in answer.find('//div[@id="summary"]//a')]
    assert links == ["#p-completed_on", "#p-evidence", "#p-verified_by", "#p-cleared_on"]
    assert "销号须有核验人" in answer.words()
    assert found(desk, wan, activity, 7).revision == 1
    assert post(wan, page, f"{ledger}/7", typed, headers=HX).status == 422


def test_the_second_editor_gets_both_texts(desk, wan, activity, ledger):
    page = get(wan, f"{ledger}/7?lang=zh")
    save_progress(
        desk, wan.person, activity, 7, revision=1, raw={"status": "in_progress", "progress": "甲说"}
    )
    typed = {"status": "in_progress", "progress": "乙说", "_revision": "1"}
    answer = post(wan, page, f"{ledger}/7", typed)
    assert answer.status == 409
    assert answer.by_id("p-progress").get("value") == "乙说"
    assert "甲说" in answer.words()
    assert found(desk, wan, activity, 7).progress["progress"] == "甲说"
    revision = answer.one('//input[@name="_revision"]').get("value")
    again = post(wan, answer, f"{ledger}/7", {**typed, "_revision": revision})
    assert again.response.status_code == 303
    assert found(desk, wan, activity, 7).progress["progress"] == "乙说"


def filled_in(wan, ledger, **cells):
    """The sheet as downloaded, with cells of its first task changed; ready to be sent."""
    answer = wan.get(f"{ledger}/sheet?lang=zh")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    heads = {one.value: one.column for one in sheet[3]}
    for head, value in cells.items():
        sheet.cell(4, heads[head]).value = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def upload(wan, ledger, data, name="台账.xlsx"):
    page = get(wan, ledger)
    return post(wan, page, f"{ledger}/sheet", {"sheet": (io.BytesIO(data), name)})


def test_a_sheet_is_compared_and_taken_field_by_field(desk, wan, activity, ledger):
    data = filled_in(
        wan, ledger, 进展情况="办法已印发", 佐证材料="办法\n<i>签到</i>", 任务名称="改名"
    )
    page = upload(wan, ledger, data)
    assert page.status == 200
    assert found(desk, wan, activity, 1).progress["progress"].startswith("6月以来")
    boxes = page.find('//input[@name="take"]')
    assert [one.get("value") for one in boxes] == ["1.progress", "1.evidence"]
    assert all(one.get("checked") is not None for one in boxes)
    assert "任务名称" in page.words()
    assert "<i>签到" not in page.text
    pairs = {
        one.get("name"): one.get("value")
        for one in page.find('//form[contains(@action, "taken")]//input[@type="hidden"]')
    }
    done = post(wan, page, f"{ledger}/sheet/taken", {**pairs, "take": ["1.evidence"]})
    assert done.response.location.endswith("ledger?taken=1")
    kept = found(desk, wan, activity, 1).progress
    assert kept["evidence"] == ["办法", "<i>签到</i>"]
    assert kept["progress"].startswith("6月以来")
    none = post(wan, page, f"{ledger}/sheet/taken", pairs)
    assert none.response.location.endswith("taken=0")


def test_what_clashes_is_not_ticked(desk, wan, activity, ledger):
    data = filled_in(wan, ledger, 进展情况="表里说")
    raw = {"status": "in_progress", "progress": "页面说"}
    save_progress(desk, wan.person, activity, 1, revision=1, raw=raw)
    page = upload(wan, ledger, data)
    [box] = page.find('//input[@name="take"]')
    assert box.get("checked") is None
    assert page.find('//div[contains(@class, "clashes-here")]')
    pairs = {"value.1.progress": "表里说", "revision.1": "1", "take": "1.progress"}
    answer = post(wan, page, f"{ledger}/sheet/taken", pairs)
    assert answer.status == 422
    assert "刚刚被别人改过" in answer.words()
    assert found(desk, wan, activity, 1).progress["progress"] == "页面说"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"%PDF-1.4", "姓名\n甲\n".encode()])
def test_other_files_are_refused_with_a_reason(wan, ledger, data):
    page = upload(wan, ledger, data)
    assert page.status == 422
    assert page.by_id("summary").text_content().strip()


def test_hostile_posts_change_nothing(desk, wan, activity, ledger):
    page = get(wan, ledger)
    for take in ("x", "1.plan", "1.title", "99999999.status", "1", "-1.status", ".status"):
        answer = post(wan, page, f"{ledger}/sheet/taken", {"take": take, "revision.1": "x"})
        assert answer.status in {303, 422}
    assert found(desk, wan, activity, 1).revision == 1
    for no in (0, 99, 10**12):
        assert wan.get(f"{ledger}/{no}").status_code == 404
    revision = post(wan, page, f"{ledger}/1", {**DONE, "_revision": "x"})
    assert revision.status == 409


def test_the_plan_taken_again_is_confirmed_as_it_was_seen(desk, wan, activity, ledger):
    look = get(wan, f"{ledger}/plan?lang=zh")
    assert "台账和方案一致" in look.words()
    answer = post(wan, look, f"{ledger}/plan", {"_plan": "", "_seen": "old"})
    assert answer.status == 409
    assert "没有接入" in answer.words()


def test_the_print_is_a_download_of_today(wan, ledger):
    answer = wan.get(f"{ledger}/paper/docx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert wan.get(f"{ledger}/paper/exe").status_code == 404


@pytest.mark.office
def test_the_print_as_pdf(wan, ledger):
    answer = wan.get(f"{ledger}/paper/pdf")
    assert answer.data.startswith(b"%PDF-")


def test_a_reviewer_reads_and_a_closed_ledger_has_no_buttons(desk, app, wan, activity, ledger):
    leader = signed(app, "lead-ledger", "reviewer", "team_leader")
    page = get(leader, ledger)
    assert page.status == 200
    assert not page.find('//main//form[@method="post"]')
    assert not re.findall(r'href="[^"]+/ledger/\d+', page.text)
    assert leader.get(f"{ledger}/1").status_code == 404
    assert leader.get(f"{ledger}/sheet").status_code == 200
    close_activity(desk, activity)
    assert not get(wan, ledger).find('//main//form[@method="post"]')


def test_headings_and_ids_are_in_order(wan, ledger):
    for path in ("", "/plan", "/7"):
        page = get(wan, f"{ledger}{path}")
        ids = page.find("//@id")
        assert len(ids) == len(set(ids)), path
        levels = [int(one.tag[1]) for one in page.find("//main//h1|//main//h2|//main//h3")]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_what_is_left_over_in_a_draft_leads_to_its_field(desk, wan, activity):
    answers = plan_answers(desk, n2={"goal": "请XX部门办理"})
    document = begin(desk, wan.person, activity, PLAN, answers=answers)
    page = get(wan, f"/documents/{document}/check?lang=zh")
    links = {one.get("href"): one.text_content() for one in page.find("//main//a")}
    told = links[f"/documents/{document}/draft#f-tasks-1-goal"]
    assert "占位文字" in told
