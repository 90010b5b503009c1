"""What the pages of an activity do beside its papers: copies, scans, sheets, slots, stale papers."""

import io

import pytest

from tests.batch_tools import ROOT
from tests.ledger_tools import keep_ledger
from tests.web.api.caller import BASE, caller, codes, problem
from tests.web.api.test_activities import activity, begin, sample, save
from tests.web.api.world import PHOTO, file_of

KEY = {"Idempotency-Key": "work"}
SCAN = (ROOT / "samples/uploads/opinions.pdf").read_bytes()


@pytest.fixture
def made(app, api, desk):
    return f"/activities/{activity(app, api, desk)}"


def test_a_copy_is_looked_at_and_made_once(api, made):
    look = api.get(f"{made}/copy?amount=2").get_json()
    start = next(one for one in look["days"] if one["field"] == "mobilize_start")
    assert int(start["after"][:4]) == int(start["before"][:4]) + 2
    assert {"zh", "en"} == set(start["label"])
    back = api.get(f"{made}/copy?amount=-1&same_weekday=true").get_json()
    assert back["days"][0]["after"] < back["days"][0]["before"]
    title = next(one for one in look["texts"] if one["field"] == "campaign_name")
    body = {"amount": 2, "changed": {"campaign_name": "下一年的活动"}, "cleared": ["unit"]}
    first, again = (api.post(f"{made}/copies", body, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]
    answers = first.get_json()["answers"]
    assert answers["campaign_name"] == "下一年的活动" != title["value"]
    assert answers["mobilize_start"] == start["after"]
    assert "unit" not in answers
    copy = first.headers["Location"].removeprefix(BASE)
    assert api.get(f"{copy}/documents").get_json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"amount": 51}, "#/amount"),
        ({"amount": 20_001, "unit": "days"}, "#/amount"),
        ({"amount": True}, "#/amount"),
        ({"unit": "weeks"}, "#/unit"),
        ({"changed": {"nothing": "x"}}, "#/changed"),
        ({"cleared": ["nothing"]}, "#/cleared"),
        ({"cleared": [3]}, "#/cleared"),
        ({"cleared": "unit"}, "#/cleared"),
    ],
)
def test_a_copy_that_cannot_be(api, made, body, pointer):
    before = len(api.get("/activities?limit=200").get_json()["items"])
    found = problem(api.post(f"{made}/copies", body), 422, "invalid")
    assert [one["pointer"] for one in found["errors"]] == [pointer]
    assert len(api.get("/activities?limit=200").get_json()["items"]) == before


def test_a_file_is_put_into_a_slot_handed_out_and_taken_out(api, made):
    bundle = f"{made}/bundles/supervisory"
    listed = api.get(f"{made}/bundles").get_json()["items"]
    assert "supervisory" in {one["name"] for one in listed}

    def put(name="公示.jpg", slot="publicity", data=PHOTO, **headers):
        sent = file_of(data, name)
        return api.post(f"{bundle}/slots/{slot}/uploads", headers=headers, **sent)

    first, again = put(**KEY), put(**KEY)
    assert (first.status_code, first.data) == (201, again.data)
    assert codes(problem(put("b.jpg", **KEY), 422, "invalid")) == ["key_used"]
    parts = api.get(bundle).get_json()["parts"]
    [part] = [one for one in parts if one["slot"] == "publicity"]
    assert (part["standing"], part["source"], part["takes_upload"]) == ("there", "公示.jpg", True)
    assert part["upload"] == first.get_json()["id"]
    url = first.get_json()["url"]
    got = api.get(url)
    assert (got.data, got.mimetype) == (PHOTO, "image/jpeg")
    assert "attachment" in got.headers["Content-Disposition"]
    problem(put(slot="plan"), 404, "not_found")
    problem(put(data=b"<html>", name="a.pdf"), 422, "invalid")
    problem(api.get(url.replace("supervisory", "nothing")), 404, "not_found")
    assert api.call("DELETE", url).status_code == 204
    problem(api.call("DELETE", url), 404, "not_found")
    problem(api.get(url), 404, "not_found")


def test_documents_that_the_profile_has_left_behind_are_made_again(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    assert api.post(f"{path}/versions").status_code == 201
    assert api.get(f"{made}/stale").get_json()["items"] == []
    read = api.get(f"{made}/profile")
    answers = read.get_json()["answers"] | {"contact_phone": "内线9999"}
    assert save(api, made, answers, read.headers["ETag"], "profile").status_code == 200
    [line] = api.get(f"{made}/stale").get_json()["items"]
    assert (path.endswith(line["document"]), line["version"], line["stays"]) == (True, 1, "")
    assert api.post(f"{made}/stale/remake").get_json() == {"made": 1, "refused": []}
    assert api.post(f"{made}/stale/remake").get_json() == {"made": 0, "refused": []}
    assert api.get(path).get_json()["versions"][0]["no"] == 2


def test_what_is_left_over_in_a_draft_is_told(api, made, desk):
    answers = sample(desk, "mobilization_notice")
    good = begin(api, made, answers=answers)
    assert api.get(f"{good}/check").get_json()["good"] is True
    known = codes({"errors": api.get(f"{good}/check").get_json()["notes"]})
    left = begin(api, made, answers=answers | {"title": "关于召开XX大会的通知"})
    found = api.get(f"{left}/check").get_json()
    assert set(codes({"errors": found["notes"]})) - set(known)
    assert api.get(f"{left}/draft/paper").data.startswith(b"PK")
    bad = begin(api, made, answers=answers | {"title": 3})
    assert api.get(f"{bad}/check").get_json()["good"] is False
    told = problem(api.get(f"{bad}/draft/paper"), 422, "invalid")
    assert "#/answers/title" in {one["pointer"] for one in told["errors"]}
    assert api.get(left).get_json()["versions"] == []


def test_the_ledgers_sheet_goes_out_and_comes_back(api, made, desk):
    import openpyxl

    keep_ledger(desk, api.person, made.rpartition("/")[2])
    got = api.get(f"{made}/ledger/sheet.xlsx?lang=zh")
    book = openpyxl.load_workbook(io.BytesIO(got.data))
    sheet = book.worksheets[0]
    places = {
        cell.value: (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }
    top, column = next(at for name, at in places.items() if str(name).startswith("进展"))
    first = api.get(f"{made}/ledger/1").get_json()["progress"].get("progress")
    sheet.cell(top + 1, column).value = "大纲已评审"
    out = io.BytesIO()
    book.save(out)
    sent = file_of(out.getvalue(), "台账.xlsx")
    back = api.post(f"{made}/ledger/sheet/differences", **sent).get_json()
    [task] = back["tasks"]
    [one] = task["differences"]
    assert (task["no"], one["column"], one["now"], one["new"]) == (
        1, "progress", first, "大纲已评审",
    )  # fmt: skip
    assert api.get(f"{made}/ledger/1").get_json()["progress"].get("progress") == first
    said = {"no": 1, "revision": task["revision"], "progress": {"progress": one["new"]}}
    assert api.post(f"{made}/ledger/sheet", {"tasks": [said]}).get_json() == {
        "taken": 1, "refused": [],
    }  # fmt: skip
    assert api.get(f"{made}/ledger/1").get_json()["progress"]["progress"] == "大纲已评审"
    late = api.post(f"{made}/ledger/sheet", {"tasks": [said | {"progress": {"status": "done"}}]})
    [refused] = late.get_json()["refused"]
    assert (refused["no"], codes({"errors": refused["reasons"]})) == (1, ["task_changed"])
    wrong = [{"no": 1}, {**said, "no": "1"}, {**said, "more": 1}, 3, {**said, "progress": []}]
    for one in wrong:
        found = problem(api.post(f"{made}/ledger/sheet", {"tasks": [one]}), 422, "invalid")
        assert codes(found) == ["wrong_value"]
    problem(api.post(f"{made}/ledger/sheet/differences", **file_of(b"x", "a.xlsx")), 422, "invalid")


def test_scans_that_come_together_find_their_papers(api, made, desk):
    path = begin(api, made, answers=sample(desk, "mobilization_notice"))
    assert api.post(f"{path}/versions").status_code == 201
    for state in ("final", "issued"):
        assert api.put(f"{path}/state", {"state": state}).status_code == 200
    board = api.get(f"{made}/scans").get_json()
    [line] = board["expected"]
    assert (path.endswith(line["document"]), line["scan"], board["back"]) == (True, 0, [])
    files = [
        (io.BytesIO(SCAN), line["file"].replace(".docx", ".pdf")),
        (io.BytesIO(SCAN), "谁的.pdf"),
        (io.BytesIO(b"x"), "不是.pdf"),
    ]
    sent = {"data": {"scans": files}, "content_type": "multipart/form-data"}
    found = api.post(f"{made}/scans", **sent).get_json()
    [taken] = found["taken"]
    assert (taken["scan"]["document"], taken["version"]) == (line["document"], 2)
    assert [one["file"] for one in found["unmatched"]] == ["谁的.pdf"]
    assert [one["file"] for one in found["refused"]] == ["不是.pdf"]
    board = api.get(f"{made}/scans").get_json()
    assert (board["expected"], board["back"][0]["scan"]) == ([], 2)


def test_opinions_are_printed_on_the_final_paper(app, api, made, desk):
    path = begin(api, made, "leadership_self_examination",
                 answers=sample(desk, "leadership_self_examination"))  # fmt: skip
    assert api.post(f"{path}/versions").status_code == 201
    problem(api.post(f"{path}/reviews/print"), 409, "conflict")
    assert api.put(f"{path}/state", {"state": "in_review"}).status_code == 200
    for step in api.get(f"{path}/reviews").get_json()["steps"]:
        said = {"version": 1, "result": "agree", "opinion": "同意。", "step": step,
                "by": "万䶮", "on": "2014-09-12"}  # fmt: skip
        assert api.post(f"{path}/reviews", said).status_code == 201
    assert api.get(f"{path}/reviews").get_json()["printable"] is True
    found = api.post(f"{path}/reviews/print")
    assert (found.status_code, found.get_json()["no"]) == (201, 2)
    assert api.get(found.headers["Location"]).data.startswith(b"PK")
    problem(api.post(f"{path}/reviews/print"), 409, "conflict")


def test_what_waits_for_me(app, api, made, desk):
    path = begin(api, made, "experience_paper")
    mine = api.get("/todo").get_json()
    assert path.rpartition("/")[2] in {one["document"] for one in mine["drafts"]}
    theirs = caller(app, "fu", "clerk").get("/todo").get_json()
    assert path.rpartition("/")[2] not in {one["document"] for one in theirs["drafts"]}


def test_what_a_long_field_said_last_year(api, made, desk):
    answers = sample(desk, "mobilization_notice")
    field = next(name for name, one in desk.catalog.kind("mobilization_notice").form.fields.items()
                 if one.type == "paragraphs" and answers.get(name))  # fmt: skip
    old = begin(api, made, answers=answers)
    copy = api.post(f"{made}/copies", {}).headers["Location"].removeprefix(BASE)
    new = begin(api, copy)
    last = api.get(f"{new}/draft/last-year/{field}").get_json()
    lines = answers[field]
    assert last["text"] == ("\n".join(lines) if isinstance(lines, list) else lines)
    assert old.endswith(last["document"])
    problem(api.get(f"{new}/draft/last-year/nothing"), 404, "not_found")
    problem(api.get(f"{old}/draft/last-year/{field}"), 404, "not_found")


def test_the_sample_is_made_once(api):
    first, again = (api.post("/activities/sample", headers=KEY) for _ in range(2))
    assert (first.status_code, first.data) == (201, again.data)
    assert first.get_json()["answers"]["campaign_name"]
