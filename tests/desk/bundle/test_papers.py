"""An activity's bundle from its documents and files: what stands where, what is missing, made."""

from datetime import date

import pytest

from service.bootstrap import assemble
from service.core.people import COMMAND_LINE
from service.desk.activity.profiles import create_activity, sample_profile
from service.desk.bundle.making import start_making, view_making
from service.desk.bundle.papers import list_bundles, plan_papers, view_bundle
from service.desk.bundle.slots import Which
from service.desk.bundle.uploads import add_upload, open_upload, remove_upload
from service.desk.documents.drafts import create_document
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate
from service.desk.kinds import sample_answers
from service.desk.people.users import add_user
from service.errors import InputError, NotFoundError
from service.settings import Settings

SAMPLES = Settings().samples
PHOTO = (SAMPLES / "uploads/publicity.jpg").read_bytes()


@pytest.fixture(scope="module")
def desk(modules_database_url, tmp_path_factory):
    data = tmp_path_factory.mktemp("bundles")
    desk = assemble(Settings(data=data, database_url=modules_database_url))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def people(desk):
    return {
        name: add_user(desk, COMMAND_LINE, name=name, shown=name, role="clerk")[0]
        for name in ("mei", "shu")
    }


@pytest.fixture
def which(desk, people):
    activity = create_activity(desk, people["mei"], sample_profile(desk))
    return Which(activity_id=activity, name="supervisory", lang="zh")


def standings(desk, person, which):
    return {one.slot: one.standing for one in view_bundle(desk, person, which).lines}


def paper(desk, person, which, kind, **more):
    answers = {**sample_answers(desk, kind, "zh"), **more}
    return create_document(desk, person, which.activity_id, kind, which.lang, answers=answers)


def test_an_empty_activity_lacks_every_required_part(desk, people, which):
    view = view_bundle(desk, people["mei"], which)
    assert {one.slot for one in view.lacking} == {
        "plan", "notice", "team", "leaders", "report", "rectification",
    }  # fmt: skip
    with pytest.raises(InputError) as error:
        start_making(desk, people["mei"], which)
    assert [one.code for one in error.value.problems] == ["part_missing"] * 6
    assert view_making(desk, people["mei"], which).state == "none"


def test_a_part_goes_from_missing_to_there(desk, people, which):
    mei = people["mei"]
    assert standings(desk, mei, which)["notice"] == "missing"
    document = paper(desk, mei, which, "mobilization_notice")
    assert standings(desk, mei, which)["notice"] == "not_made"
    generate(desk, mei, document)
    assert standings(desk, mei, which)["notice"] == "not_final"
    move_document(desk, mei, document, "final")
    assert standings(desk, mei, which)["notice"] == "there"
    # A paper in another language is another bundle's.
    english = Which(activity_id=which.activity_id, name=which.name, lang="en")
    assert standings(desk, mei, english)["notice"] == "missing"


def test_papers_of_persons_are_in_their_clerks_bundle_only(desk, people, which):
    mei, shu = people["mei"], people["shu"]
    document = paper(desk, mei, which, "leadership_self_examination", person_name="熊翀")
    generate(desk, mei, document)
    [mine] = [one for one in view_bundle(desk, mei, which).lines if one.slot == "leaders"]
    assert (mine.title, mine.document) == ("熊翀对照检查材料", document)
    [theirs] = [one for one in view_bundle(desk, shu, which).lines if one.slot == "leaders"]
    assert (theirs.standing, theirs.document, theirs.source) == ("missing", "", "")
    with pytest.raises(InputError) as error:
        plan_papers(desk, shu, which, date(2014, 7, 21))
    assert "熊翀" not in str(error.value)


def test_no_members_form_can_stand_in_a_supervisory_bundle(desk, people, which):
    document = paper(desk, people["mei"], which, "self_examination", person_name="王小明")
    generate(desk, people["mei"], document)
    lines = view_bundle(desk, people["mei"], which).lines
    assert document not in {one.document for one in lines}
    branch = Which(activity_id=which.activity_id, name="branch", lang="zh")
    [form] = [one for one in view_bundle(desk, people["mei"], branch).lines if one.document]
    assert (form.document, form.title) == (document, "王小明对照检查表")


def test_a_file_for_a_slot_is_kept_as_it_came(desk, people, which):
    mei = people["mei"]
    added = add_upload(desk, mei, which, "publicity", name="C:\\图\\公示.jpg", data=PHOTO)
    assert added.removed == ()
    [line] = [one for one in view_bundle(desk, mei, which).lines if one.slot == "publicity"]
    assert line.upload == added.id
    assert (line.standing, line.source) == ("there", "公示.jpg")
    assert open_upload(desk, which, line.upload) == (PHOTO, "公示.jpg")
    add_upload(desk, mei, which, "publicity", name="新.jpg", data=PHOTO)
    [again] = [one for one in view_bundle(desk, mei, which).lines if one.slot == "publicity"]
    assert again.source == "新.jpg"
    with pytest.raises(NotFoundError):
        open_upload(desk, which, line.upload)
    remove_upload(desk, mei, which, again.upload)
    assert standings(desk, mei, which)["publicity"] == "optional"
    assert list(desk.store.blobs.names(f"uploads/{which.activity_id}")) == []


@pytest.mark.parametrize("slot", ["plan", "nothing", ""])
def test_a_file_goes_into_slots_for_files_only(desk, people, which, slot):
    with pytest.raises(NotFoundError):
        add_upload(desk, people["mei"], which, slot, name="a.jpg", data=PHOTO)


def test_a_file_that_is_none_is_refused_and_leaves_nothing(desk, people, which):
    with pytest.raises(InputError):
        add_upload(desk, people["mei"], which, "publicity", name="a.pdf", data=b"<html>")
    assert standings(desk, people["mei"], which)["publicity"] == "optional"
    assert list(desk.store.blobs.names(f"uploads/{which.activity_id}")) == []


def test_bundles_are_those_of_the_catalog(desk):
    assert [one.name for one in list_bundles(desk)] == sorted(desk.catalog.bundles())
