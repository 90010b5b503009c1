"""An activity's bundle made: of the whole sample once, and round by round of a shorter one."""

import io

import pytest
from pypdf import PdfReader

from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.activity.sample import add_sample_papers
from service.desk.bundle.making import open_bundle, open_picture, start_making, view_making
from service.desk.bundle.papers import view_bundle
from service.desk.bundle.slots import Which
from service.desk.bundle.work import do_bundle
from service.errors import NotFoundError
from service.store import bundles as rows
from tests.batch_tools import desk_at
from tests.document_tools import somebody
from tests.filing_papers import short_bundle
from tests.helpers_pdf import assert_sound

pytestmark = pytest.mark.office


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
)
def modules_database_url(request):
    """What PostgreSQL does otherwise is in test_papers.py; here LibreOffice takes the time."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


@pytest.fixture(scope="module")
def mei(desk):
    return somebody(desk, "mei")


@pytest.fixture(scope="module")
def shu(desk):
    return somebody(desk, "shu")


def supervisory(desk, person):
    activity = create_activity(desk, person, sample_profile(desk))
    return Which(activity_id=activity, name="supervisory", lang="zh")


@pytest.fixture
def which(desk, mei):
    return supervisory(desk, mei)


@pytest.fixture
def brief(tmp_path, modules_database_url):
    """A desk, a clerk and a bundle that is soon made."""
    own = short_bundle(tmp_path / "own")
    url = modules_database_url
    with desk_at(tmp_path / "data", database_url=url, templates=own) as desk:
        mei = somebody(desk, "mei")
        yield desk, mei, supervisory(desk, mei)


def making_of(desk, person, which):
    with desk.store.read() as session:
        return rows.making(session, which.activity_id, which.name, which.lang, person.id)


def test_the_sample_activity_becomes_its_bundle(desk, mei, shu, which, tmp_path):
    assert add_sample_papers(desk, mei, which.activity_id, "zh") == 7
    view = view_bundle(desk, mei, which)
    assert view.lacking == ()
    assert [one.title for one in view.lines if one.slot == "leaders"] == [
        "欧阳喆对照检查材料", "熊翀对照检查材料",
    ]  # fmt: skip
    start_making(desk, mei, which)
    start_making(desk, mei, which)  # a second click finds the first
    row = making_of(desk, mei, which)
    assert (row.state, row.round) == ("queued", 1)
    assert do_bundle(desk, row.id, 1, stop=lambda: False) is False
    made = view_making(desk, mei, which)
    assert (made.state, made.problems, made.done) == ("done", (), made.total)
    assert {one.code for one in made.notes} >= {"part_not_final"}
    pdf = open_bundle(desk, mei, which)
    assert_sound(pdf, tmp_path)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == made.pages
    titles = [one.title for one in reader.outline if not isinstance(one, list)]
    assert titles[2:] == [title for _, title, _ in made.entries]
    assert open_picture(desk, mei, which, 1).startswith(b"\x89PNG")
    # Done work that is done again does nothing: the round is over.
    assert do_bundle(desk, row.id, 1, stop=lambda: False) is False
    with pytest.raises(NotFoundError):
        open_bundle(desk, shu, which)


def test_a_worker_that_ends_hands_on_and_a_new_round_keeps_the_old_file(brief):
    desk, mei, which = brief
    add_sample_papers(desk, mei, which.activity_id, "zh")
    start_making(desk, mei, which)
    row = making_of(desk, mei, which)
    seen = []
    assert do_bundle(desk, row.id, 1, stop=lambda: seen.append(1) or len(seen) > 2) is True
    assert view_making(desk, mei, which).open
    assert do_bundle(desk, row.id, 1, stop=lambda: False) is False
    first = open_bundle(desk, mei, which)
    start_making(desk, mei, which)
    assert view_making(desk, mei, which).state == "queued"
    assert open_bundle(desk, mei, which) == first, "until the new one is there"
    assert do_bundle(desk, row.id, 1, stop=lambda: False) is False, "an old round does nothing"
    assert view_making(desk, mei, which).state == "queued"
    assert do_bundle(desk, row.id, 2, stop=lambda: False) is False
    names = list(desk.store.blobs.names(f"bundles/{row.id}"))
    assert all("/2/" in name for name in names)
