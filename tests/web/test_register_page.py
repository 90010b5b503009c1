"""The register's page and the number on a document's page: given, void, explained, handed out."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.filing.register_list import list_register
from service.desk.kinds import sample_answers
from tests.document_tools import NOTICE, begin, keep_activity, send_back
from tests.web.people import signed
from tests.web.screen import Screen, get

WORD = "洪八馆党发"
YEAR = date.today().year


@pytest.fixture
def clerk(app):
    return signed(app, "reg-clerk", "clerk")


@pytest.fixture
def word(request):
    """Of each test's own: the module shares one register."""
    return f"洪{abs(hash(request.node.name)) % 10**6}字"


def post(client, data, path="/register", at=None):
    token = get(client, at or path).find('//input[@name="_csrf"]')[0].get("value")
    return client.post(path, data={"_csrf": token, **data})


def give(client, word, **more):
    return post(client, {"_do": "give", "word": word, "year": str(YEAR), **more})


def lines(desk, word):
    return list_register(desk, word=word)


def test_a_number_is_given_and_shown(desk, clerk, word):
    made = give(
        clerk, word, title="关于召开动员会的通知", genre="通知", copies="30", dated="2014-03-05"
    )
    assert made.status_code == 303
    page = get(clerk, made.headers["Location"].partition("#")[0] + "&lang=zh")
    assert f"{word}〔{YEAR}〕1号" in page.words('//*[@role="status"]')
    said = page.words('//ul[contains(@class, "register-lines")]')
    for one in ("关于召开动员会的通知", "通知", "30 份", "经办 reg-clerk"):
        assert one in said
    [line] = lines(desk, word)
    assert (line.copies, line.dated, line.handled_by) == (30, date(2014, 3, 5), "reg-clerk")


def test_a_double_click_gives_one_number(desk, clerk, word):
    again = {"_key": "k1", "title": "双击"}
    first, second = (give(clerk, word, **again) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    other = give(clerk, word, _key="k1", title="另一份，从后退来的页面")
    assert other.status_code == 303
    assert [one.first for one in lines(desk, word)] == [1, 2]


def test_what_is_wrong_stands_at_its_field(desk, clerk, word):
    told = Screen(give(clerk, "洪〔〕", no="x", given_on="2014-02-30", title="留着的题名"))
    assert told.status == 422
    assert told.one('//input[@name="title"]').get("value") == "留着的题名"
    for name in ("no", "given_on"):
        assert told.one(f'//input[@name="{name}"]').get("aria-invalid") == "true"
    told = Screen(give(clerk, word, no="3"))
    assert told.status == 422
    assert told.by_id("r-reason").get("aria-invalid") == "true"
    assert told.find('//details[@open]//input[@id="r-reason"]')
    assert lines(desk, word) == []
    give(clerk, word)
    taken = Screen(give(clerk, word, no="1", reason="x"))
    assert taken.status == 409
    assert "不能再用" in taken.words('//*[@role="alert"]')


def test_void_and_gaps_ask_for_a_reason(desk, clerk, word):
    give(clerk, word, no="3", reason="启用前已编")
    series = f"{YEAR} {word}"
    [_, third] = lines(desk, word)
    refused = Screen(post(clerk, {"_do": "gap:1-2", "series": series, "reason": " "}))
    assert refused.status == 422
    assert refused.find('//details[@open]//button[@value="gap:1-2"]')
    assert (
        post(clerk, {"_do": "gap:1-2", "series": series, "reason": "见纸质登记簿"}).status_code
        == 303
    )
    assert (
        post(clerk, {"_do": f"void:{third.id}", "series": series, "reason": "编错"}).status_code
        == 303
    )
    assert [(one.number, one.standing, one.reason) for one in lines(desk, word)] == [
        (f"{word}〔{YEAR}〕1至2号", "gap", "见纸质登记簿"), (f"{word}〔{YEAR}〕3号", "void", "启用前已编；编错"),
    ]  # fmt: skip
    again = Screen(post(clerk, {"_do": f"void:{third.id}", "series": series, "reason": "x"}))
    assert again.status == 409
    assert post(clerk, {"_do": "void:" + "0" * 32, "reason": "x"}).status_code == 404
    for bad in ("gap:x", "gap:1-", "give-it", ""):
        assert post(clerk, {"_do": bad, "series": series, "reason": "x"}).status_code == 400


def test_it_is_looked_through(clerk, word):
    give(clerk, word, title="甲文件")
    give(clerk, word, title="乙文件")
    found = get(clerk, f"/register?series={YEAR}+{word}&find=乙")
    said = found.words('//ul[contains(@class, "register-lines")]')
    assert "乙文件" in said
    assert "甲文件" not in said
    assert get(clerk, "/register?series=&find=没有这样的").find('//p[@class="none"]')
    for odd in ("x", "99999999999 a", "2014", "²014 a"):
        assert clerk.get("/register", query_string={"series": odd}).status_code == 200


def test_it_is_handed_out(clerk, word, app_failing):
    give(clerk, word, title="=HYPERLINK(1)")
    series = f"series={YEAR}+{word}"
    got = clerk.get(f"/register/sheet.xlsx?{series}")
    assert got.mimetype.endswith("sheet")
    [sheet] = load_workbook(io.BytesIO(got.data)).worksheets
    assert [cell.value for cell in sheet[4]][1:3] == [f"{word}〔{YEAR}〕1号", "=HYPERLINK(1)"]
    assert sheet.cell(4, 3).data_type == "s"
    assert clerk.get(f"/register/sheet.docx?{series}").data.startswith(b"PK")
    empty = Screen(clerk.get("/register/sheet.xlsx?series=2014+没有"))
    assert empty.status == 422
    failing = signed(app_failing, "reg-clerk", "clerk")
    assert failing.get(f"/register/sheet.pdf?{series}").status_code == 503


def test_reviewers_have_no_register(app):
    leader = signed(app, "reg-leader", "reviewer", "team_leader")
    assert leader.get("/register").status_code == 404
    assert "/register" not in leader.get("/").text


@pytest.fixture
def document(desk, clerk, word):
    """Of a final notice with a letterhead."""
    activity = keep_activity(desk, doc_code=word)
    answers = {**sample_answers(desk, NOTICE, "zh"), "letterhead": True, "doc_number": ""}
    found = begin(desk, clerk.person, activity, answers=answers)
    generate(desk, clerk.person, found)
    move_document(desk, clerk.person, found, "final")
    return found


def numbered(client, document, **data):
    at = f"/documents/{document}"
    return post(client, data, path=f"{at}/number", at=at)


def test_a_document_is_numbered_on_its_page(desk, clerk, word, document):
    page = get(clerk, f"/documents/{document}?lang=zh")
    assert page.one('//input[@id="n-word"]').get("value") == word
    year = page.one('//input[@id="n-year"]').get("value")
    sent = {"_do": "next", "word": word, "year": year, "_key": "k"}
    made = numbered(clerk, document, **sent)
    assert made.headers["Location"] == f"/documents/{document}?made=2#number"
    again = numbered(clerk, document, **sent)
    assert again.headers["Location"] == f"/documents/{document}#number"
    page = get(clerk, f"/documents/{document}?lang=zh")
    mine = f"{word}〔{year}〕1号"
    assert mine in page.words('//section[@id="number"]')
    assert "已签发" in page.words("//dl")
    assert mine in desk.text_of(open_version(desk, document, 2).data)
    assert len(lines(desk, word)) == 1
    other = Screen(numbered(clerk, document, **{**sent, "_key": "other"}))
    assert other.status == 409
    assert mine in other.words('//*[@role="alert"]')


def test_a_number_from_paper_is_entered_there(desk, clerk, word, document):
    wrong = Screen(numbered(clerk, document, _do="stated", number=f"{word}[2014]3号", reason="x"))
    assert wrong.status == 422
    assert f"{word}〔2014〕3号" in wrong.words('//*[@role="alert"]')
    bare = Screen(numbered(clerk, document, _do="stated", number=f"{word}〔2014〕3号"))
    assert bare.status == 422
    made = numbered(clerk, document, _do="stated", number=f"{word}〔2014〕3号", reason="启用前已编")
    assert made.status_code == 303
    assert lines(desk, word)[-1].document == document
    assert numbered(clerk, document, _do="nothing").status_code == 400


def test_over_word_it_says_what_to_do(desk, clerk, word, document):
    send_back(desk, clerk.person, document, open_version(desk, document, 1).data)
    made = numbered(clerk, document, _do="next", word=word, year="2014")
    assert made.headers["Location"] == f"/documents/{document}#number"
    page = get(clerk, f"/documents/{document}?lang=zh")
    assert f"把文号改成 {word}〔2014〕1号" in page.words('//section[@id="number"]')
    told = Screen(numbered(clerk, document, _do="print"))
    assert told.status == 409


def test_who_only_reads_sees_the_number(app, clerk, word, document):
    numbered(clerk, document, _do="next", word=word, year="2014")
    leader = signed(app, "reg-leader", "reviewer", "team_leader")
    page = get(leader, f"/documents/{document}?lang=zh")
    assert f"{word}〔2014〕1号" in page.words('//section[@id="number"]')
    assert not page.find('//section[@id="number"]//button')
