"""Activities on the pages: made, typed, two editors, the task list, what waits, the copy."""

import io
import itertools
import re
from datetime import date, timedelta

import pytest

from service.bootstrap import assemble
from service.desk.activity.profiles import view_profile
from service.desk.documents.drafts import open_draft, save_draft
from service.desk.documents.versions import generate
from service.desk.kinds import sample_answers
from service.desk.roster.rosters import view_roster
from service.settings import Settings
from service.store import documents
from service.web.app import create_app
from tests.batch_tools import roster_csv, with_proofs
from tests.web.people import signed
from tests.web.screen import Screen, get, press
from tests.web.test_batches import upload

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data=with_proofs(tmp_path_factory.mktemp("activities")))


@pytest.fixture
def client(app):
    return signed(app, "li", "clerk")


def post(client, path, data, *, at=None):
    start = get(client, at or path)
    token = start.find('//input[@name="_csrf"]')[0].get("value")
    return client.post(path, data={"_csrf": token, **data})


@pytest.fixture
def activity(client):
    """An address."""
    got = post(client, "/activities/sample", {}, at="/activities?lang=zh")
    assert got.status_code == 303
    yield got.headers["Location"]
    post(client, got.headers["Location"], {"_do": "close"})


def act(client, activity, do, **more):
    return post(client, activity, {"_do": do, **more})


def start(client, activity, key):
    got = act(client, activity, f"start:{key}")
    assert got.status_code == 303
    return got.headers["Location"].removesuffix("/draft")


# --- the first page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_desk_says_what_to_do_first(tmp_path, lang):
    settings = Settings(data=tmp_path)
    app = create_app(assemble(settings), settings)
    home = get(signed(app, "li", "clerk"), f"/?lang={lang}")
    assert home.find('//a[@href="/activities/new"]')
    assert home.find('//form[@action="/activities/sample"]')
    assert ("先建一项活动" if lang == "zh" else "First, an activity") in home.words()
    reviewer = get(signed(app, "shu", "reviewer", "team_leader"), f"/?lang={lang}")
    assert not reviewer.find('//a[@href="/activities/new"]')
    assert not reviewer.find("//main//form")


def test_without_samples_nothing_offers_them(tmp_path):
    settings = Settings(data=tmp_path / "data", samples=tmp_path / "none")
    client = signed(create_app(assemble(settings), settings), "li", "clerk")
    for path in ("/", "/activities", "/activities/new"):
        assert "样例" not in get(client, f"{path}?lang=zh").words()
    assert post(client, "/activities/sample", {}, at="/activities/new").status_code == 404


def test_the_menu(client):
    home = get(client, "/?lang=zh")
    links = [one.get("href") for one in home.find('//nav[@aria-label="主菜单"]/a')]
    assert links == ["/", "/activities", "/kinds", "/batches", "/register"]
    for path in ("/", "/activities", "/kinds"):
        screen = get(client, path)
        assert [one.get("href") for one in screen.find('//nav/a[@aria-current="page"]')] == [path]


def test_what_waits_leads_to_it(client, activity):
    document = start(client, activity, "report:")
    home = get(client, "/?lang=zh")
    assert "已逾期" in home.words()
    assert home.find(f'//section[@aria-labelledby="overdue"]//a[@href="{document}"]')
    assert home.find(f'//a[@href="{activity}"]')


def test_a_deadline_that_is_near_is_told_in_days(client, activity):
    near = date.today() + timedelta(days=10)
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    press(client, page, "save", {"meeting_date": near.isoformat()})
    words = get(client, "/?lang=zh").words('//section[@aria-labelledby="coming"]')
    assert "领导班子对照检查材料" in words
    assert "还有 3 天" in words
    english = get(client, "/?lang=en").words('//section[@aria-labelledby="coming"]')
    assert "3 days left" in english


# --- the task list


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_paper_due_is_there_with_a_button_that_starts_it(client, activity, lang):
    screen = get(client, f"{activity}?lang={lang}")
    keys = [one.get("value") for one in screen.find('//button[starts-with(@value, "start:")]')]
    people = (
        ["涂玥", "熊翀", "万䶮", "章堃"]
        if lang == "zh"
        else ["Tu Yue", "Xiong Chong", "Wan Yan", "Zhang Kun"]
    )
    head = "欧阳喆" if lang == "zh" else "Ouyang Zhe"
    assert keys == [
        "start:plan:", "start:notice:", "start:team:", f"start:head:{head}",
        *(f"start:leaders:{one}" for one in people), "start:report:", "start:rectification:",
    ]  # fmt: skip
    ids = screen.find("//@id")
    assert len(ids) == len(set(ids))


def test_a_started_paper_opens_and_is_not_started_again(client, activity):
    document = start(client, activity, "leaders:涂玥")
    assert start(client, activity, "leaders:涂玥") == document
    screen = get(client, f"{activity}?lang=zh")
    assert screen.find(f'//a[@href="{document}"]')
    assert not screen.find('//button[@value="start:leaders:涂玥"]')
    assert get(client, f"{document}/draft").value("person_name") == "涂玥"


def test_the_text_for_the_chat_can_be_copied_by_hand(client, activity):
    screen = get(client, f"{activity}?lang=zh")
    area = screen.by_id("remind-leaders")
    assert area.get("readonly") is not None
    assert "《班子成员对照检查材料》还差4人：涂玥、熊翀、万䶮、章堃。" in area.text
    assert "2014年6月6日（星期五）" in area.text
    assert "党群工作部梅劲松（内线8106）" in area.text
    assert screen.one('//button[@data-copy="remind-leaders"]').get("hidden") is not None


def test_a_roster_is_uploaded_for_the_activity(client, activity, desk):
    screen = get(client, f"{activity}?lang=zh")
    way = screen.one('//a[contains(@href, "/roster?activity=")]').get("href")
    form = get(client, way)
    assert form.by_id("_activity").xpath("./option[@selected]/@value") == [activity[12:]]
    token = form.find('//input[@name="_csrf"]')[0].get("value")
    got = client.post(
        way.partition("?")[0],
        data={
            "_csrf": token, "_doc": "zh", "_activity": activity[12:],
            "roster": (io.BytesIO(roster_csv(14)), "名册.csv"),
        },
    )  # fmt: skip
    assert got.status_code == 303
    words = get(client, f"{activity}?lang=zh").words()
    assert "还差 14 人" in words
    assert "看全部 14 人" in words
    other = signed(client.application, "wan", "clerk")
    assert "14 人" not in get(other, f"{activity}?lang=zh").words()


def test_without_a_choice_a_roster_goes_to_the_newest_activity(client, activity, desk):
    path = upload(client, roster_csv(1)).headers["Location"]
    assert view_roster(desk, path.rpartition("/")[2]).activity_id == activity[12:]


def test_a_roster_for_an_activity_that_is_not_there(client, activity):
    assert get(client, "/kinds/self_examination/roster?activity=nope").status == 200
    form = get(client, "/kinds/self_examination/roster")
    token = form.find('//input[@name="_csrf"]')[0].get("value")
    data = {"_csrf": token, "_activity": "nope", "roster": (io.BytesIO(roster_csv(1)), "a.csv")}
    assert client.post("/kinds/self_examination/roster", data=data).status_code == 404


def test_a_reviewer_sees_the_list_and_no_button(app, client, activity):
    reviewer = signed(app, "shu", "reviewer", "team_leader")
    screen = get(reviewer, f"{activity}?lang=zh")
    assert screen.status == 200
    assert not screen.find("//main//button[@name='_do']")
    assert not screen.find("//textarea")
    for path in (f"{activity}/profile", f"{activity}/copy", "/activities/new"):
        assert get(reviewer, path).status == 404
    assert post(reviewer, activity, {"_do": "close"}, at="/account").status_code == 404
    assert not get(client, activity).find('//button[@value="reopen"]')


@pytest.mark.parametrize(
    "do", ["start:leaders:没有", "start:", "other", "remake:x", "nonsense", ""]
)
def test_what_cannot_be_done_is_said(client, activity, do):
    got = act(client, activity, do, kind="nope")
    assert got.status_code in {200, 400, 404}
    assert "Traceback" not in got.get_data(as_text=True)


def test_another_kind_can_be_started(client, activity, desk):
    got = act(client, activity, "other", kind="mobilization_notice")
    row = open_draft(desk, got.headers["Location"].split("/")[2]).row
    assert (row.kind, row.activity_id) == ("mobilization_notice", activity[12:])
    act(client, activity, "other", kind="mobilization_notice")
    assert "其他文书" in get(client, f"{activity}?lang=zh").words()


def test_stale_papers_are_listed_and_made_again(client, activity, desk):
    document = start(client, activity, "notice:")
    id_ = document.rpartition("/")[2]
    row = open_draft(desk, id_).row
    save_draft(desk, client.person, id_, row.revision, sample_answers(desk, row.kind, "zh"))
    generate(desk, client.person, id_)
    assert "旧内容" not in get(client, f"{activity}?lang=zh").words()
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    saved = press(client, page, "save", {"contact_phone": "内线9999"})
    assert saved.response.headers["Location"] == f"{activity}?saved=1"
    screen = get(client, f"{activity}?saved=1")
    assert "活动档案改过：1 份文书还是旧内容" in screen.words()
    after = Screen(act(client, activity, "remake"))
    assert "重新生成 1 份" in after.words()
    assert "旧内容" not in after.words()
    with desk.store.read() as session:
        assert [one.no for one in documents.versions(session, id_)] == [1, 2]


def test_the_samples_papers_go_into_the_sample_alone(client, activity, desk):
    assert get(client, f"{activity}?lang=zh").find('//button[@value="sample"]')
    page = get(client, f"{activity}/profile?doc=zh")
    press(client, page, "save", {"unit_short": "本馆的馆"})
    assert not get(client, activity).find('//button[@value="sample"]')
    assert act(client, activity, "sample").status_code == 400


def test_a_closed_activity_offers_nothing_but_to_be_opened(client, activity):
    act(client, activity, "close")
    screen = get(client, f"{activity}?lang=zh")
    assert [one.get("value") for one in screen.find("//main//button[@name='_do']")] == ["reopen"]
    got = act(client, activity, "start:plan:")
    assert got.status_code == 409
    assert "已经结束" in Screen(got).words()
    profile = get(client, f"{activity}/profile?lang=zh")
    assert "不再改动" in profile.words()
    refused = press(client, profile, "save", {"unit": "别的"})
    assert refused.status == 409
    assert refused.value("unit") == "别的"


# --- the profile


def test_a_new_activity_is_saved_unfinished_and_says_what_is_missing(client):
    page = get(client, "/activities/new?lang=zh")
    after = press(client, page, "save", {"unit": f" {XSS}\u3000", "campaign_name": "新活动"})
    where = after.response.headers["Location"]
    saved = get(client, where)
    assert "已保存；还有" in saved.words()
    assert saved.value("unit") == f" {XSS}\u3000"
    assert XSS not in saved.text
    assert saved.find('//a[@href="#f-leader"]')
    act(client, where.partition("/profile")[0], "close")


def test_the_sample_fills_what_is_not_typed(client):
    page = get(client, "/activities/new?lang=zh")
    after = press(client, page, "sample", {"unit": "本单位"})
    assert after.value("unit") == "本单位"
    assert after.value("leader") == "欧阳喆"
    assert after.value("meeting_date") == "2014-06-13"
    assert after.by_id("paper").get("data-typed") is not None


def test_rows_with_and_without_javascript(client, activity):
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    hx = press(client, page, "add:working_groups", headers={"HX-Request": "true"})
    assert len(hx.find('//fieldset[contains(@class, "row-card")]')) == 4
    plain = press(client, page, "remove:working_groups.0", {"unit": "还没保存的"})
    assert len(plain.find('//fieldset[@id="f-working_groups"]/fieldset')) == 2
    assert plain.value("unit") == "还没保存的"


def test_the_second_editor_gets_both_texts_and_loses_nothing(app, client, activity, desk):
    first = get(client, f"{activity}/profile?doc=zh&lang=zh")
    other = signed(app, "wan", "clerk")
    second = get(other, f"{activity}/profile?doc=zh&lang=zh")
    press(client, first, "save", {"unit_short": "甲馆", "contact_phone": "内线1"})
    both = press(other, second, "save", {"unit_short": "乙馆"})
    assert both.status == 409
    assert both.value("unit_short") == "乙馆"
    assert "甲馆" in both.words('//div[@id="summary"]')
    assert "内线1" in both.words('//div[@id="summary"]')
    assert view_profile(desk, activity[12:], "zh").raw["unit_short"] == "甲馆"
    taken = press(other, both, "take:contact_phone")
    assert taken.status == 409
    assert (taken.value("contact_phone"), taken.value("unit_short")) == ("内线1", "乙馆")
    assert "内线1" not in taken.words('//div[@id="summary"]')
    done = press(other, taken, "save")
    assert done.status == 303
    raw = view_profile(desk, activity[12:], "zh").raw
    assert (raw["unit_short"], raw["contact_phone"]) == ("乙馆", "内线1")


def test_an_expired_page_loses_nothing(client, activity):
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    after = press(client, page, "save", {"_csrf": "old", "unit": "写了很久"})
    assert after.status == 400
    assert after.value("unit") == "写了很久"
    assert press(client, after, "save").status == 303


def test_changing_over_to_the_other_language_saves(client, activity, desk):
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    after = press(client, page, "doc:en", {"unit_short": "本单位"})
    assert after.response.headers["Location"].endswith("/profile?doc=en")
    assert view_profile(desk, activity[12:], "zh").raw["unit_short"] == "本单位"
    english = get(client, f"{activity}/profile?doc=en")
    assert english.value("unit_short") == "the museum"
    spoken = press(client, english, "lang:en", {"unit_short": "typed"})
    assert spoken.tree.get("lang") == "en"
    assert spoken.value("unit_short") == "typed"


def test_forms_are_prefilled_from_the_activity(client, activity):
    page = get(client, f"{activity}/profile?doc=zh&lang=zh")
    press(client, page, "save", {"contact_person": "新联系人"})
    assert get(client, "/kinds/mobilization_notice?lang=zh").value("contact_person") == "新联系人"


# --- the copy


def test_next_years_copy(client, activity, desk):
    page = get(client, f"{activity}/copy?lang=zh")
    assert page.value("meeting_date") == "2015-06-13"
    shown = press(client, page, "show", {"_weekday": "1", "unit_short": "改过的"})
    assert shown.value("meeting_date") == "2015-06-12"
    assert shown.value("unit_short") == "改过的"
    made = press(
        client,
        shown,
        "copy",
        {"_clear": ["note"], "rectify_end": "2015-10-01", "overall_requirement": ""},
    )
    where = made.response.headers["Location"]
    raw = view_profile(desk, where[12:], "zh").raw
    assert (raw["meeting_date"], raw["rectify_end"], raw["year"]) == (
        "2015-06-12",
        "2015-10-01",
        2015,
    )
    assert raw["unit_short"] == "改过的"
    assert not {"note", "overall_requirement", "members_count"} & set(raw)
    assert raw["issuer"] == "中共南昌八一起义纪念馆委员会"
    assert get(client, where).find(f'//a[@href="{activity}"]')
    act(client, where, "close")


def test_a_shift_that_was_typed_without_looking_counts_for_the_dates(client, activity, desk):
    page = get(client, f"{activity}/copy?lang=zh")
    made = press(client, page, "copy", {"_amount": "2"})
    raw = view_profile(desk, made.response.headers["Location"][12:], "zh").raw
    assert (raw["meeting_date"], raw["year"]) == ("2016-06-13", 2016)
    act(client, made.response.headers["Location"], "close")


@pytest.mark.parametrize("amount", ["", "一", "1.5", "9999999999"])
def test_a_shift_that_cannot_be_read_is_said(client, activity, amount):
    page = get(client, f"{activity}/copy?lang=zh")
    after = press(client, page, "copy", {"_amount": amount, "unit_short": "改过的"})
    assert after.status == 422
    assert "请填整数" in after.words()
    assert (after.value("_amount"), after.value("unit_short")) == (amount, "改过的")


@pytest.mark.parametrize(
    "path", ["/activities/nope", "/activities/nope/profile", "/activities/nope/copy"]
)
def test_an_activity_that_is_not_there(client, path):
    assert get(client, path).status == 404


def test_nothing_inline_on_these_pages(client, activity):
    for path in ("/", "/activities", activity, f"{activity}/profile", f"{activity}/copy"):
        screen = get(client, path)
        assert not screen.find("//@style")
        assert not [one for one in screen.find("//script") if not one.get("src")]
        headings = [
            int(one.tag[1]) for one in screen.find("//main//*[self::h1 or self::h2 or self::h3]")
        ]
        assert headings[0] == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(headings))
        labels = set(screen.find("//main//label/@for"))
        assert labels <= set(screen.find("//@id"))
        assert re.search(r'lang="(zh-CN|en)"', screen.text)
