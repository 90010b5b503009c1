"""Documents in the browser's eyes: drafts that save themselves, two texts of one, checked, made."""

import io
import json
import logging
import re
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest

from service.desk.documents.drafts import create_document, save_draft
from tests.document_tools import (
    EXAM,
    begin,
    change_profile,
    keep_activity,
    paper,
    send_back,
)
from tests.web.people import signed
from tests.web.screen import Screen, get, press, send

ODD = "\u3000\u3000甲 & <b>“乙”</b> {{ x }} 𠮷 ' \"\t"
CANARY = "金丝雀在第三展厅唱了一整天"
HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def activity(desk):
    return keep_activity(desk)


@pytest.fixture
def wan(app):
    return signed(app, "wan2", "clerk")


@pytest.fixture
def slip(desk, wan, activity):
    """An empty draft of the kind with every type of field."""
    return create_document(desk, wan.person, activity, "leave", "zh")


@pytest.fixture
def notice(desk, wan, activity):
    return begin(desk, wan.person, activity)


def draft(client, document, lang="zh"):
    return get(client, f"/documents/{document}/draft?lang={lang}")


def kept(desk, document):
    return paper(desk, document).row.answers


def saved_line(response):
    """Revision and marks that a page has to go on with after a save."""
    text = response.text
    number = re.search(r'name="_revision" value="(\d+)"', text)
    return int(number.group(1))


def test_a_draft_is_prefilled_from_its_own_activity(desk, app, wan):
    own = keep_activity(desk, issuer="中共某某馆委员会")
    page = draft(wan, create_document(desk, wan.person, own, "leave", "zh"))
    assert page.status == 200
    assert page.value("issuer") == "中共某某馆委员会"
    assert page.by_id("f-issuer-origin").text == "来自活动档案"
    assert page.title.startswith("请示单")
    ids = page.find("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_builtin_kind_draws_its_draft_check_and_page(desk, wan, activity, lang):
    for kind in desk.catalog.kinds():
        document = create_document(desk, wan.person, activity, kind, "zh", person_name="邹黎")
        for path in ("", "/draft", "/check"):
            page = get(wan, f"/documents/{document}{path}?lang={lang}")
            assert page.status == 200, (kind, path)
            levels = [int(one.tag[1]) for one in page.find("//h1|//h2|//h3")]
            assert levels[0] == 1
            assert levels.count(1) == 1


def test_what_is_typed_is_saved_exactly_and_quietly(desk, wan, slip):
    page = draft(wan, slip)
    changes = {"title": "题", "reason": f"{ODD}\n\n　", "things.0.name": ODD, "things.0.many": "三"}
    line = press(wan, page, "", changes, headers=HX)
    assert line.status == 200
    assert "已保存" in line.text
    assert "<html" not in line.text
    assert saved_line(line) == 2
    assert kept(desk, slip) == {
        "title": "题", "reason": f"{ODD}\n\n　",
        "things": [{"name": ODD, "many": "三"}],
    }  # fmt: skip
    again = draft(wan, slip)
    assert again.value("reason") == f"{ODD}\n\n　"
    assert again.value("things.0.name") == ODD
    assert again.value("_revision") == "2"


def test_saving_works_without_javascript(desk, wan, slip):
    page = draft(wan, slip)
    button = page.one('//div[@class="bar draft-bar"]//button[@value="save"]')
    assert button.text == "保存"
    answer = press(wan, page, "save", {"title": "题"})
    assert answer.response.status_code == 303
    assert answer.response.location.endswith(f"/documents/{slip}/draft")
    assert "已保存" in draft(wan, slip).words()
    assert kept(desk, slip) == {"title": "题"}


def test_an_own_value_can_be_given_back_to_the_activity(desk, wan, slip):
    page = draft(wan, slip)
    assert page.find('//button[@value="reset:issuer"]/..')[0].get("hidden") is not None
    press(wan, page, "save", {"issuer": "别的机关"})
    page = draft(wan, slip)
    assert page.value("issuer") == "别的机关"
    assert page.find('//button[@value="reset:issuer"]/..')[0].get("hidden") is None
    assert not page.find('//*[@id="f-issuer-origin"]')
    answer = press(wan, page, "reset:issuer", {"title": "顺手填的"})
    assert answer.response.location.endswith("/draft#f-issuer")
    assert kept(desk, slip) == {"title": "顺手填的"}
    assert draft(wan, slip).by_id("f-issuer-origin").text == "来自活动档案"


def test_a_changed_profile_reaches_what_was_not_typed(desk, wan):
    own = keep_activity(desk)
    slip = create_document(desk, wan.person, own, "leave", "zh")
    press(wan, draft(wan, slip), "save", {"title": "题"})
    change_profile(desk, own, issuer="改了名的机关")
    assert draft(wan, slip).value("issuer") == "改了名的机关"


@pytest.mark.parametrize("headers", [None, HX], ids=["no-js", "js"])
def test_rows_are_saved_as_they_are_moved(desk, wan, slip, headers):
    page = draft(wan, slip)
    press(wan, page, "save", {"title": "题", "things.0.name": "甲"})
    page = draft(wan, slip)
    answer = press(wan, page, "add:things", {"things.0.many": "2"}, headers=headers)
    assert answer.status == 200
    assert saved_line(answer) == 3
    assert kept(desk, slip)["things"][0] == {"name": "甲", "many": "2", "due": ""}
    names = {"things.0.name": "甲", "things.1.name": "乙"}
    page = draft(wan, slip)
    press(wan, page, "save", names)
    press(wan, draft(wan, slip), "up:things.1", headers=headers)
    assert [row["name"] for row in kept(desk, slip)["things"]] == ["乙", "甲"]
    press(wan, draft(wan, slip), "remove:things.0", headers=headers)
    assert [row["name"] for row in kept(desk, slip)["things"]] == ["甲"]


def quietly(client, page, **changes):
    """As the page saves by itself."""
    pairs = [(name, changes.pop(name, value)) for name, value in page.controls()]
    return send(client, page, [*pairs, *changes.items()], headers=HX)


def two_texts(app, desk, slip):
    """Two clerks have the draft open; the first has saved."""
    first, second = signed(app, "wan2", "clerk"), signed(app, "li2", "clerk")
    start = {"title": "题", "reason": "原来的理由", "asker": "赵", "things.0.name": "桌"}
    press(first, draft(first, slip), "save", start)
    page, other = draft(first, slip), draft(second, slip)
    theirs = {"reason": "甲改的理由", "things.0.name": "大桌", "copies": "办公室"}
    press(first, page, "save", theirs)
    mine = {
        "reason": "　　乙改的理由",
        "things.0.name": "小桌",
        "things.0.many": "7",
        "amount": "3",
    }
    return second, other, mine


def test_the_second_writer_sees_both_texts_field_by_field(app, desk, slip):
    second, other, mine = two_texts(app, desk, slip)
    before = kept(desk, slip)
    assert quietly(second, other, reason="乙改的理由").status_code == 409
    page = press(second, other, "", mine)
    assert page.status == 409
    assert kept(desk, slip) == before
    words = page.words()
    for text in ("甲改的理由", "乙改的理由", "大桌", "小桌", "办公室", "wan2保存"):
        assert text in words, text
    asked = [one.get("name") for one in page.find('//input[@type="radio"][@value="mine"]')]
    assert asked == ["_choice.reason", "_choice.amount", "_choice.copies", "_choice.things"]
    chosen = {name: value for name, value in page.controls() if name.startswith("_choice")}
    # Where only one of the two changed something, that is proposed; a real clash is left open.
    assert chosen == {"_choice.amount": "mine", "_choice.copies": "theirs"}


def test_what_is_chosen_is_saved_and_nothing_else_is_lost(app, desk, slip):
    second, other, mine = two_texts(app, desk, slip)
    page = press(second, other, "save", mine)
    answer = press(second, page, "merge", {"_choice.reason": "both", "_choice.things": "both"})
    assert answer.response.status_code == 303
    assert kept(desk, slip) == {
        "title": "题", "asker": "赵", "amount": "3", "copies": "办公室",
        "reason": "甲改的理由\n　　乙改的理由",
        "things": [{"name": "大桌", "many": "", "due": "", "checks": []}, {"name": "小桌", "many": "7", "due": "", "checks": []}],
    }  # fmt: skip


def test_a_choice_that_is_not_made_is_asked_for_again(app, desk, slip):
    second, other, mine = two_texts(app, desk, slip)
    page = press(second, other, "save", mine)
    page = press(second, page, "merge", {"_choice.reason": "mine"})
    assert page.status == 409
    assert "还有没选的" in page.by_id("summary").text_content()
    chosen = {name: value for name, value in page.controls() if name.startswith("_choice")}
    assert chosen["_choice.reason"] == "mine"
    assert "_choice.things" not in chosen
    press(second, page, "merge", {"_choice.things": "mine"})
    assert kept(desk, slip)["reason"] == "　　乙改的理由"
    assert kept(desk, slip)["things"][0]["many"] == "7"


def test_a_third_save_meanwhile_is_shown_too(app, desk, slip):
    second, other, mine = two_texts(app, desk, slip)
    page = press(second, other, "save", mine)
    first = signed(app, "wan2", "clerk")
    press(first, draft(first, slip), "save", {"asker": "钱"})
    choices = {"_choice.reason": "mine", "_choice.things": "mine"}
    page = press(second, page, "merge", choices)
    assert page.status == 409
    assert "钱" in page.words()
    answer = press(second, page, "merge", {"_choice.asker": "theirs"})
    assert answer.response.status_code == 303
    assert kept(desk, slip)["asker"] == "钱"
    assert kept(desk, slip)["reason"] == "　　乙改的理由"


def test_two_pages_that_say_the_same_do_not_ask(app, desk, slip):
    client = signed(app, "wan2", "clerk")
    page = draft(client, slip)
    press(client, page, "save", {"title": "题"})
    answer = press(client, page, "save", {"title": "题"})
    assert answer.response.status_code == 303


def test_a_draft_that_is_settled_loses_nothing_that_was_typed(desk, wan, notice):
    page = draft(wan, notice)
    make(wan, notice)
    assert move(wan, notice, "final").status == 303
    late = press(wan, page, "save", {"venue": "写了很久的地点"})
    assert late.status == 409
    assert "退回草稿" in late.by_id("summary").text_content()
    assert late.value("venue") == "写了很久的地点"
    assert kept(desk, notice)["venue"] != "写了很久的地点"
    assert draft(wan, notice).status == 303
    move(wan, notice, "draft")
    press(wan, late, "save")
    assert kept(desk, notice)["venue"] == "写了很久的地点"


def make(client, document):
    page = get(client, f"/documents/{document}/check?lang=zh")
    fields = {"_csrf": token(page), "_do": "make"}
    return Screen(client.post(f"/documents/{document}/check", data=fields))


def move(client, document, state):
    page = get(client, f"/documents/{document}?lang=zh")
    fields = {"_csrf": token(page), "_do": f"move:{state}"}
    return Screen(client.post(f"/documents/{document}", data=fields))


def token(page):
    return page.find('//input[@name="_csrf"]')[0].get("value")


def test_an_expired_page_comes_back_with_all_that_was_typed(desk, wan, slip):
    page = draft(wan, slip)
    late = press(wan, page, "save", {"_csrf": "old", "reason": "写了很久", "things.0.name": "桌"})
    assert late.status == 400
    assert "没有保存" in late.by_id("summary").text_content()
    assert late.value("reason") == "写了很久"
    assert quietly(wan, page, _csrf="old").status_code == 400
    press(wan, late, "save")
    assert kept(desk, slip)["things"][0]["name"] == "桌"


def test_the_language_of_the_page_changes_after_a_save(desk, wan, slip):
    answer = press(wan, draft(wan, slip), "lang:en", {"title": "题"})
    assert answer.response.location.endswith("/draft?lang=en")
    page = get(wan, f"/documents/{slip}/draft?lang=en")
    assert page.one("//h1").text == "Request slip"
    assert "Saved" in page.words()
    assert kept(desk, slip) == {"title": "题"}


def test_the_check_shows_every_answer_and_leads_to_what_is_wrong(wan, slip):
    press(wan, draft(wan, slip), "check", {"title": "题", "amount": "一百", "things.0.name": "桌"})
    page = get(wan, f"/documents/{slip}/check?lang=zh")
    assert page.title.startswith("错误：")
    lead = page.one('//*[@id="summary"]//a').get("href")
    assert lead == f"/documents/{slip}/draft?wrong=1#f-amount"
    wrong = get(wan, lead.partition("#")[0] + "&lang=zh")
    assert wrong.by_id("f-amount").get("aria-invalid") == "true"
    assert "整数" in wrong.by_id("f-amount-error").text_content()
    words = page.words()
    assert "一百" in words
    assert "来自活动档案" in words
    assert "印发前要补" in words
    assert page.find(f'//a[@href="/documents/{slip}/draft?wrong=1#f-things"]')
    assert not page.find('//button[@value="make"]')
    refused = make_anyway(wan, slip, page)
    assert refused.status == 422


def make_anyway(client, document, page):
    fields = {"_csrf": token(page), "_do": "make"}
    return Screen(client.post(f"/documents/{document}/check", data=fields))


def test_without_a_converter_the_check_says_why(app_without_pdf, desk, slip):
    client = signed(app_without_pdf, "wan2", "clerk")
    page = get(client, f"/documents/{slip}/check?lang=zh")
    assert "缺少某物" in page.words()
    assert not page.find("//*[@hx-get]")


def test_pictures_that_fail_say_why_on_the_page(app_failing, desk, slip):
    client = signed(app_failing, "wan2", "clerk")
    press(client, draft(client, slip), "save", {"title": "题"})
    page = get(client, f"/documents/{slip}/check?lang=zh")
    assert page.one('//*[@id="pages"]').get("hx-get") == f"/documents/{slip}/check/pages"
    shown = get(client, f"/documents/{slip}/check/pages")
    assert shown.status == 200
    assert "缺少某物" in shown.text
    assert "缺少某物" in get(client, f"/documents/{slip}/check?pages=1").words()


def test_a_document_is_made_handed_out_and_moved_on(desk, wan, notice):
    page = get(wan, f"/documents/{notice}?lang=zh")
    assert "还没有生成" in page.words()
    answer = make(wan, notice)
    assert answer.response.location.endswith(f"/documents/{notice}?made=1#versions")
    page = get(wan, f"/documents/{notice}?made=1&lang=zh")
    assert "第1稿已生成" in page.words()
    got = wan.get(f"/documents/{notice}/versions/1/file")
    assert "filename*=UTF-8''%E5%8A%A8%E5%91%98" in got.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(got.data)).testzip() is None
    assert got.headers["Cache-Control"] == "no-store"
    assert wan.get(f"/documents/{notice}/versions/9/file").status_code == 404
    assert wan.get(f"/documents/{notice}/versions/1/exe").status_code == 404
    for state, name in (
        ("final", "定稿"),
        ("issued", "已签发"),
        ("sealed", "已用印"),
        ("draft", "草稿"),
    ):
        assert move(wan, notice, state).response.status_code == 303
        page = get(wan, f"/documents/{notice}?lang=zh")
        assert page.one('//dl[@class="doc-facts"]//span').text == name
    assert (
        wan.post(
            f"/documents/{notice}", data={"_csrf": token(page), "_do": "move:scanned"}
        ).status_code
        == 400
    )


def test_a_move_that_cannot_be_says_why(wan, notice):
    page = move(wan, notice, "final")
    assert page.status == 422
    assert "还没有生成文书" in page.by_id("summary").text_content()


def test_what_was_edited_by_hand_is_named_on_the_page(desk, wan, notice):
    make(wan, notice)
    docx = wan.get(f"/documents/{notice}/versions/1/file").data
    send_back(desk, wan.person, notice, docx)
    press(wan, draft(wan, notice), "save", {"title": "又改了"})
    page = get(wan, f"/documents/{notice}?lang=zh")
    assert "第2稿是在 Word 里改过的" in page.words()
    assert "文字与第1稿相同" in page.words()
    refused = make(wan, notice)
    assert refused.status == 409
    assert "不会被自动生成的稿子顶替" in refused.by_id("summary").text_content()


def test_a_quick_form_is_kept_as_a_draft(desk, app, wan, activity):
    page = get(wan, "/kinds/leave?lang=zh")
    assert "本页不保存内容" in page.by_id("keeps-nothing").text
    pairs = dict(page.controls()) | {"title": "题", "reason": ODD, "things.0.name": "　桌"}
    ask = Screen(
        wan.post(
            "/kinds/leave/keep",
            data=urlencode(pairs),
            content_type="application/x-www-form-urlencoded",
        )
    )
    assert ask.status == 200
    form = '//form[@action="/kinds/leave/keep"]'
    assert activity in [one.get("value") for one in ask.find("//option")]
    again = dict(ask.controls(form)) | {"_activity": activity}
    done = wan.post("/kinds/leave/keep", data=again)
    assert done.status_code == 303
    document = done.location.split("/")[2]
    assert kept(desk, document) == {
        "title": "题", "reason": ODD, "things": [{"name": "　桌"}],
    }  # fmt: skip


@pytest.fixture
def exam(desk, wan, activity):
    document = begin(desk, wan.person, activity, EXAM, person_name="邹黎", branch="第九党支部", answers={
        "cause_analysis": CANARY, "title": "对照检查表", "department": "办公室",
    })  # fmt: skip
    return document


PATHS = ("", "/draft", "/check", "/check/pages", "/versions/1/file", "/versions/1/pdf")


def test_a_members_paper_is_absent_for_all_others(desk, app, wan, exam):
    assert make(wan, exam).response.status_code == 303
    absent = wan.get(f"/documents/{'0' * 32}").data
    others = [
        signed(app, "li2", "clerk"),
        signed(app, "chief2", "administrator"),
        signed(app, "secretary8", "reviewer", post="branch_secretary", branch="第八党支部"),
    ]
    for client in others:
        for path in PATHS:
            got = client.get(f"/documents/{exam}{path}")
            assert got.status_code == 404, path
            assert CANARY not in got.text
        page = get(client, "/account")
        for path in ("", "/draft", "/check"):
            sent = client.post(
                f"/documents/{exam}{path}", data={"_csrf": token(page), "_do": "save"}
            )
            assert sent.status_code == 404, path
    number = re.compile(rb"<code>[0-9a-f]{8}</code>|[0-9a-f]{8}")
    got = others[0].get(f"/documents/{exam}").data
    assert number.sub(b"", got).count(b"404") == number.sub(b"", absent).count(b"404")
    secretary = signed(app, "secretary9", "reviewer", post="branch_secretary", branch="第九党支部")
    assert secretary.get(f"/documents/{exam}").status_code == 200
    assert secretary.get(f"/documents/{exam}/versions/1/file").status_code == 200
    assert secretary.get(f"/documents/{exam}/draft").status_code == 404
    assert not get(secretary, f"/documents/{exam}").find('//form[@class="moves"]')


def test_confidential_words_are_in_no_log_and_on_no_strangers_page(desk, app, wan, exam, caplog):
    caplog.set_level(logging.DEBUG)
    other = signed(app, "li2", "clerk")
    page = draft(wan, exam)
    press(wan, page, "", {"cause_analysis": CANARY + "又"}, headers=HX)
    press(wan, page, "save", {"cause_analysis": CANARY + "再"})
    press(wan, draft(wan, exam), "check", {"party_join_date": CANARY})
    make(wan, exam)
    press(wan, draft(wan, exam), "save", {"_csrf": "old"})
    assert CANARY not in caplog.text
    for path in ("/", "/account", "/batches", "/kinds/leave"):
        assert CANARY not in other.get(path).text, path
    trail = signed(app, "chief2", "administrator").get("/users/trail").text
    assert CANARY not in trail
    assert "邹黎" not in trail


def test_blobs_are_named_by_ids_only(desk, wan, exam, settings):
    make(wan, exam)
    names = list(desk.store.blobs.names(f"documents/{exam}"))
    assert names
    assert all(re.fullmatch(r"documents/[0-9a-f]{32}/[0-9a-f]{32}\.docx", one) for one in names)
    files = [one for one in Path(settings.data).rglob("*") if "邹黎" in one.name]
    assert files == []


def test_answers_whose_question_is_gone_stay_until_they_are_thrown_away(desk, wan, slip):
    first = paper(desk, slip).row
    gone = {"asked_last_year": "去年填的", "rows_last_year": [{"事项": "甲 & 乙"}]}
    save_draft(desk, wan.person, slip, first.revision, {**gone, "title": "题"})
    page = draft(wan, slip)
    told = page.one('//form//details[@class="notice"]').text_content()
    assert "去年填的" in told
    assert "事项" in told, "a table's rows as they were typed, no escapes"
    press(wan, page, "save", {"reason": "新的"})
    assert kept(desk, slip) == {**gone, "title": "题", "reason": "新的"}
    press(wan, draft(wan, slip), "forget")
    assert kept(desk, slip) == {"title": "题", "reason": "新的"}
    assert not draft(wan, slip).find('//form//details[@class="notice"]')


def test_strange_posts_are_no_failure_of_the_program(wan, slip):
    page = draft(wan, slip)
    csrf = token(page)
    for post in (
        {}, {"_revision": "9" * 5000}, {"_revision": "-1"}, {"_base": "[]"}, {"_base": "{" * 9},
        {"_do": "merge"}, {"_do": "reset:no_such"}, {"_do": "up:things.9"}, {"_do": "add:title"},
        {"_do": "lang:xx"}, {"_do": "forget"}, {"nonsense.0.x": "1"},
        {"_base": json.dumps({"title": ["x"]}), "title": "甲", "_do": "merge", "_choice.title": "none"},
    ):  # fmt: skip
        got = wan.post(f"/documents/{slip}/draft", data={"_csrf": csrf, **post})
        assert got.status_code in {200, 303, 409}, post
    assert (
        wan.post(f"/documents/{slip}", data={"_csrf": csrf, "_do": "move:nowhere"}).status_code
        == 400
    )
