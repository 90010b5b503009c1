"""A roster from its upload to the last file of its batch, as another system drives it."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.bootstrap import assemble
from service.desk.batch.results import list_batches
from service.settings import Settings
from service.web.app import create_app
from tests.batch_tools import KIND, roster_csv, shared, with_proofs
from tests.web.api.caller import BASE, Caller, caller, codes, problem
from tests.web.test_batches import work_off

ID = "0" * 32


def upload(api, data=None, name="名册.csv", *, kind=KIND, **fields):
    form = {"file": (io.BytesIO(roster_csv(4) if data is None else data), name), **fields}
    return api.post(f"/kinds/{kind}/rosters", data=form, content_type="multipart/form-data")


def roster(api, count=4, *, change=None):
    """The id of a roster with its shared answers."""
    made = upload(api, roster_csv(count, change=change)).get_json()["id"]
    plain = json.loads(json.dumps(shared(), default=str))
    assert api.put(f"/rosters/{made}/shared", {"shared": plain}).status_code == 200
    return made


def start(api, made, key="k", **body):
    return api.post(f"/rosters/{made}/batches", body, headers={"Idempotency-Key": key})


def batch(api, desk, count=4, **more):
    """The id of a batch that has ended."""
    found = start(api, roster(api, count, **more)).get_json()["id"]
    work_off(desk, found)
    return found


def test_a_roster_is_uploaded_and_understood(api):
    found = upload(api)
    assert found.status_code == 201
    made = found.get_json()
    assert found.headers["Location"] == f"{BASE}/rosters/{made['id']}"
    assert (made["kind"], made["lang"], made["file"], made["batches"]) == (
        KIND,
        "zh",
        "名册.csv",
        [],
    )
    assert [one["field"] for one in made["columns"]][:2] == ["#", "person_name"]
    assert sum(made["counts"].values()) == 4
    assert api.get(f"/rosters/{made['id']}").get_json() == made


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b"PK\x03\x04 not really", "a.xlsx", None),
        (b"x", "a\x07.csv", "bad_file_name"),
    ],
)
def test_a_wrong_upload(api, data, name, code):
    found = problem(upload(api, data, name), 422, "invalid")
    assert code is None or codes(found) == [code]


def test_an_upload_needs_its_file_its_kind_and_its_type(api):
    empty = api.post(
        f"/kinds/{KIND}/rosters", data={"lang": "zh"}, content_type="multipart/form-data"
    )
    assert codes(problem(empty, 422, "invalid")) == ["no_file"]
    problem(upload(api, kind="leave"), 404, "not_found")
    problem(upload(api, kind="nothing"), 404, "not_found")
    problem(api.post(f"/kinds/{KIND}/rosters", {}), 415, "media_type")
    found = problem(upload(api, lang="de", more="1"), 422, "invalid")
    assert {one["pointer"] for one in found["errors"]} == {"#/lang", "#/more"}
    assert codes(problem(upload(api, activity=ID), 422, "invalid")) == ["no_activity"]


def test_columns_shared_answers_and_rows_are_mended(api):
    made = upload(api, roster_csv(2, change={0: {"出生年月": "某年"}})).get_json()["id"]
    found = problem(
        api.put(f"/rosters/{made}/shared", {"shared": {"findings": [{"text": "x"}], "nothing": 1}}),
        422,
        "invalid",
    )
    assert {one["pointer"] for one in found["errors"]} == {"#/shared/findings", "#/shared/nothing"}
    assert (
        api.put(
            f"/rosters/{made}/shared", {"shared": json.loads(json.dumps(shared(), default=str))}
        ).status_code
        == 200
    )
    [bad] = api.get(f"/rosters/{made}/rows?outcome=failed").get_json()["items"]
    assert {one["pointer"] for one in bad["reasons"]} == {"#/birth_month"}
    mended = api.patch(
        f"/rosters/{made}/rows/{bad['row']}", {"values": {"birth_month": "1975-03"}}
    ).get_json()
    assert (mended["outcome"], mended["mended"], mended["reasons"]) == ("queued", True, [])
    column = api.get(f"/rosters/{made}").get_json()["columns"][0]
    place = f"{column['sheet']}!{column['letter']}"
    again = api.put(f"/rosters/{made}/columns", {"columns": {place: ""}}).get_json()
    assert (again["columns"][0]["field"], again["columns"][0]["how"]) == ("", "chosen")
    assert again["counts"]["queued"] == 2
    problem(api.put(f"/rosters/{made}/columns", {"columns": {place: 1}}), 422, "invalid")
    problem(api.patch(f"/rosters/{made}/rows/999", {"values": {}}), 404, "not_found")
    found = problem(
        api.patch(f"/rosters/{made}/rows/2", {"values": {"nothing": 1}}), 422, "invalid"
    )
    assert found["errors"][0]["pointer"] == "#/values/nothing"


def test_the_pages_of_a_list(api):
    made = roster(api, 7)
    rows, cursor, pages = [], "", 0
    while cursor is not None:
        found = api.get(f"/rosters/{made}/rows?limit=3&cursor={cursor}").get_json()
        rows, cursor, pages = (
            [*rows, *(one["row"] for one in found["items"])],
            found["next"],
            pages + 1,
        )
    assert (rows, pages) == ([2, 3, 4, 5, 6, 7, 8], 3)
    listed = api.get("/rosters?limit=1").get_json()
    assert listed["items"][0]["id"] == made
    assert listed["next"] == made


def test_a_trial_with_the_first_row(api, desk):
    found = api.post(f"/rosters/{roster(api)}/trial")
    assert found.status_code == 200
    assert "对照检查" in desk.text_of(found.data)


def test_a_batch_needs_a_key(api):
    made = roster(api, 1)
    for key in ("", "两个字", "x" * 256):
        headers = {"Idempotency-Key": key.encode().decode("latin-1")} if key else {}
        found = problem(
            api.post(f"/rosters/{made}/batches", {}, headers=headers), 400, "bad_request"
        )
        assert codes(found) == ["no_key"]
    assert api.get(f"/rosters/{made}").get_json()["batches"] == []


def test_the_same_key_starts_once_and_another_body_is_refused(api):
    made = roster(api, 1)
    first = start(api, made)
    assert first.status_code == 201
    again = start(api, made)
    assert (again.status_code, again.data, again.headers["Location"]) == (
        201,
        first.data,
        first.headers["Location"],
    )
    found = problem(start(api, made, pdf="each"), 422, "invalid")
    assert codes(found) == ["key_used"]
    other = start(api, made, key="other")
    assert other.get_json()["id"] != first.get_json()["id"]
    assert len(api.get(f"/rosters/{made}").get_json()["batches"]) == 2


def test_eight_at_once_get_one_batch(tmp_path, database_url):
    settings = Settings(data=with_proofs(tmp_path / "data"), database_url=database_url)
    desk = assemble(settings)
    try:
        app = create_app(desk, settings)
        api = caller(app)
        made = roster(api, 3)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: start(Caller(app, api.secret), made), range(8)))
        assert {one.status_code for one in found} == {201}
        assert len({one.data for one in found}) == 1
        assert [one.id for one in list_batches(desk, api.person.id)] == [found[0].get_json()["id"]]
    finally:
        desk.close()


def test_a_batch_to_its_end(api, desk):
    made = batch(api, desk, 3, change={1: {"姓名": ""}})
    found = api.get(f"/batches/{made}").get_json()
    assert (found["state"], found["ended"], found["counts"]["made"], found["counts"]["failed"]) == (
        "done",
        True,
        2,
        1,
    )
    items = api.get(f"/batches/{made}/items").get_json()["items"]
    assert [one["state"] for one in items] == ["made", "failed", "made"]
    docx = api.get(f"/batches/{made}/items/{items[0]['id']}/docx")
    assert items[0]["name"] in desk.text_of(docx.data)
    assert codes(
        problem(api.get(f"/batches/{made}/items/{items[0]['id']}/pdf"), 404, "not_found")
    ) == ["no_result"]
    assert codes(problem(api.get(f"/batches/{made}/joined.pdf"), 404, "not_found")) == ["no_result"]
    names = zipfile.ZipFile(io.BytesIO(api.get(f"/batches/{made}/files.zip").data)).namelist()
    assert len(names) == 3
    tally = api.get(f"/batches/{made}/tally").get_json()["tally"]
    assert tally["read"] == 3 == tally["made"] + tally["failed"]
    assert api.get(f"/batches/{made}/tally.xlsx").data.startswith(b"PK")
    missing = api.get(f"/batches/{made}/missing").get_json()
    assert [one["id"] for one in missing["items"]] == [items[0]["id"], items[2]["id"]]
    assert "还差 2 人" in missing["reminder"]


def test_what_failed_is_mended_and_retried(api, desk):
    made = batch(api, desk, 2, change={1: {"姓名": ""}})
    [bad] = api.get(f"/batches/{made}/items?state=failed").get_json()["items"]
    found = api.patch(
        f"/batches/{made}/items/{bad['id']}", {"values": {"person_name": "万里"}}
    ).get_json()
    assert (found["name"], found["reasons"]) == ("万里", [])
    assert api.post(f"/batches/{made}/retry").get_json()["state"] == "queued"
    problem(api.post(f"/batches/{made}/retry"), 409, "conflict")
    work_off(desk, made)
    assert api.get(f"/batches/{made}").get_json()["counts"]["made"] == 2
    assert codes(problem(api.post(f"/batches/{made}/cancel"), 409, "conflict")) == ["batch_ended"]
    found = problem(
        api.patch(f"/batches/{made}/items/{bad['id']}", {"values": {}}), 409, "conflict"
    )
    assert codes(found) == ["item_not_failed"]


def test_a_batch_is_cancelled(api):
    made = start(api, roster(api, 1)).get_json()["id"]
    found = api.post(f"/batches/{made}/cancel").get_json()
    assert (found["state"], found["ended"]) == ("cancelled", True)


def test_files_come_back(api, desk):
    made = batch(api, desk, 2)
    [first, _] = api.get(f"/batches/{made}/items").get_json()["items"]
    data = api.get(f"/batches/{made}/items/{first['id']}/docx").data
    form = {"files": [(io.BytesIO(data), f"{first['file']}.docx"), (io.BytesIO(b"x"), "谁的.docx")]}
    found = api.post(
        f"/batches/{made}/returned", data=form, content_type="multipart/form-data"
    ).get_json()
    assert [one["item"]["id"] for one in found["matched"]] == [first["id"]]
    assert [one["file"] for one in found["unmatched"]] == ["谁的.docx"]
    assert api.get(f"/batches/{made}/items/{first['id']}/returned").data == data


def test_what_is_anothers_is_not_there(app, api, desk):
    other = caller(app, "tu", "clerk")
    made_roster = roster(api, 1)
    made = start(api, made_roster).get_json()["id"]
    work_off(desk, made)
    [item] = api.get(f"/batches/{made}/items").get_json()["items"]
    absent = problem(other.get(f"/batches/{ID}"), 404, "not_found")
    for path in (f"/rosters/{made_roster}", f"/rosters/{made_roster}/rows", f"/batches/{made}", f"/batches/{made}/items",
                 f"/batches/{made}/items/{item['id']}/docx", f"/batches/{made}/files.zip", f"/batches/{made}/tally",
                 f"/batches/{made}/missing"):  # fmt: skip
        found = problem(other.get(path), 404, "not_found")
        assert found | {"request_id": ""} == absent | {"request_id": ""}
    assert other.get("/rosters").get_json()["items"] == []
    assert other.get("/batches").get_json()["items"] == []


def test_a_key_of_anothers_tells_nothing(app, api):
    other = caller(app, "tu", "clerk")
    mine, theirs = roster(api, 1), roster(other, 1)
    assert (
        start(api, mine, key="same").get_json()["id"]
        != start(other, theirs, key="same").get_json()["id"]
    )
