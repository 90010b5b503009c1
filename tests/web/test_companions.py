"""Dispatch slip and print list from the page of the paper that they go with."""

import pytest

from service.desk.documents.checks import check_paper
from service.desk.documents.companions import begin_companion, companions_of
from service.desk.documents.drafts import save_draft
from service.desk.documents.versions import generate
from service.desk.kinds import sample_answers
from service.errors import ConflictError, NotFoundError
from tests.document_tools import EXAM, begin, close_activity, keep_activity, paper
from tests.web.people import signed
from tests.web.screen import get


@pytest.fixture(scope="module")
def wan(app):
    return signed(app, "wan2", "clerk")


@pytest.fixture
def activity(desk):
    return keep_activity(desk)


def do(client, document, kind):
    page = get(client, f"/documents/{document}")
    token = page.find('//main//input[@name="_csrf"]/@value')[0]
    return client.post(f"/documents/{document}/companions/{kind}", data={"_csrf": token})


def answers(desk, document):
    return paper(desk, document).row.answers


def test_a_slip_is_filled_from_its_paper_and_found_again(desk, wan, activity):
    typed = {**sample_answers(desk, "meeting_report", "zh"), "attachments": [{"title": "汇总表"}]}
    report = begin(desk, wan.person, activity, "meeting_report", answers=typed)
    page = get(wan, f"/documents/{report}")
    assert page.find('//*[@id="companions"]//form/@action') == [
        f"/documents/{report}/companions/{kind}" for kind in ("dispatch_slip", "print_list")
    ]
    done = do(wan, report, "dispatch_slip")
    assert done.status_code == 303
    slip = done.headers["Location"].split("/")[2]
    there, here = answers(desk, report), answers(desk, slip)
    assert here["paper_title"] == "\n".join(there["title"])
    assert here["addressees"] == there["addressees"]
    assert here["doc_number"] == there["doc_number"]
    assert str(here["issue_date"]) == str(there["issue_date"])
    assert here["annexes"] == ["汇总表"]
    # What is to be typed still is told, and nothing that was filled in is wrong.
    wrong = {one.path for one in check_paper(paper(desk, slip)).until("draft")}
    assert wrong == {"drafted_by"}
    page = get(wan, f"/documents/{report}")
    assert f"/documents/{slip}" in page.find('//*[@id="companions"]//a/@href')
    assert not get(wan, f"/documents/{slip}").find('//*[@id="companions"]')
    other = begin(desk, wan.person, activity)
    assert f"/documents/{slip}" not in get(wan, f"/documents/{other}").text


def test_a_print_list_has_it_in_its_first_line(desk, wan, activity):
    notice = begin(desk, wan.person, activity)
    made = do(wan, notice, "print_list").headers["Location"].split("/")[2]
    [line] = answers(desk, made)["papers"]
    assert line == {"name": "".join(answers(desk, notice)["title"])}
    assert companions_of(desk, wan.person, paper(desk, notice))[1].there[0].id == made


def test_a_slip_that_was_completed_prints(desk, wan, activity):
    report = begin(desk, wan.person, activity, "meeting_report")
    slip = begin_companion(desk, wan.person, report, "dispatch_slip")
    row = paper(desk, slip).row
    save_draft(desk, wan.person, slip, row.revision, {**row.answers, "drafted_by": "万䶮"})
    assert generate(desk, wan.person, slip)


def test_nothing_goes_with_a_persons_own_words_or_in_a_closed_activity(desk, wan, activity):
    exam = begin(desk, wan.person, activity, EXAM, person_name="邹黎")
    assert companions_of(desk, wan.person, paper(desk, exam)) == []
    assert not get(wan, f"/documents/{exam}").find('//*[@id="companions"]')
    assert do(wan, exam, "dispatch_slip").status_code == 404
    notice = begin(desk, wan.person, activity)
    for kind in ("mobilization_notice", "nope"):
        with pytest.raises(NotFoundError):
            begin_companion(desk, wan.person, notice, kind)
    close_activity(desk, activity)
    with pytest.raises(ConflictError):
        begin_companion(desk, wan.person, notice, "print_list")
    assert not get(wan, f"/documents/{notice}").find('//*[@id="companions"]//form')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages(desk, wan, activity, lang):
    notice = begin(desk, wan.person, activity)
    words = get(wan, f"/documents/{notice}?lang={lang}").words('//*[@id="companions"]')
    assert ("随文的稿纸和清单" if lang == "zh" else "Papers that go with it") in words
    get(wan, "/?lang=zh")
