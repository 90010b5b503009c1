"""A new kind by a program: everything wrong at once, tried, looked at, in service once."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.bootstrap import assemble
from service.core.people import SCOPES
from service.desk.people.trail import list_trail
from service.settings import Settings
from service.web.app import create_app
from tests.batch_tools import with_proofs
from tests.helpers_word import assert_docx_text
from tests.test_new_kind import ANSWERS, FORM
from tests.web.api.caller import caller, codes, problem
from tests.web.test_new_kinds import changed

WORD = {"Accept": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
KEY = {"Idempotency-Key": "in-service"}


@pytest.fixture
def settings(tmp_path):
    return Settings(data=with_proofs(tmp_path / "data"))


@pytest.fixture
def desk(settings):
    desk = assemble(settings)
    yield desk
    desk.close()


@pytest.fixture
def app(settings, desk):
    return create_app(desk, settings)


@pytest.fixture
def chief(app):
    return caller(app, scopes=SCOPES)


@pytest.fixture
def trial(chief):
    found = chief.post("/new-kinds", {"name": "request", "form": FORM})
    assert found.status_code == 200, found.text
    return found.get_json()


def word(data, name="我的.docx", lang="zh"):
    form = {"file": (io.BytesIO(data), name), "lang": lang}
    return {"data": form, "content_type": "multipart/form-data"}


def test_tried_looked_at_and_put_into_service_once(chief, desk, trial):
    assert trial["kind"]["title"] == {"zh": "请示", "en": "Request"}
    assert set(trial["notes"]) == {"zh", "en"}
    place = f"/new-kinds/{trial['trial']}"
    problem(chief.get("/kinds/request"), 404, "not_found")
    for lang, label in (("zh", "缘由"), ("en", "Reason")):
        paper = chief.get(f"{place}/paper?lang={lang}", headers=WORD)
        assert_docx_text(paper.data, label)
    first, again = (chief.post(f"{place}/service", headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.headers["Location"].endswith("/kinds/request")
    problem(chief.post(f"{place}/service"), 404, "not_found")
    assert [one.action for one in list_trail(desk)].count("kind_added") == 1
    made = chief.post("/kinds/request/fill", {"answers": ANSWERS, "stage": "issue"}, headers=WORD)
    assert_docx_text(made.data, "展厅照明用电偏高", "38000")


def test_four_at_once_with_one_key_get_one_answer(app, desk, trial):
    service = f"/new-kinds/{trial['trial']}/service"
    callers = [caller(app, scopes=SCOPES) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda one: one.post(service, headers=KEY), callers))
    assert {one.status_code for one in told} == {201}
    assert len({one.data for one in told}) == 1
    assert [one.action for one in list_trail(desk)].count("kind_added") == 1


def test_a_word_template_of_the_units_own(chief, desk, trial):
    place = f"/new-kinds/{trial['trial']}"
    own = changed(chief.get(f"{place}/template?lang=zh").data, "一、", "甲、")
    again = chief.post(f"{place}/template", **word(own)).get_json()
    assert again["trial"] != trial["trial"]
    english = changed(chief.get(f"{place}/template?lang=en").data, "{{ amount }}", "{{ amount }}!")
    last = chief.post(f"/new-kinds/{again['trial']}/template", **word(english, lang="en"))
    chief.post(f"/new-kinds/{last.get_json()['trial']}/service")
    kind = desk.catalog.kind("request")
    assert kind.template("zh").read_bytes() == own
    assert kind.template("en").read_bytes() == english


def test_everything_wrong_is_told_at_once(chief, trial):
    wrong = {"name": "Bad Name", "form": FORM.replace("integer", "number")}
    found = problem(chief.post("/new-kinds", wrong), 422, "invalid")["errors"]
    name, line = (next(one for one in found if one["pointer"] == at) for at in ("#/name", "#/form"))
    assert "小写字母" in name["detail"]
    assert line["detail"].startswith("第 7 行 sections.0.fields.1.type：")
    taken = {"name": "mobilization_notice", "form": FORM}
    assert "kind_exists" in codes(problem(chief.post("/new-kinds", taken), 422, "invalid"))
    place = f"/new-kinds/{trial['trial']}"
    bad = chief.post(f"{place}/template", **word(b"no Word at all"))
    [found] = problem(bad, 422, "invalid")["errors"]
    assert (found["code"], found["pointer"]) == ("not_a_docx", "#/file")
    starter = chief.get(f"{place}/template?lang=en").data
    wrong = word(changed(starter, "{{ amount }}", "{{ amout }}"), lang="en")
    found = problem(chief.post(f"{place}/template", **wrong), 422, "invalid")["errors"]
    assert {one["pointer"] for one in found} == {"#/file"}
    assert any("amout" in one["detail"] for one in found)
    nowhere = f"/new-kinds/{'0' * 32}"
    for path in ("template", "paper"):
        problem(chief.get(f"{nowhere}/{path}"), 404, "not_found")
    problem(chief.post(f"{nowhere}/template", **word(b"x")), 404, "not_found")


def test_a_name_that_somebody_took_meanwhile(chief):
    one, other = (
        chief.post("/new-kinds", {"name": "request", "form": FORM}).get_json()["trial"]
        for _ in "ab"
    )
    assert chief.post(f"/new-kinds/{one}/service").status_code == 201
    problem(chief.post(f"/new-kinds/{other}/service"), 409, "conflict")
