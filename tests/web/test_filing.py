"""Pages of filing: looked through, submitted, seen, sent back; a file verified."""

import io

import pytest

from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.documents.lists import list_documents
from service.desk.documents.states import move_document
from service.settings import Settings
from service.store import submissions
from tests.filing_papers import (
    DAY,
    WHY,
    keep_submission,
    sample_activity,
    settle,
    short_bundle,
    work_off,
)
from tests.filing_tools import packed
from tests.web.people import signed
from tests.web.screen import Screen, get


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filing")
    return Settings(data=folder / "data", templates=short_bundle(folder / "own"))


@pytest.fixture(scope="module")
def clerk(app):
    return signed(app, "mei", "clerk")


@pytest.fixture(scope="module")
def which(desk, clerk):
    return sample_activity(desk, clerk.person)


def at(which):
    return f"/activities/{which.activity_id}/bundles/{which.name}"


def press(client, path, screen, do, **data):
    token = screen.find('//main//input[@name="_csrf"]')[0].get("value")
    return client.post(path, data={"_csrf": token, "doc": "zh", "_do": do, **data})


def test_what_stops_it_is_listed_with_links(desk, clerk, which):
    documents = {one.id for one in list_documents(desk, clerk.person, which.activity_id)}
    for lang, lock in (("zh", "报送并锁定"), ("en", "Submit and lock")):
        page = get(clerk, f"{at(which)}/filing?lang={lang}&doc=zh")
        links = {
            one.get("href").rpartition("/")[2]
            for one in page.find('//*[@id="check"]/..//ul[@class="problems"]//a')
        }
        assert documents <= links
        assert page.find('//input[@name="why-one_each"]')
        button = page.one('//button[@value="file"]')
        assert button.text == lock
        assert button.get("disabled") is not None
    got = Screen(press(clerk, f"{at(which)}/filing", page, "file", day="2014-07-21", by=""))
    assert got.status == 422
    assert got.title.startswith(("错误", "Error"))
    assert get(clerk, f"{at(which)}?lang=zh").find('//a[contains(@href, "/filing?doc=")]')


def test_a_missing_part_links_to_its_slot(desk, clerk):
    activity = create_activity(desk, clerk.person, sample_profile(desk))
    place = f"/activities/{activity}/bundles/supervisory"
    page = get(clerk, f"{place}/filing?lang=zh&doc=zh")
    hrefs = [one.get("href") for one in page.find('//ul[@class="problems"]//a')]
    assert f"{place}#slot-notice" in hrefs
    there = get(clerk, f"{place}?doc=zh")
    assert all(there.find(f'//*[@id="{one.partition("#")[2]}"]') for one in hrefs if "#" in one)


def test_wrong_words_are_told_at_their_place(clerk, which):
    page = get(clerk, f"{at(which)}/filing?lang=en&doc=zh")
    got = Screen(press(clerk, f"{at(which)}/filing", page, "file", day="soon", by="x" * 300))
    assert got.status == 422
    assert got.by_id("day").get("aria-describedby") == "e-day"
    assert got.by_id("e-by").text
    assert press(clerk, f"{at(which)}/filing", page, "nonsense").status_code == 400


@pytest.mark.office
@pytest.mark.long  # the same way is gone in a browser (test_filing.py there), archived in the desk's
def test_submitted_seen_sent_back_archived(desk, app, clerk, which):
    settle(desk, clerk.person, which)
    filing = f"{at(which)}/filing"
    page = get(clerk, f"{filing}?lang=zh&doc=zh")
    assert page.one('//button[@value="file"]').get("disabled") is None
    said = {"day": DAY.isoformat(), "by": "李四", "why-one_each": WHY}
    looked = Screen(press(clerk, filing, page, "look", **said))
    assert looked.by_id("why-one_each").get("value") == WHY
    assert press(clerk, filing, page, "file", **said).status_code == 303
    page = get(clerk, f"{filing}?doc=zh&lang=zh")
    assert "正在报送" in page.words()
    assert page.find("//noscript/meta[@http-equiv='refresh']")
    assert clerk.get(f"{filing}/state?doc=zh").status_code == 200
    work_off(desk, which)
    assert clerk.get(f"{filing}/state?doc=zh").status_code == 286
    page = get(clerk, f"{filing}?doc=zh&lang=zh")
    place = page.one('//*[@id="state"]//a').get("href")
    _seen(desk, app, clerk, which, place)
    page = get(clerk, f"{place}?lang=zh")
    assert press(clerk, place, page, "sent_back", reason="", day="2014-07-25").status_code == 422
    got = press(clerk, place, page, "sent_back", reason="整改时限不明确", day="2014-07-25")
    assert got.status_code == 303
    document = list_documents(desk, clerk.person, which.activity_id)[0].id
    for one in (get(clerk, f"{place}?lang=zh"), get(clerk, f"/documents/{document}?lang=zh")):
        assert "整改时限不明确" in one.words()
    assert "第2版" in get(clerk, f"{filing}?doc=zh&lang=zh").words()
    move_document(desk, clerk.person, document, "draft")


def _seen(desk, app, clerk, which, place):
    for lang in ("zh", "en"):
        page = get(clerk, f"{place}?lang={lang}")
        files = page.find('//a[contains(@href, "/files/")]')
        assert len(files) == 8
    for link in files:
        with clerk.get(link.get("href")) as got:
            assert got.status_code == 200
            assert got.headers["Cache-Control"] == "no-store"
            assert "filename*=UTF-8''" in got.headers["Content-Disposition"]
            assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert clerk.get(f"{place}/files/99").status_code == 404
    with desk.store.read() as session:
        row = submissions.find(session, place.rpartition("/")[2])
    assert " ".join(row.pdf_sha256[n : n + 4] for n in range(0, 64, 4)) in page.words()
    document = list_documents(desk, clerk.person, which.activity_id)[0].id
    assert get(clerk, f"/documents/{document}?lang=zh").find(f'//a[@href="{place}"]')
    board = f"/activities/{which.activity_id}"
    assert get(clerk, f"{board}?lang=zh").find(f'//a[@href="{place}"]')
    # Leaders' own words are in it: another clerk, or the administrator, knows nothing of it.
    for name, role in (("shu", "clerk"), ("wan", "administrator")):
        other = signed(app, name, role)
        assert other.get(place).status_code == 404
        assert other.get(f"{place}/files/1").status_code == 404
        assert place not in other.get(board).text


def test_a_kept_submission_is_sent_back_once(desk, clerk, app):
    activity = create_activity(desk, clerk.person, sample_profile(desk))
    place = f"/submissions/{keep_submission(desk, clerk.person, activity, [])}"
    page = get(clerk, f"{place}?lang=en")
    got = press(clerk, place, page, "sent_back", reason="too late", day="2014-07-30")
    assert got.status_code == 303
    again = press(clerk, place, page, "sent_back", reason="too late", day="2014-07-30")
    assert again.status_code == 409
    # Nobody's own paper is in it: every clerk sees it.
    assert signed(app, "shu", "clerk").get(place).status_code == 200


def test_a_package_is_verified_and_a_changed_one_is_found(desk, app, tmp_path):
    package, _ = packed(desk, tmp_path)
    whole = package.file.read_bytes()
    at_ = whole.index(b"PK word of 1")
    changed = whole[:at_] + b"X" + whole[at_ + 1 :]
    reviewer = signed(app, "zhe", "reviewer", "team_leader")
    for lang, good, bad in (("zh", "完好无改动", "与移交时不同"), ("en", "whole", "changed")):
        page = get(reviewer, f"/verify?lang={lang}")
        token = page.one('//main//input[@name="_csrf"]').get("value")
        for data, word in ((whole, good), (changed, bad)):
            form = {"_csrf": token, "file": (io.BytesIO(data), "材料.zip")}
            got = Screen(reviewer.post("/verify", data=form, content_type="multipart/form-data"))
            assert got.status == 200
            assert word in got.words("//h2")
        for form in ({"_csrf": token}, {"_csrf": token, "file": (io.BytesIO(b"no"), "a.txt")}):
            got = Screen(reviewer.post("/verify", data=form, content_type="multipart/form-data"))
            assert got.status == 422
            assert got.find('//div[@role="alert"]//li')
