"""Last year's text on the page of a draft: fetched when it is opened, put in with and without JavaScript."""

import pytest

from service.desk.documents.drafts import save_draft
from service.store.models import Activity
from tests.document_tools import begin, keep_activity, paper
from tests.web.people import signed
from tests.web.screen import Screen, get, press

KIND, FIELD = "experience_paper", "text"
OLD = "　　一、思想认识 & <b>“旧”</b>\n\n　　二、𠮷。"
HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def wan(app):
    return signed(app, "wan2", "clerk")


@pytest.fixture
def papers(desk, wan):
    """Last year's and today's."""
    before, after = keep_activity(desk, "前一年的活动"), keep_activity(desk)
    with desk.store.write() as session:
        session.get(Activity, after).copied_from = before
    return [
        begin(desk, wan.person, one, KIND, person_name="邹黎", answers=answers)
        for one, answers in ((before, {FIELD: OLD}), (after, {"title": "新的"}))
    ]


def kept(desk, document):
    return paper(desk, document).row.answers


def test_the_form_offers_it_and_does_not_carry_it(client, wan, papers):
    old, today = papers
    page = get(wan, f"/documents/{today}/draft")
    [one] = page.find('//details[@class="last-year"]')
    assert one.get("hx-get") == f"/documents/{today}/draft/last/{FIELD}"
    assert "思想认识" not in page.text
    got = get(wan, f"/documents/{today}/draft/last/{FIELD}", **HX)
    assert got.by_id("f-text-last").text == OLD
    assert got.one("//button").get("data-insert") == "f-text"
    assert "前一年的活动" in got.text
    assert "wan2" in got.text
    assert "<html" not in got.text
    assert not get(wan, f"/documents/{old}/draft").find('//details[@class="last-year"]')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_javascript_a_button_saves_and_leads_to_it(desk, wan, papers, lang):
    _, today = papers
    page = get(wan, f"/documents/{today}/draft?lang={lang}")
    led = press(wan, page, f"last:{FIELD}", {"title": "写了一半"})
    assert kept(desk, today)["title"] == "写了一半"
    there = led.response.headers["Location"]
    assert there == f"/documents/{today}/draft/last/{FIELD}"
    text = get(wan, there)
    assert ("去年的文字：正文" if lang == "zh" else "Last year's text: Text") in text.words()
    assert text.one('//div[@class="last-text"]').text == OLD
    data = {
        name: text.one(f'//main//input[@name="{name}"]').get("value")
        for name in ("_csrf", "_revision")
    }
    done = wan.post(there, data=data)
    assert done.headers["Location"] == f"/documents/{today}/draft#f-text"
    assert kept(desk, today) == {"title": "写了一半", FIELD: OLD}
    again = wan.post(there, data=data)  # of a draft that has changed since
    assert again.status_code == 409
    assert "别人已经保存" in again.text or "somebody else has saved" in again.text
    assert kept(desk, today)[FIELD] == OLD
    get(wan, "/?lang=zh")


def test_who_may_not_read_it_is_not_told_that_it_is_there(app, desk, wan, papers):
    _, today = papers
    li = signed(app, "li2", "clerk")
    activity = paper(desk, today).row.activity_id
    mine = begin(desk, li.person, activity, KIND, person_name="邹黎", answers={})
    page = get(li, f"/documents/{mine}/draft")
    assert not page.find('//details[@class="last-year"]')
    for headers in ({}, HX):
        for document in (mine, today):
            got = li.get(f"/documents/{document}/draft/last/{FIELD}", headers=headers)
            assert got.status_code == 404
            assert "思想认识" not in got.text
    for field in ("person_name", "nope", "%00"):
        assert wan.get(f"/documents/{today}/draft/last/{field}").status_code in {404, 422}


def test_a_page_with_rows_and_a_refused_page_offer_it_too(desk, wan, papers):
    _, today = papers
    page = get(wan, f"/documents/{today}/draft")
    row = paper(desk, today).row
    save_draft(desk, wan.person, today, row.revision, {"title": "别处"})
    clash = press(wan, page, "save", {"title": "这里"})
    assert clash.status == 409
    assert Screen(wan.get(f"/documents/{today}/draft?wrong=1")).find(
        '//details[@class="last-year"]'
    )
