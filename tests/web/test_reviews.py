"""Reviews, files that come back and scans in the browser's eyes."""

import io

import pytest

from service.desk.documents.drafts import save_draft
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from tests.desk.test_returned import photo
from tests.document_tools import EXAM, begin, close_activity, keep_activity, paper
from tests.web.people import signed
from tests.web.screen import Screen, get

BRANCH = "第一党支部"
CANARY = "金丝雀在第三展厅唱了一整天"


@pytest.fixture(autouse=True)
def no_csrf(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def wan(app):
    return signed(app, "wan2", "clerk")


@pytest.fixture
def other(app):
    return signed(app, "other2", "clerk")


@pytest.fixture
def secretary(app):
    return signed(app, "shuji2", "reviewer", "branch_secretary", BRANCH)


@pytest.fixture
def activity(desk):
    return keep_activity(desk)


@pytest.fixture
def exam(desk, wan, activity):
    document = begin(desk, wan.person, activity, EXAM, person_name="邹黎", branch=BRANCH)
    row = paper(desk, document).row
    answers = {k: v for k, v in row.answers.items() if not k.startswith("review")}
    answers |= {"branch": BRANCH, "person_name": "邹黎", "direction": CANARY}
    save_draft(desk, wan.person, document, row.revision, answers)
    generate(desk, wan.person, document)
    move_document(desk, wan.person, document, "in_review")
    return document


@pytest.fixture
def final(desk, wan, activity):
    document = begin(desk, wan.person, activity)
    generate(desk, wan.person, document)
    move_document(desk, wan.person, document, "final")
    return document


def post(client, path, data):
    return client.post(path, data=data, content_type="multipart/form-data")


def test_a_reviewer_reads_writes_and_is_led_on(desk, secretary, exam):
    page = get(secretary, f"/documents/{exam}/review?lang=zh")
    assert page.one("//input[@name='version']").get("value") == "1"
    assert [one.get("value") for one in page.find("//input[@name='result']")] == [
        "agree", "revise", "rewrite"
    ]  # fmt: skip
    assert page.find("//select[@name='step']") == []
    assert page.by_id("pages").get("hx-get") == f"/documents/{exam}/review/pages/1"
    bad = Screen(
        secretary.post(
            f"/documents/{exam}/review", data={"_do": "give", "version": "1", "result": "revise"}
        )
    )
    assert bad.status == 422
    assert "请写明意见" in bad.by_id("opinion-error").text
    assert bad.one("//input[@value='revise']").get("checked") is not None
    done = secretary.post(
        f"/documents/{exam}/review",
        data={"_do": "give", "version": "1", "result": "revise", "opinion": "<b>改</b>\n第二条"},
    )
    assert done.status_code == 303
    after = get(secretary, done.headers["Location"])
    assert "意见已登记：修改" in after.words()
    assert "<b>改</b>\n第二条" in after.one("//*[@class='opinion-words']").text
    assert paper(desk, exam).row.state == "to_revise"
    assert "第 1 轮" in get(secretary, f"/documents/{exam}?lang=zh").words("//*[@id='reviews']")


def test_a_clerk_types_in_an_opinion_from_paper(desk, wan, exam):
    page = get(wan, f"/documents/{exam}/review?lang=zh")
    assert page.one("//select[@name='step']/option").get("value") == "branch_secretary"
    said = {"_do": "give", "version": "1", "result": "agree", "step": "branch_secretary",
            "by": "", "on": "2014-05-01"}  # fmt: skip
    bad = Screen(wan.post(f"/documents/{exam}/review", data=said))
    assert bad.status == 422
    assert bad.by_id("by").get("aria-invalid") == "true"
    assert wan.post(f"/documents/{exam}/review", data={**said, "by": "邹书记"}).status_code == 303
    assert paper(desk, exam).row.state == "final"
    page = get(wan, f"/documents/{exam}?lang=zh")
    assert page.find("//button[@value='print']")
    made = wan.post(f"/documents/{exam}/review", data={"_do": "print"})
    assert made.headers["Location"] == f"/documents/{exam}?made=2#versions"
    assert wan.post(f"/documents/{exam}/review", data={"_do": "print"}).status_code == 409
    assert wan.post(f"/documents/{exam}/review", data={"_do": "else"}).status_code == 400


@pytest.mark.office
def test_pages_are_shown_to_whom_the_paper_is_for(wan, secretary, other, exam):
    drawn = get(secretary, f"/documents/{exam}/review/pages/1")
    sources = drawn.find("//img/@src")
    assert sources
    assert secretary.get(sources[0]).data.startswith(b"\x89PNG")
    assert wan.get(sources[0]).status_code == 200
    for path in (sources[0], f"/documents/{exam}/review", f"/documents/{exam}/review/pages/1",
                 f"/documents/{exam}/files"):  # fmt: skip
        assert other.get(path).status_code == 404
    assert secretary.get(f"/documents/{exam}/review/pages/9").status_code == 404
    plain = get(secretary, f"/documents/{exam}/review?pages=1")
    assert plain.find("//ol[@class='pictures']//img/@src") == sources


def test_other_clerks_see_nothing_of_a_members_paper(desk, wan, other, activity, exam):
    move_document(desk, wan.person, exam, "final")
    page = get(other, f"/activities/{activity}/scans?lang=zh")
    assert page.status == 200
    assert "邹黎" not in page.text
    said = {"_do": "give", "version": "1", "result": "agree", "step": "branch_secretary",
            "by": "x", "on": "2014-05-01"}  # fmt: skip
    assert other.post(f"/documents/{exam}/review", data=said).status_code == 404
    sent = {"_do": "scan", "scan": (io.BytesIO(photo()), "邹黎.jpg")}
    assert post(other, f"/documents/{exam}/files", sent).status_code == 404


@pytest.mark.office
def test_an_edited_file_and_what_is_told_of_it(desk, wan, activity):
    document = begin(desk, wan.person, activity)
    generate(desk, wan.person, document)
    exam = begin(desk, wan.person, activity, EXAM, person_name="邹黎", branch=BRANCH)
    generate(desk, wan.person, exam)
    page = get(wan, f"/documents/{document}?lang=zh")
    assert page.one("//input[@id='word']").get("accept") == ".docx,.doc,.wps"
    assert page.find("//input[@id='scan']") == []
    own = open_version(desk, document, 1).data
    done = post(
        wan, f"/documents/{document}/files", {"_do": "word", "word": (io.BytesIO(own), "a.docx")}
    )
    assert done.headers["Location"] == f"/documents/{document}#versions"
    wrong = open_version(desk, exam, 1).data
    told = Screen(
        post(
            wan,
            f"/documents/{document}/files",
            {"_do": "word", "word": (io.BytesIO(wrong), "b.docx")},
        )
    )
    assert told.status == 200
    assert "是不是传错了文件" in told.words("//*[@class='result']")
    assert CANARY not in told.text
    bad = Screen(
        post(
            wan,
            f"/documents/{document}/files",
            {"_do": "word", "word": (io.BytesIO(b"x"), "c.docx")},
        )
    )
    assert bad.status == 422
    none = Screen(post(wan, f"/documents/{document}/files", {"_do": "word"}))
    assert none.status == 422
    assert post(wan, f"/documents/{document}/files", {"_do": "no"}).status_code == 400


def test_scans_are_dropped_together_and_assigned(desk, wan, other, activity, exam, final):
    move_document(desk, wan.person, exam, "final")
    path = f"/activities/{activity}/scans"
    page = get(wan, f"{path}?lang=zh")
    assert page.one("//input[@id='scans']").get("multiple") is not None
    assert "邹黎" in page.words("//*[@aria-labelledby='expected']")
    files = [(io.BytesIO(photo()), "邹黎.jpg"), (io.BytesIO(photo(1300, 1800)), "IMG_1.jpg"),
             (io.BytesIO(b"nothing"), "邹黎-2.jpg")]  # fmt: skip
    page = Screen(post(wan, path, {"_do": "take", "scans": files}))
    assert page.status == 200
    assert paper(desk, exam).row.state == "scanned"
    tokens = page.find("//input[@name='token']/@value")
    names = page.find("//form[@class='whose']//label/text()")
    assert "IMG_1.jpg" in names
    token = tokens[names.index("IMG_1.jpg")]
    stolen = {"_do": "assign", "token": token, f"paper-{token}": final}
    assert "放得太久" in Screen(other.post(path, data=stolen)).text
    assert paper(desk, final).row.state == "final"
    left = Screen(wan.post(path, data={"_do": "assign", "token": token, f"paper-{token}": ""}))
    assert left.find("//input[@name='token']/@value") == [token]
    done = wan.post(path, data=stolen)
    assert done.headers["Location"] == f"{path}?back=1"
    assert paper(desk, final).row.state == "scanned"
    assert open_version(desk, final, 2).name == "IMG_1"
    back = get(wan, f"{path}?back=1&lang=zh")
    assert "收下 1 份扫描件" in back.words()
    assert wan.post(path, data={"_do": "x"}).status_code == 400
    assert post(wan, path, {"_do": "take"}).status_code == 422
    close_activity(desk, activity)
    assert get(wan, path).find("//input[@id='scans']") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_have_ids_once_and_labels(wan, secretary, activity, exam, final, lang):
    for client, path in (
        (secretary, f"/documents/{exam}/review"), (wan, f"/documents/{exam}/review"),
        (wan, f"/documents/{final}/files"), (wan, f"/documents/{final}"),
        (wan, f"/activities/{activity}/scans"),
    ):  # fmt: skip
        page = get(client, f"{path}?lang={lang}")
        assert page.status == 200
        ids = page.find("//@id")
        assert len(ids) == len(set(ids)), path
        labelled = set(page.find("//label/@for"))
        for control in page.find(
            "//main//input[not(@type='hidden')] | //main//select | //main//textarea"
        ):
            assert control.get("id") in labelled or control.getparent().tag == "label", path
