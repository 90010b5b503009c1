"""Nobody sees another's self-examination: one sentence per member, looked for everywhere.

Two parts: what every other person's browser and token can get, and what the machine keeps beside
the database and the files: logs, temporary files, error pages, the trail.
"""

import io
import logging
import tempfile
import zipfile

import pypdf
import pytest

from service.bootstrap import assemble
from service.desk.batch.batches import start_batch, view_batch
from service.desk.batch.results import open_item
from service.desk.batch.work import do_chunk, do_join
from service.desk.documents.drafts import create_document
from service.desk.documents.versions import generate, open_version
from service.desk.people.tokens import make_token
from service.desk.roster.rosters import add_roster, mend_row, share_answers
from service.engines.office.converter import connect_or_start
from service.settings import Settings
from service.store import batches
from service.store.models import Audit
from service.web.app import create_app
from tests.batch_tools import KIND, roster_csv, shared, with_proofs
from tests.desk.members import own_words
from tests.desk.test_batch_prints import characters
from tests.document_tools import keep_activity
from tests.filing_papers import keep_submission
from tests.web.people import signed
from tests.web.screen import Screen
from tests.web.test_batches import work_off
from tests.web.test_matrix import BRANCH, PEOPLE, addresses

pytestmark = pytest.mark.slow

CANARIES = ["鹭鹃鹦鹉啼", "螃蟹蝌蚪蛙", "榴莲椰槟榔"]
"""Characters that stand nowhere else in the forms; one sentence each."""
DOCUMENT = "蟋蟀蚱蜢蝈"
ALL = [*CANARIES, DOCUMENT]


def words_with(desk, canary):
    """A member's own words, the sentence in a text, in a table, and in what the reviewer writes."""
    words = own_words(desk)
    words["service_problems"] = [f"服务方面：{canary}。"]
    words["findings"] = [
        {**words["findings"][0], "text": [f"表现：{canary}。"]},
        *words["findings"][1:],
    ]
    words["review_opinion"] = [f"意见：{canary}。"]
    return words


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A data folder of its own, and a folder for everything temporary."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "tmp").mkdir()
    kept, tempfile.tempdir = tempfile.tempdir, str(folder / "tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder / "tmp"))
        yield folder
    tempfile.tempdir = kept


@pytest.fixture(scope="module")
def log():
    """Every line of every logger, at its most talkative."""
    lines = []

    class Keeper(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record) + str(record.exc_info or ""))

    root, keeper = logging.getLogger(), Keeper(logging.DEBUG)
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.INFO)  # below that it logs whole rows
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)
    logging.getLogger("sqlalchemy").setLevel(logging.NOTSET)


@pytest.fixture(scope="module")
def desk(place, log):
    settings = Settings(data=with_proofs(place / "data"), converters=1)
    # A LibreOffice of its own: what one leaves behind is looked for in this folder.
    desk = assemble(settings, converter=lambda: connect_or_start(settings))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def app(desk, place):
    return create_app(desk, Settings(data=place / "data"))


@pytest.fixture(scope="module")
def browsers(app):
    return {name: signed(app, f"c-{name}", *place) for name, place in PEOPLE.items() if place}


@pytest.fixture(scope="module")
def things(desk, browsers):
    """A roster with own words and its batch; a member's document with a version; all of one clerk."""
    handler = browsers["handler"].person
    roster = add_roster(
        desk, KIND, lang="zh", name="名册.csv", data=roster_csv(3), handler=handler.id
    )
    share_answers(desk, roster, shared())
    for row, canary in enumerate(CANARIES, 2):
        assert mend_row(desk, roster, row, words_with(desk, canary)).reasons == ()
    batch = start_batch(desk, roster, pdf="none", odd_start=False)
    work_off(desk, f"/batches/{batch}")
    activity = keep_activity(desk)
    answers = {
        **shared(), **words_with(desk, DOCUMENT), "person_name": "褚珣䶮", "department": "办公室", "branch": BRANCH,
        "gender": "male", "birth_month": "1975-03", "post": "科员", "party_join_date": "1999-07-01",
    }  # fmt: skip
    document = create_document(
        desk, handler, activity, KIND, "zh", person_name="褚珣䶮", branch=BRANCH, answers=answers
    )
    generate(desk, handler, document)
    paper = open_version(desk, document, 1, "file").data
    filed = keep_submission(desk, handler, activity, [document], paper)
    return {
        "roster": roster,
        "batch": batch,
        "activity": activity,
        "document": document,
        "submission": filed,
    }


def read_out(data):
    """All that a file tells: itself, what is packed in it, the text and properties of a PDF."""
    told = [data.decode("utf-8", "ignore"), data.decode("utf-16-le", "ignore")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told += [read_out(archive.read(name)) for name in archive.namelist()]
            told += archive.namelist()
    elif data.startswith(b"%PDF"):
        reader = pypdf.PdfReader(io.BytesIO(data))
        told += [page.extract_text() for page in reader.pages]
        told += [str(reader.metadata), "".join(sorted(characters(data)))]
    return "\n".join(told)


def found_in(told, canaries=ALL):
    return [one for one in canaries if one in told]


def gets(app, things, items):
    """Every address that is read, with every form of the batch; each once."""
    seen = set()
    for item in items:
        for endpoint, method, path, _ in addresses(app, **things, item=item, row=3, number=3):
            if method == "GET" and path not in seen:
                seen.add(path)
                yield endpoint, path
                yield endpoint, f"{path}?show=all&row=3&check=1"


@pytest.fixture(scope="module")
def items(desk, things):
    return [one.id for one in view_batch(desk, things["batch"]).items]


def test_its_clerk_finds_each_sentence_so_that_looking_is_worth_something(
    app, browsers, things, items
):
    seen = set()
    for _, path in gets(app, things, items):
        with browsers["handler"].get(path) as got:
            seen |= set(found_in(read_out(got.data)))
    assert seen == set(ALL)


def test_the_reviewer_of_its_route_reads_the_document_and_no_roster(app, browsers, things, items):
    seen = set()
    for _, path in gets(app, things, items):
        with browsers["secretary"].get(path) as got:
            seen |= set(found_in(read_out(got.data)))
    assert seen == {DOCUMENT}


@pytest.mark.parametrize("name", ["chief", "other", "leader", "stranger", "nobody"])
def test_nobody_else_finds_any_of_them_at_any_address(app, desk, browsers, things, items, name):
    client = browsers.get(name) or app.test_client()
    headers = {}
    if name != "nobody":
        token = make_token(desk, client.person, name="x", scopes=["read", "write"], days=30)
        headers = {"Authorization": f"Bearer {token}"}
    looked = 0
    for endpoint, path in gets(app, things, items):
        for asked in ({}, headers) if endpoint.startswith("api_") else ({}, {"HX-Request": "true"}):
            with client.get(path, headers=asked, follow_redirects=True) as got:
                assert not found_in(read_out(got.data)), f"{name} {path}"
                assert not found_in(str(got.headers)), f"{name} {path}"
            looked += 1
    assert looked > 100


@pytest.mark.parametrize("name", ["chief", "other", "leader", "stranger"])
def test_nobody_else_learns_of_the_paper_or_the_batch_in_any_list(
    app, browsers, things, items, name
):
    """Not even that it is there: neither an id nor a member's name, but what is in the trail."""
    for endpoint, path in gets(app, things, items[:1]):
        if endpoint == "users.trail" or any(one in path for one in things.values()):
            continue
        with browsers[name].get(path, follow_redirects=True) as got:
            told = read_out(got.data)
        for one in (*(things[of] for of in things if of != "activity"), "褚珣䶮", "名册.csv"):
            assert one not in told, f"{name} {path} {one}"


def test_posts_of_others_bring_nothing_out(app, browsers, things, items):
    for name in ("chief", "other", "stranger"):
        client = browsers[name]
        csrf = Screen(client.get("/account")).find('//input[@name="_csrf"]/@value')[0]
        for _, method, path, of in addresses(app, **things, item=items[0]):
            if method != "GET" and of and not path.startswith("/activities"):
                got = client.open(path, method=method, data={"_csrf": csrf, "_do": "columns"})
                assert got.status_code in {401, 404}, path
                assert not found_in(read_out(got.data))


def test_an_error_of_ours_tells_no_text_on_page_or_in_log(app, browsers, things, log, monkeypatch):
    def fail(**_):
        raise ValueError(f"could not convert string to float: '{DOCUMENT}'")

    monkeypatch.setitem(app.view_functions, "documents.show", fail)
    got = browsers["handler"].get(f"/documents/{things['document']}")
    assert got.status_code == 500
    assert not found_in(got.text)
    assert any("ValueError" in line and "test_canary" in line for line in log)
    assert not found_in("\n".join(log))


def test_wrong_words_of_a_member_are_not_logged(desk, browsers, things, log):
    client, path = browsers["handler"], f"/rosters/{things['roster']}/rows/3"
    page = Screen(client.get(path.partition("/rows")[0], query_string={"row": 3, "show": "all"}))
    csrf = page.find('//input[@name="_csrf"]/@value')[0]
    got = client.post(
        path, data={"_csrf": csrf, "birth_month": f"{CANARIES[1]}", "draft_date": CANARIES[1]}
    )
    assert got.status_code in {200, 303}
    assert log
    assert not found_in("\n".join(log))
    words = {**words_with(desk, CANARIES[1]), "birth_month": "1975-03"}
    assert mend_row(desk, things["roster"], 3, words).reasons == ()


def test_the_trail_names_actions_and_never_a_text(desk, things):
    with desk.store.read() as session:
        rows = [
            " ".join(str(value) for value in vars(one).values()) for one in session.query(Audit)
        ]
    assert any("document_created" in row for row in rows)
    assert not found_in("\n".join(rows), [*ALL, "褚珣䶮", "名册"])


def test_no_temporary_file_and_nothing_beside_database_and_blobs_keeps_a_sentence(place, things):
    kept = {"blobs", "made"}  # what was made, and what its own person looks at for an hour
    looked = 0
    for file in [*(place / "data").rglob("*"), *(place / "tmp").rglob("*")]:
        inside = file.relative_to(place).parts
        if not file.is_file() or inside[1] in kept or file.name.startswith("gongwen.sqlite"):
            continue
        looked += 1
        assert not found_in(read_out(file.read_bytes())), file
    assert looked > 3
    assert not found_in("\n".join(str(file) for file in place.rglob("*")), [*ALL, "褚珣䶮", "名册"])


def test_of_the_forms_each_bears_its_own_sentence_alone(desk, things, items):
    for item, own in zip(items, CANARIES, strict=True):
        told = read_out(open_item(desk, things["batch"], item, "docx")[0])
        assert found_in(told) == [own]
        assert not [one for one in set("".join(ALL)) - set(own) if one in told]


@pytest.mark.office
def test_of_the_pdfs_each_bears_its_own_characters_alone(desk, things, place, log):
    """Its text, the tables of its fonts, its properties; and nothing is left of the making."""
    batch = start_batch(desk, things["roster"], pdf="each", odd_start=False)
    work_off(desk, f"/batches/{batch}")
    view = view_batch(desk, batch)
    assert view.counts == {"made": 3}
    for one, own in zip(view.items, CANARIES, strict=True):
        pdf, _ = open_item(desk, batch, one.id, "pdf")
        told = characters(pdf) | set(str(pypdf.PdfReader(io.BytesIO(pdf)).metadata))
        assert set(own) <= told
        assert not told & (set("".join(ALL)) - set(own))
    test_no_temporary_file_and_nothing_beside_database_and_blobs_keeps_a_sentence(place, things)
    assert not found_in("\n".join(log))


@pytest.mark.office
def test_the_joined_pdf_bears_them_all_and_is_its_clerks_alone(
    app, desk, browsers, things, place, log
):
    batch = start_batch(desk, things["roster"], pdf="joined", odd_start=False)
    with desk.store.read() as session:
        chunks, round_ = batches.chunks_left(session, batch), batches.find(session, batch).round
    for chunk in chunks:
        do_chunk(desk, batch, round_, chunk, stop=lambda: False)
    do_join(desk, batch, round_, stop=lambda: False)
    view = view_batch(desk, batch)
    assert view.counts == {"made": 3}
    paths = [
        (endpoint, path)
        for endpoint, path in gets(app, {**things, "batch": batch}, [one.id for one in view.items])
        if batch in path
    ]
    assert {"batch_files.joined", "api_batch_files.joined"} <= {endpoint for endpoint, _ in paths}
    with browsers["handler"].get(f"/batches/{batch}/joined.pdf") as got:
        assert got.status_code == 200
        assert set(found_in(read_out(got.data))) == set(CANARIES)
    for name in ("chief", "other", "leader", "secretary", "stranger", "nobody"):
        client, headers = browsers.get(name) or app.test_client(), {}
        if name != "nobody":
            token = make_token(desk, client.person, name="j", scopes=["read"], days=30)
            headers = {"Authorization": f"Bearer {token}"}
        for endpoint, path in paths:
            with client.get(path, headers=headers if endpoint[:4] == "api_" else {}) as got:
                assert got.status_code in {303, 401, 404}, f"{name} {path}"
                told = read_out(got.data)
            assert not found_in(told), f"{name} {path}"
    test_no_temporary_file_and_nothing_beside_database_and_blobs_keeps_a_sentence(place, things)
    assert not found_in("\n".join(log))
