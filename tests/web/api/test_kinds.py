"""Kinds and one document: schemas, checks, Word and PDF by Accept or format."""

import io
import json

import jsonschema
import openpyxl
import pytest

from service.desk.kinds import sample_answers
from tests.web.api.caller import codes, problem
from tests.web.api.test_activities import activity

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LEAVE = {"answers": {"title": "关于借用展柜的请示"}}


def sample(desk, kind, lang="zh"):
    return json.loads(json.dumps(sample_answers(desk, kind, lang), default=str))


def test_every_kind_is_listed(api, desk):
    found = api.get("/kinds").get_json()
    assert [one["name"] for one in found["items"]] == list(desk.catalog.kinds())
    assert found["broken"] == []
    [member] = [one for one in found["items"] if one["name"] == "self_examination"]
    assert (member["audience"], member["languages"], member["route"][0]) == (
        "member",
        ["zh", "en"],
        "branch_secretary",
    )
    assert api.get("/kinds/self_examination").get_json() == member
    problem(api.get("/kinds/nothing"), 404, "not_found")


def test_a_kind_whose_definition_is_wrong_is_named(api, own_templates, desk):
    broken = own_templates / "docx" / "broken"
    broken.mkdir()
    try:
        (broken / "form.yaml").write_text("title: 3")
        found = api.get("/kinds").get_json()
        assert found["broken"] == ["broken"]
        assert api.get("/openapi.json").status_code == 200
        problem(api.get("/kinds/broken"), 422, "invalid")
    finally:
        (broken / "form.yaml").unlink()
        broken.rmdir()


@pytest.mark.parametrize("stage", ["draft", "file"])
def test_the_schema_takes_the_samples_and_what_it_takes_is_filled(app, api, desk, stage):
    activity(app, api, desk)  # the newest activity prefills
    for kind in desk.catalog.kinds():
        answers = sample(desk, kind)
        if not answers:
            continue
        schema = api.get(f"/kinds/{kind}/schema?stage={stage}").get_json()
        jsonschema.validate(answers, schema)
        found = api.post(f"/kinds/{kind}/check", {"answers": answers, "stage": stage}).get_json()
        assert (found["good"], found["errors"]) == (True, []), kind


def test_the_schema_speaks_the_language_asked_for(api):
    titles = {
        lang: api.get(f"/kinds/leave/schema?lang={lang}").get_json()["title"]
        for lang in ("zh", "en")
    }
    assert titles == {"zh": "请示单", "en": "Request slip"}


def test_a_check_tells_problems_and_gaps_and_makes_nothing(reader):
    found = reader.post(
        "/kinds/leave/check", {"answers": {"amount": 100}, "stage": "review"}
    ).get_json()
    assert found["good"] is False
    assert {(one["pointer"], one["code"]) for one in found["errors"]} >= {
        ("#/amount", "too_large"),
        ("#/reason", "required"),
    }
    found = reader.post("/kinds/leave/check", LEAVE).get_json()
    assert found["good"] is True
    assert "#/reason" in {one["pointer"] for one in found["notes"]}


def test_word_is_the_usual_form(api, desk):
    for headers in (
        {},
        {"Accept": "*/*"},
        {"Accept": DOCX},
        {"Accept": f"image/png, {DOCX};q=0.2"},
    ):
        found = api.post("/kinds/leave/fill", LEAVE, headers=headers)
        assert (found.status_code, found.mimetype) == (200, DOCX)
        assert "关于借用展柜的请示" in desk.text_of(found.data)
        assert "attachment" in found.headers["Content-Disposition"]
        assert "%E8%AF%B7%E7%A4%BA%E5%8D%95" in found.headers["Content-Disposition"]


@pytest.mark.office
def test_pdf_by_accept_or_by_format(api):
    for body, headers in [(LEAVE, {"Accept": "application/pdf"}), (LEAVE | {"format": "pdf"}, {})]:
        found = api.post("/kinds/leave/fill", body, headers=headers)
        assert (found.status_code, found.mimetype) == (200, "application/pdf")
        assert found.data.startswith(b"%PDF-")


def test_format_goes_before_accept(api):
    found = api.post(
        "/kinds/leave/fill", LEAVE | {"format": "docx"}, headers={"Accept": "application/pdf"}
    )
    assert found.mimetype == DOCX


def test_an_annex_alone(api, desk):
    kind = next(one for one in desk.catalog.kinds() if desk.catalog.kind(one).parts)
    [part, *_] = desk.catalog.kind(kind).parts
    body = {"answers": sample(desk, kind), "part": part}
    assert api.post(f"/kinds/{kind}/fill", body).status_code == 200
    found = problem(api.post(f"/kinds/{kind}/fill", body | {"part": "nothing"}), 422, "invalid")
    assert codes(found) == ["no_part"]
    assert found["errors"][0]["pointer"] == "#/part"


def test_the_stage_bites(api):
    found = problem(api.post("/kinds/leave/fill", LEAVE | {"stage": "review"}), 422, "invalid")
    assert {one["pointer"] for one in found["errors"]} == {"#/answers/reason", "#/answers/things"}


def test_the_roster_template(api):
    found = api.get("/kinds/self_examination/roster.xlsx?lang=en")
    assert "Name" in str(
        [one.value for one in openpyxl.load_workbook(io.BytesIO(found.data)).worksheets[0][1]]
    )
    problem(api.get("/kinds/leave/roster.xlsx"), 422, "invalid")
