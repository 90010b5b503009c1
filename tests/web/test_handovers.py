"""Papers handed over, on the pages: by whom, what the former clerk sees then, who is told."""

import pytest

from service.desk.documents.drafts import open_draft
from service.desk.people.users import set_active
from tests.document_tools import EXAM, begin, keep_activity, paper
from tests.web.people import signed
from tests.web.screen import Screen, get, press

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def wan(app):
    return signed(app, "wan2", "clerk")


@pytest.fixture(scope="module")
def li(app):
    return signed(app, "li2", "clerk")


@pytest.fixture(scope="module")
def chief(app):
    return signed(app, "chief2")


@pytest.fixture(scope="module")
def activity(desk):
    return keep_activity(desk)


@pytest.fixture
def notice(desk, wan, activity):
    return begin(desk, wan.person, activity)


@pytest.fixture
def exam(desk, wan, activity):
    return begin(desk, wan.person, activity, EXAM, person_name="邹黎")


def give(client, document, to):
    page = get(client, f"/documents/{document}")
    token = page.find('//form[contains(@action, "/handler")]//input[@name="_csrf"]/@value')[0]
    return client.post(f"/documents/{document}/handler", data={"_csrf": token, "to": to.person.id})


def offered(client, document):
    return get(client, f"/documents/{document}").find('//select[@id="to"]/option/text()')


def test_a_unit_paper_is_handed_over_and_both_are_told(client, wan, li, chief, notice):
    assert "li2" in offered(wan, notice)
    assert "wan2" not in offered(wan, notice)
    assert offered(li, notice) == []  # not theirs
    done = give(wan, notice, li)
    assert done.headers["Location"] == f"/documents/{notice}?handed=1"
    page = get(wan, done.headers["Location"])
    assert "已转交给li2" in page.words()
    assert "（wan2" in page.words() and "转交）" in page.words()
    assert offered(wan, notice) == []
    home = get(li, "/?lang=zh")
    assert "转交给您的" in home.words()
    assert f"/documents/{notice}" in home.find('//section[@aria-labelledby="received"]//a/@href')
    assert "转交给您的" not in get(wan, "/?lang=zh").words()
    assert "wan2" in offered(chief, notice)  # an administrator may
    give(chief, notice, wan)


def test_a_members_paper_is_gone_for_who_handed_it_over(app, desk, wan, li, chief, exam):
    draft = f"/documents/{exam}/draft"
    page = get(wan, draft)
    done = give(wan, exam, li)
    assert done.status_code == 200
    told = Screen(done)
    assert "已转交给li2" in told.words()
    assert exam not in "".join(told.find("//main//a/@href"))
    for path in (f"/documents/{exam}", draft, f"/documents/{exam}/check"):
        assert wan.get(path).status_code == 404
        assert chief.get(path).status_code == 404
        assert li.get(path).status_code in {200, 303}
    before = paper(desk, exam).row.answers
    late = press(wan, page, "save", {"department": "写在转交以后"}, headers=HX)
    assert late.status == 404
    assert paper(desk, exam).row.answers == before


def test_nobody_is_not_taken_and_the_draft_is_where_it_was(desk, wan, notice):
    page = get(wan, f"/documents/{notice}")
    token = page.find('//input[@name="_csrf"]/@value')[0]
    for to in ("", "0" * 32):
        got = wan.post(f"/documents/{notice}/handler", data={"_csrf": token, "to": to})
        assert got.status_code == 422
        assert "请选择由谁接手" in Screen(got).words()
    assert open_draft(desk, notice).row.handler_id == wan.person.id


def test_an_administrator_hands_all_of_a_leaver_over_without_seeing_it(
    app, desk, chief, li, activity
):
    goer = signed(app, "goer2", "clerk")
    exam = begin(desk, goer.person, activity, EXAM, person_name="邹黎")
    begin(desk, goer.person, activity)
    set_active(desk, chief.person, goer.person.id, False)
    here = f"/users/{goer.person.id}"
    page = get(chief, here)
    assert "文书 2 份（其中 1 份只有经办人和审阅人能看到），名册 0 份" in page.words()
    assert "邹黎" not in page.text
    token = page.find('//main//input[@name="_csrf"]/@value')[0]

    def post(to):
        return chief.post(here, data={"_csrf": token, "_do": "give", "to": to})

    mine = post(chief.person.id)
    assert mine.status_code == 409
    assert "管理员不能转到自己名下" in Screen(mine).words()
    assert post("").status_code == 422
    done = post(li.person.id)
    assert done.status_code == 303
    page = get(chief, done.headers["Location"])
    assert "已全部转交给li2" in page.words()
    assert "文书 0 份" in page.words()
    assert li.get(f"/documents/{exam}").status_code == 200
    assert chief.get(f"/documents/{exam}").status_code == 404


def test_who_becomes_a_reviewer_still_hands_over_what_is_left(app, desk, chief, li, activity):
    mover = signed(app, "mover2", "clerk")
    exam = begin(desk, mover.person, activity, EXAM, person_name="邹黎")
    page = get(chief, f"/users/{mover.person.id}")
    token = page.find('//main//input[@name="_csrf"]/@value')[0]
    place = {"role": "reviewer", "post": "team_leader", "branch": "", "shown": "mover2"}
    done = chief.post(f"/users/{mover.person.id}", data={"_csrf": token, **place})
    assert "mover2名下还有文书或名册" in get(chief, done.headers["Location"]).words()
    assert mover.get(f"/documents/{exam}/draft").status_code == 404
    assert give(mover, exam, li).status_code == 200
    assert li.get(f"/documents/{exam}/draft").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages(wan, li, notice, lang):
    give(wan, notice, li)
    page = get(wan, f"/documents/{notice}?lang={lang}")
    assert ("转交）" if lang == "zh" else "(handed over by wan2,") in page.words()
    home = get(li, f"/?lang={lang}").words()
    assert ("转交给您的" if lang == "zh" else "Handed over to you") in home
    get(wan, "/?lang=zh")
    get(li, "/?lang=zh")
