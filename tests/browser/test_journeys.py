"""Five journeys, counted by the browser, against the table of docs/journeys.md, which is read."""

import csv
import html
import io
import re
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from service.desk.activity.facts import kept_facts
from tests.batch_tools import ROOT
from tests.browser import journeys
from tests.browser.conftest import windows
from tests.browser.counted import Person
from tests.browser.fresh import fresh_here, fresh_office
from tests.helpers_word import assert_docx_text

pytestmark = pytest.mark.browser
DOCUMENT = (ROOT / "docs/journeys.md").read_text("utf-8")
ALLOWED = {
    "first_document": 8, "sixty_forms": 5, "mended_bundle": 6, "next_year": 3, "new_kind": 10,
}  # fmt: skip
"""Minutes of a person's time that the desk may take."""
ROW = re.compile(
    r"^\| \[[^\]]+\]\(#(\S+)\) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+), ([\d.]+) \| (\d+) \|$", re.M
)
# What an English journey adds is its words; those are looked at in test-all.
EITHER = [pytest.param("zh"), pytest.param("en", marks=pytest.mark.long)]


def written():
    """The document's table: journey to what it says."""
    names = ("clicks", "loads", "fields", "zh", "en", "allowed")
    return {
        row[0].replace("-", "_"): dict(zip(names, map(float, row[1:]), strict=True))
        for row in ROW.findall(DOCUMENT)
    }


@pytest.fixture
def travel(chromium, tmp_path):
    """Makes a journey; its counts are those of the document, its minutes no more than allowed."""

    def go(name, lang, fresh_desk):
        with fresh_desk(tmp_path) as fresh, windows(fresh.base, chromium) as make:
            p = Person(make(lang))
            came = getattr(journeys, name)(p, fresh)
            told = written()[name]
            counted = (p.count.clicks, p.count.loads, p.count.fields, round(p.count.minutes, 1))
            assert counted == (told["clicks"], told["loads"], told["fields"], told[lang]), p.count
            assert p.count.minutes <= ALLOWED[name]
            yield SimpleNamespace(fresh=fresh, came=came)

    journey = []

    def start(*words):
        journey.append(go(*words))
        return next(journey[0])

    yield start
    for one in journey:
        next(one, None)


def test_the_document_tells_of_all_five_and_of_nothing_else():
    assert {name: row["allowed"] for name, row in written().items()} == ALLOWED
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", DOCUMENT):
        file = ROOT / "docs" / picture
        assert 0 < file.stat().st_size < 150_000, picture


@pytest.mark.parametrize("lang", EITHER)
def test_a_new_clerks_first_document(travel, lang):
    answers, taken = travel("first_document", lang, fresh_here).came
    assert taken["name"].endswith(".docx")
    words = [answers["purpose"], answers["venue"], answers["leave_rule"], *answers["title"]]
    words += [*answers["materials"], *answers["requirements"]]
    for table in ("attendees", "observers", "agenda"):
        words += [str(cell) for row in answers[table] for cell in row.values()]
    if lang == "zh":
        words += ["2014年3月3日", "2014年3月6日（星期四）上午9时30分", "涂玥"]
    assert_docx_text(taken["file"], *words)


@pytest.mark.office
@pytest.mark.parametrize("lang", EITHER)
def test_sixty_forms_from_a_roster(travel, lang):
    sums, taken = travel("sixty_forms", lang, fresh_office).came
    assert list(sums.values()) == [60, 60, 0, 0, 0]
    with (ROOT / "samples/roster.csv").open(encoding="utf-8-sig", newline="") as lines:
        members = [row["姓名"] for row in csv.DictReader(lines) if row["姓名"].strip()]
    with zipfile.ZipFile(io.BytesIO(taken["file"])) as archive:
        forms = [name for name in archive.namelist() if name.endswith(".docx")]
        assert len(forms) == len(members) == 60
        for form, member in zip(sorted(forms), members, strict=True):
            assert_docx_text(archive.read(form), member)
        tally = next(name for name in archive.namelist() if name.startswith("00_"))
        with zipfile.ZipFile(io.BytesIO(archive.read(tally))) as sheet:
            told = html.unescape(sheet.read("xl/worksheets/sheet1.xml").decode())
    for member in members:
        assert f">{member}<" in told, member


@pytest.mark.office
@pytest.mark.parametrize("lang", EITHER)
def test_a_bundle_whose_missing_part_is_found_and_mended(travel, lang):
    parts, taken = travel("mended_bundle", lang, fresh_office).came
    assert len(parts) == 10
    pdf = PdfReader(io.BytesIO(taken["file"]))
    marks = [one["/Title"] for one in pdf.outline if not isinstance(one, list)]
    for part in parts:
        assert any(part in mark for mark in marks), (part, marks)
    start = next(one for one in pdf.outline if not isinstance(one, list) and parts[1] in one.title)
    first = pdf.get_destination_page_number(start)
    # A sheet with its title, its blank back, then the paper itself.
    text = "".join(page.extract_text() for page in pdf.pages[first : first + 6])
    venue = journeys.sample(lang, "mobilization_notice")["venue"]
    assert "".join(venue.split()) in "".join(text.split())
    assert len(pdf.pages) > 25


@pytest.mark.parametrize("lang", EITHER)
def test_next_years_copy(travel, lang):
    done = travel("next_year", lang, fresh_here)
    old, new = (kept_facts(done.fresh.desk, one, lang) for one in done.came)
    fields = done.fresh.desk.catalog.activity().fields
    days = [name for name in old if name in new and fields[name].type in {"date", "month"}]
    assert len(days) >= 5
    for name in days:
        if fields[name].type == "month":
            assert new[name] == old[name].replace(year=old[name].year + 1), name
        else:  # a year later on the same day of the week
            assert new[name] - old[name] in {timedelta(364), timedelta(371)}, name


@pytest.mark.office
@pytest.mark.long  # test_new_kinds.py has every state of its page
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_kind_by_the_administrator(travel, lang):
    done = travel("new_kind", lang, fresh_office)
    answers, taken = done.came
    assert_docx_text(taken["file"], *answers.values())
    # This process never heard of the page: it looks at the folders, as every worker does.
    kind = done.fresh.desk.catalog.kind("loan_slip")
    assert kind.form.title.of(lang) in taken["name"]
