"""The bundle's page: parts and their state, files for slots, made by a worker, the PDF."""

import io
from datetime import date

import pytest

from service.bootstrap import assemble
from service.desk.activity.profiles import create_activity, sample_profile, set_closed
from service.desk.bundle.work import do_bundle
from service.desk.documents.drafts import create_document
from service.desk.documents.lists import list_documents
from service.desk.documents.versions import generate
from service.settings import Settings
from service.store import bundles as rows
from service.web.app import create_app
from tests.engines.test_upload import with_page_script
from tests.helpers_pdf import written
from tests.web.conftest import WHY, NoConverter, desk_with
from tests.web.leave import BUNDLE
from tests.web.people import signed
from tests.web.screen import Screen, get

PHOTO = (Settings().samples / "uploads/publicity.jpg").read_bytes()


@pytest.fixture(scope="module")
def small(own_templates, tmp_path_factory):
    """A unit's own bundle of three slots."""
    (own_templates / "bundles").mkdir(exist_ok=True)
    (own_templates / "bundles/small.yaml").write_text(BUNDLE, encoding="utf-8")
    return Settings(data=tmp_path_factory.mktemp("bundle"), templates=own_templates)


@pytest.fixture(scope="module")
def own(small, desk):
    """The session's converter is warm already."""
    return desk_with(assemble(small), converter=lambda: desk.converter)


@pytest.fixture
def clerk(own, small):
    return signed(create_app(own, small), "mei", "clerk")


@pytest.fixture
def place(own, clerk):
    """The page of an activity without a paper."""
    activity = create_activity(own, clerk.person, sample_profile(own))
    return f"/activities/{activity}/bundles/small"


def slip(desk, clerk, place):
    activity = place.split("/")[2]
    answers = {"title": ["关于添置桌椅的请示"]}
    document = create_document(desk, clerk.person, activity, "leave", "zh", answers=answers)
    generate(desk, clerk.person, document)
    return document


def press(client, screen, do, **files):
    token = screen.one('//form[@class="make"]/input[@name="_csrf"]').get("value")
    path = screen.response.request.path
    data = {"_csrf": token, "doc": "zh", "_do": do, **files}
    return client.post(path, data=data, content_type="multipart/form-data")


def put_in(client, screen, slot, data=PHOTO, name="公示.jpg"):
    return press(client, screen, f"add:{slot}", **{f"file-{slot}": (io.BytesIO(data), name)})


def worked_off(desk, place):
    with desk.store.read() as session:
        found = [one for one in rows.every_open(session) if one.activity_id in place]
    assert len(found) == 1
    assert not do_bundle(desk, found[0].id, found[0].round, stop=lambda: False)


def test_parts_in_order_with_their_state(own, clerk, place):
    for lang, words in (("zh", ("可不放", "缺", "缺")), ("en", ("Optional", "Missing", "Missing"))):
        screen = get(clerk, f"{place}?lang={lang}&doc=zh")
        lines = [" ".join(one.text_content().split()) for one in screen.find("//tbody/tr")]
        assert [word in line for word, line in zip(words, lines, strict=True)] == [True] * 3
        assert screen.one('//form[@class="make"]/button').get("disabled") is not None
    links = [one.get("href") for one in screen.find('//*[@id="why-not"]/a')]
    assert links == ["#slot-slip", "#slot-photo"]
    assert all(screen.find(f'//*[@id="{link[1:]}"]') for link in links)
    document = slip(own, clerk, place)
    assert put_in(clerk, screen, "photo").status_code == 303
    screen = get(clerk, f"{place}?lang=zh&doc=zh")
    assert screen.one('//form[@class="make"]/button').get("disabled") is None
    assert screen.find(f'//tbody//a[@href="/documents/{document}"]')
    got = clerk.get(screen.one('//tbody//a[contains(@href, "/uploads/")]').get("href"))
    assert got.data == PHOTO
    assert got.headers["Content-Disposition"].startswith("attachment; ")


def test_a_paper_that_is_missing_is_begun_from_its_slot(own, clerk, place):
    """As the task list would: with its day, once; one for each member is begun there."""
    activity = place.split("/")[2]
    whole = place.replace("small", "supervisory")
    page = get(clerk, f"{whole}?lang=zh&doc=zh")
    first = press(clerk, page, "begin:team")
    assert press(clerk, page, "begin:team").headers["Location"] == first.headers["Location"]
    [row] = list_documents(own, clerk.person, activity)
    assert first.headers["Location"] == f"/documents/{row.id}/draft"
    assert (row.kind, row.lang, row.due) == ("leadership_self_examination", "zh", date(2014, 6, 6))
    page = get(clerk, f"{whole}?lang=zh&doc=zh")
    assert page.words('//tr[starts-with(@id, "slot-team")]').endswith("有草稿，未生成")
    assert page.find(f'//tr[@id="slot-leaders"]//a[@href="/activities/{activity}#due"]')
    assert get(clerk, f"/activities/{activity}").find('//*[@id="due"]')
    assert press(clerk, page, "begin:leaders").status_code == 404
    assert press(clerk, page, "begin:publicity").status_code == 404
    assert press(clerk, get(clerk, f"{place}?doc=zh"), "begin:slip").status_code == 303
    assert {one.kind for one in list_documents(own, clerk.person, activity)} == {row.kind, "leave"}
    english = press(clerk, page, "begin:team", doc="en").headers["Location"]
    assert english != first.headers["Location"], "a paper in the bundle's own language"
    filled = get(clerk, f"{whole}?lang=en&doc=en").find('//tr[starts-with(@id, "slot-team")]//a')
    assert [f"{one.get('href')}/draft" for one in filled] == [english]
    set_closed(own, clerk.person, activity, now_closed=True)
    assert not get(clerk, f"{whole}?doc=zh").find('//button[starts-with(@value, "begin:")]')
    assert press(clerk, page, "begin:plan").status_code == 409


def test_a_file_that_is_none_is_told_on_the_page(clerk, place):
    screen = get(clerk, f"{place}?lang=zh&doc=zh")
    for data, name in ((b"<html>", "a.pdf"), (b"", "a.jpg")):
        got = Screen(put_in(clerk, screen, "photo", data, name))
        assert got.status == 422
        assert got.title.startswith("错误：")
        assert got.words('//div[@role="alert"]')
    assert press(clerk, screen, "add:photo").status_code == 422
    assert press(clerk, screen, "add:slip").status_code == 422
    assert press(clerk, screen, "nonsense").status_code == 400


def test_what_is_taken_out_of_a_file_is_said(clerk, place):
    screen = get(clerk, f"{place}?lang=zh&doc=zh")
    got = Screen(put_in(clerk, screen, "letter", written(with_page_script()), "函.pdf"))
    assert got.status == 200
    assert got.words('//div[@role="status"]//li')
    assert "已有" in got.words("//tbody/tr[1]")


def test_without_pdf_the_button_is_off_and_says_why(small):
    desk = desk_with(assemble(small), converter=lambda: NoConverter(WHY))
    clerk = signed(create_app(desk, small), "mei", "clerk")
    activity = create_activity(desk, clerk.person, sample_profile(desk))
    screen = get(clerk, f"/activities/{activity}/bundles/small?lang=en")
    assert screen.one('//form[@class="make"]/button').get("disabled") is not None
    assert "something is missing" in screen.words()


def test_a_bundle_that_is_not_there(clerk, place):
    assert clerk.get(place.replace("small", "nothing")).status_code == 404
    assert clerk.get(place.replace(place.split("/")[2], "0" * 32)).status_code == 404
    assert clerk.get(f"{place}/file?doc=zh").status_code == 404
    assert clerk.get(f"{place}/pages/1?doc=zh").status_code == 404


def test_while_it_is_made_the_page_asks_and_a_second_click_starts_nothing(own, clerk, place):
    slip(own, clerk, place)
    put_in(clerk, get(clerk, f"{place}?doc=zh"), "photo")
    page = get(clerk, f"{place}?lang=zh&doc=zh")
    for _ in range(2):
        assert press(clerk, page, "make").status_code == 303
    page = get(clerk, f"{place}?lang=zh&doc=zh")
    assert "正在生成材料包" in page.words()
    assert page.find("//noscript/meta[@http-equiv='refresh']")
    assert page.by_id("state").get("hx-trigger") == "every 1s"
    assert clerk.get(f"{place}/state?doc=zh").status_code == 200
    with own.store.read() as session:
        [making] = [one for one in rows.every_open(session) if one.activity_id in place]
    assert making.round == 1


@pytest.mark.office
def test_the_bundle_itself(own, clerk, place):
    slip(own, clerk, place)
    put_in(clerk, get(clerk, f"{place}?doc=zh"), "photo")
    press(clerk, get(clerk, f"{place}?lang=zh&doc=zh"), "make")
    worked_off(own, place)
    polled = clerk.get(f"{place}/state?doc=zh&lang=zh")
    assert polled.status_code == 286
    assert '<span id="make-words" hx-swap-oob="true">重新生成材料包</span>' in polled.text
    screen = get(clerk, f"{place}?doc=zh")
    assert "材料包已生成" in screen.words(), screen.words()
    assert [one.get("hx-swap-oob") for one in screen.find('//*[@id="make-words"]')] == [None]
    assert "请示单" in screen.words("//details//table")
    assert "替代字体" in screen.words()
    pictures = screen.find('//ol[@class="pictures pairs"]//img')
    assert 4 <= len(pictures) <= 8
    assert clerk.get(pictures[0].get("src")).data.startswith(b"\x89PNG")
    got = clerk.get(f"{place}/file?doc=zh")
    assert got.data.startswith(b"%PDF-")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert clerk.get(f"{place}/pages/99?doc=zh").status_code == 404


@pytest.mark.office
def test_why_it_failed_is_told_and_the_file_before_stays(own, clerk, place, monkeypatch):
    slip(own, clerk, place)
    put_in(clerk, get(clerk, f"{place}?doc=zh"), "photo")
    press(clerk, get(clerk, f"{place}?lang=zh&doc=zh"), "make")
    worked_off(own, place)
    press(clerk, get(clerk, f"{place}?lang=zh&doc=zh"), "make")
    with own.store.write() as session:
        [making] = [one for one in rows.every_open(session) if one.activity_id in place]
        [upload] = rows.uploads(session, making.activity_id, "small")
    own.store.blobs.remove([upload.blob])
    worked_off(own, place)
    screen = get(clerk, f"{place}?lang=en&doc=zh")
    assert screen.title.startswith("Error: ")
    assert screen.find('//section//div[@role="alert"]//li')
    assert clerk.get(f"{place}/file?doc=zh").data.startswith(b"%PDF-")
