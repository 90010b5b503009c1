"""The register over the API: numbers by a key, void, gaps, files; a document's own number."""

import io

import pytest
from openpyxl import load_workbook

from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.kinds import sample_answers
from tests.document_tools import NOTICE, begin, keep_activity, send_back
from tests.web.api.caller import caller, codes, problem


@pytest.fixture
def clerk(app):
    return caller(app, "api-clerk", "clerk")


@pytest.fixture
def word(request):
    """Of each test's own: the module shares one register."""
    return f"洪{abs(hash(request.node.name)) % 10**6}字"


def give(clerk, word, key="k", **more):
    body = {"word": word, "year": 2014, **more}
    return clerk.post(
        "/register", body, headers={"Idempotency-Key": f"{key} {word}".encode().hex()}
    )


def listed(clerk, word, **query):
    return clerk.client.get(
        "/api/v1/register", query_string={"word": word, **query}, headers=clerk.headers
    ).get_json()


def test_a_key_gets_one_number(clerk, word):
    first = give(clerk, word, title="关于召开动员会的通知")
    assert first.status_code == 201
    entry = first.get_json()
    assert (entry["number"], entry["state"]) == (f"{word}〔2014〕1号", "given")
    assert (entry["title"], entry["handled_by"]) == ("关于召开动员会的通知", "api-clerk")
    assert give(clerk, word, title="关于召开动员会的通知").get_json() == entry
    assert clerk.get(first.headers["Location"]).get_json() == entry
    assert give(clerk, word, key="l").get_json()["first"] == 2
    told = problem(give(clerk, word, title="另一份"), 422, "invalid")
    assert codes(told) == ["key_used"]
    assert clerk.post("/register", {"word": word}).status_code == 400


def test_void_and_gaps(clerk, word):
    entry = give(clerk, word, no=5, reason="启用前已编").get_json()
    told = problem(clerk.post(f"/register/{entry['id']}/void", {"reason": ""}), 422, "invalid")
    assert codes(told) == ["no_reason"]
    void = clerk.post(f"/register/{entry['id']}/void", {"reason": "编错"})
    assert void.get_json()["state"] == "void"
    assert clerk.post(f"/register/{entry['id']}/void", {"reason": "编错"}).status_code == 409
    assert clerk.post(f"/register/{'0' * 32}/void", {"reason": "x"}).status_code == 404
    assert clerk.get(f"/register/{'0' * 32}").status_code == 404
    gap = {"word": word, "year": 2014, "first": 2, "last": 3, "reason": "见纸质登记簿"}
    assert clerk.post("/register/gap", gap).get_json()["state"] == "gap"
    assert clerk.post("/register/gap", {**gap, "last": 9}).status_code == 422
    assert clerk.post("/register/gap", {**gap, "last": 99_999}).status_code == 422
    assert [(one["first"], one["last"], one["state"]) for one in listed(clerk, word)["items"]] == [
        (1, 1, "missing"), (2, 3, "gap"), (4, 4, "missing"), (5, 5, "void"),
    ]  # fmt: skip
    give(clerk, word, key="four", no=4, reason="找到了")
    assert clerk.post("/register/gap", {**gap, "last": 4}).status_code == 409


def test_pages_of_the_list_go_on_after_what_is_missing(clerk, word):
    give(clerk, word, no=3, reason="x")
    first = listed(clerk, word, limit=1)
    assert [one["state"] for one in first["items"]] == ["missing"]
    second = listed(clerk, word, limit=1, cursor=first["next"])
    assert [one["first"] for one in second["items"]] == [3]
    assert second["next"] is None


def test_files(clerk, word):
    give(clerk, word, title="=1+1")
    where = f"/register/sheet?word={word}"
    [sheet] = load_workbook(io.BytesIO(clerk.get(where).data)).worksheets
    assert sheet.cell(4, 3).value == "=1+1"
    assert clerk.get(f"{where}&ending=docx").data.startswith(b"PK")
    assert codes(problem(clerk.get(f"{where}x"), 422, "invalid")) == ["register_empty"]
    assert clerk.get(f"{where}&ending=doc").status_code == 422


@pytest.mark.parametrize(
    ("more", "code"),
    [({"dated": "2014-02-30"}, "bad_date"), ({"no": 9}, "no_reason"), ({"no": 2014, "reason": "x"}, "number_leaps"),
     ({"title": "a\x01"}, "bad_text"), ({"year": 1000}, "bad_year")],
)  # fmt: skip
def test_what_is_wrong_is_told(clerk, word, more, code):
    assert codes(problem(give(clerk, word, **more), 422, "invalid")) == [code]


@pytest.fixture
def document(desk, clerk, word):
    activity = keep_activity(desk, doc_code=word)
    answers = {**sample_answers(desk, NOTICE, "zh"), "letterhead": True, "doc_number": ""}
    found = begin(desk, clerk.person, activity, answers=answers)
    generate(desk, clerk.person, found)
    return found


def test_a_document_gets_its_number(desk, clerk, word, document):
    path, key = f"/documents/{document}/number", {"headers": {"Idempotency-Key": "n"}}
    assert codes(problem(clerk.post(path, {}, **key), 409, "conflict")) == ["not_final"]
    move_document(desk, clerk.person, document, "final")
    made = clerk.post(path, {}, **key)
    assert made.status_code == 201
    found = made.get_json()
    assert (found["entry"]["document"], found["entry"]["word"], found["version"]) == (
        document,
        word,
        2,
    )
    again = clerk.post(path, {}, **key).get_json()
    assert (again["entry"], again["version"]) == (found["entry"], None)
    other = clerk.post(path, {}, headers={"Idempotency-Key": "m"})
    assert codes(problem(other, 409, "conflict")) == ["has_number"]
    assert found["entry"]["number"] in desk.text_of(open_version(desk, document, 2).data)


def test_over_word_no_version_is_made(desk, clerk, document):
    move_document(desk, clerk.person, document, "final")
    send_back(desk, clerk.person, document, open_version(desk, document, 1).data)
    made = clerk.post(f"/documents/{document}/number", {}, headers={"Idempotency-Key": "w"})
    assert (made.status_code, made.get_json()["version"]) == (201, None)
