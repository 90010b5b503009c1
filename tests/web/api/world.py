"""Something of each kind that there is, by the names that addresses of the API have for it."""

import io

from service.core.people import SCOPES
from service.desk.new_kinds import EXAMPLE
from tests.batch_tools import KIND, ROOT
from tests.filing_papers import keep_submission
from tests.ledger_tools import keep_ledger
from tests.web.api.caller import caller
from tests.web.api.test_activities import activity, begin, sample
from tests.web.api.test_rosters import roster, start
from tests.web.people import signed
from tests.web.test_batches import work_off

PHOTO = (ROOT / "samples/uploads/publicity.jpg").read_bytes()


def file_of(data, name, control="file", **fields):
    """What a request brings that sends one file."""
    form = {control: (io.BytesIO(data), name), **fields}
    return {"data": form, "content_type": "multipart/form-data"}


def numbered(chief):
    """An entry of the register, in which the first numbers are missing."""
    word = "洪八馆党发"
    there = chief.get(f"/register?word={word}&year=2014").get_json()["items"]
    asked = {"word": word, "year": 2014, **({} if there else {"no": 5, "reason": "启用前已编"})}
    found = chief.post("/register", asked, headers={"Idempotency-Key": f"world-{len(there)}"})
    assert found.status_code == 201, found.text
    return found.get_json()["id"]


def world(app, desk):
    """A caller who may do everything, the objects by name, and the items of the batch."""
    chief = caller(app, scopes=SCOPES)
    made = roster(chief, 2, change={1: {"姓名": ""}})
    batch = start(chief, made).get_json()["id"]
    work_off(desk, batch)
    items = chief.get(f"/batches/{batch}/items").get_json()["items"]
    there = activity(app, chief, desk)
    path = begin(chief, f"/activities/{there}", answers=sample(desk, "mobilization_notice"))
    assert chief.post(f"{path}/versions").status_code == 201
    keep_ledger(desk, chief.person, there)
    slot = f"/activities/{there}/bundles/supervisory/slots/publicity"
    upload = chief.post(f"{slot}/uploads", **file_of(PHOTO, "公示.jpg"))
    assert upload.status_code == 201, upload.text
    named = {"roster": made, "batch": batch, "item": items[0]["id"], "activity": there}
    named |= {"document": path.rpartition("/")[2], "name": "supervisory", "slot": "publicity"}
    named |= {
        "upload": upload.get_json()["id"],
        "user": signed(app, f"xi-{made[:8]}", "clerk").person.id,
    }
    named["entry"] = numbered(chief)
    tried = chief.post("/new-kinds", {"name": "request", "form": EXAMPLE})
    assert tried.status_code == 200, tried.text
    named["trial"] = tried.get_json()["trial"]
    named["submission"] = keep_submission(desk, chief.person, there, [named["document"]])
    return chief, {**named, "kind": KIND, "row": "2", "no": "1"}, items
