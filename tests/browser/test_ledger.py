"""The ledger's pages in a real browser: sound to axe in both languages, wide and on a phone."""

import pytest

from service.desk.ledger.sheets import write_sheet
from tests.browser.test_access import LANGS, sound
from tests.document_tools import begin, keep_activity
from tests.ledger_tools import PLAN, ahead, keep_ledger, plan_answers

pytestmark = pytest.mark.browser
LATE = {"deadline": ahead(-3), "start": "2014-07-01", "status": "in_progress"}


@pytest.fixture
def activity(desk):
    return keep_activity(desk)


@LANGS
def test_the_ledger_and_one_task_in_its_place(client_window, desk, wan, activity, lang):
    keep_ledger(desk, wan.person, activity, n3={"deadline": ahead(9)}, n7=LATE)
    w = client_window(wan, lang)
    page, here = w.page, f"/activities/{activity}/ledger"
    w.open(here)
    page.locator("details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "ledger")
    w.open(f"{here}?show=overdue")
    sound(w, "overdue")
    line = page.locator("#task-7")
    line.get_by_role("link").first.click()
    line.locator("form").wait_for()
    sound(w, "a task in its place")
    line.locator("[name=status][value=cleared]").check()
    line.locator("form button[type=submit]").first.click()
    page.locator(".error").first.wait_for()
    sound(w, "a task refused")
    w.open(f"{here}/3")
    sound(w, "a task on a page of its own")


@LANGS
def test_the_plan_and_a_sheet(client_window, desk, wan, activity, lang, tmp_path):
    w = client_window(wan, lang)
    page, here = w.page, f"/activities/{activity}/ledger"
    w.open(here)
    sound(w, "nothing yet")
    begin(desk, wan.person, activity, PLAN)
    w.open(f"{here}/plan")
    sound(w, "a plan to take over")
    keep_ledger(desk, wan.person, activity)
    begin(desk, wan.person, activity, PLAN, answers=plan_answers(desk, n2={"goal": "另一个目标"}))
    w.open(f"{here}/plan")
    page.locator("details").evaluate_all("all => all.forEach((one) => one.open = true)")
    sound(w, "a plan that differs")
    sheet = tmp_path / "ledger.xlsx"
    sheet.write_bytes(write_sheet(desk, wan.person, activity, lang).data)
    w.open(here)
    page.locator("input[type=file]").set_input_files(sheet)
    w.press("看差别", "Show the differences")
    sound(w, "a sheet")
    (tmp_path / "no.xlsx").write_bytes(b"no sheet")
    w.open(here)
    page.locator("input[type=file]").set_input_files(tmp_path / "no.xlsx")
    w.press("看差别", "Show the differences")
    sound(w, "no sheet")
