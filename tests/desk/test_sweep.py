"""Kept files that nothing refers to: swept after a day, and never one that is being kept.

On a folder with SQLite and on S3 with PostgreSQL.
"""

import json
import os
import subprocess
import threading
import time
from uuid import uuid4

import pytest
from click.testing import CliRunner

from service.cli import main
from service.desk.batch.batches import start_batch
from service.desk.documents.versions import generate, open_version
from service.desk.roster.rosters import add_roster, share_answers
from service.desk.sweep import GRACE_SECONDS, Swept, sweep
from service.jobs.worker import Worker
from service.store.models import Making, Upload, new_id
from tests.batch_tools import KIND, desk_at, roster_csv, shared
from tests.document_tools import begin, keep_activity, somebody


@pytest.fixture(params=["folder", "s3"])
def desk(request, tmp_path, monkeypatch):
    more = {}
    if request.param == "s3":
        for name, value in request.getfixturevalue("s3_server").items():
            monkeypatch.setenv(name, value)
        bucket, url = f"b{uuid4().hex}", os.environ["AWS_ENDPOINT_URL"]
        subprocess.run(
            ["curl", "-sf", "-X", "PUT", f"{url}/{bucket}"], check=True, capture_output=True
        )
        more = {"blobs_url": f"s3://{bucket}/gongwen",
                "database_url": request.getfixturevalue("cluster").database()}  # fmt: skip
    with desk_at(tmp_path, **more) as desk:
        yield desk


def names(desk):
    found = desk.store.blobs
    return {one for prefix in ("documents", "batches", "bundles", "rosters", "uploads", "filings", "trials",
                               "templates", "other") for one in found.names(prefix)}  # fmt: skip


def aged(desk, seconds=GRACE_SECONDS + 60):
    """The grace for which all that is kept now is too old: S3 lets nobody set a file's time."""
    if desk.store.blobs.folder is None:
        time.sleep(1.1)
        return 0
    then = time.time() - seconds
    for file in desk.store.blobs.folder.rglob("*"):
        if file.is_file():
            os.utime(file, (then, then))
    return GRACE_SECONDS


def keep_all(desk):
    """A file of each sort with its row; each name."""
    wan = somebody(desk)
    activity = keep_activity(desk)
    document = begin(desk, wan, activity)
    no = generate(desk, wan, document)
    roster = add_roster(desk, KIND, lang="zh", name="a.csv", data=roster_csv(1), handler=wan.id)
    share_answers(desk, roster, shared())
    batch = start_batch(desk, roster, pdf="none", odd_start=False)
    blobs, upload, making = desk.store.blobs, new_id(), new_id()
    blobs.put(f"batches/{batch}/items/{new_id()}.docx", b"x")
    blobs.put(f"uploads/{activity}/{upload}", b"x")
    for place in ("1/bundle.pdf", "1/page-001.png", "2/bundle.pdf"):
        blobs.put(f"bundles/{making}/{place}", b"x")
    nothing = {"entries": [], "fonts": {}, "notes": [], "reasons": []}
    with desk.store.write() as session:
        session.add(Upload(id=upload, activity_id=activity, bundle="b", slot="s", sha256="0" * 64,
                           blob=f"uploads/{activity}/{upload}", file_name="a.pdf", added_by=wan.id))  # fmt: skip
        session.add(Making(id=making, activity_id=activity, bundle="b", lang="zh", handler_id=wan.id,
                           round=2, blob=f"bundles/{making}/1/bundle.pdf", **nothing))  # fmt: skip
    return document, no


def test_what_is_referred_to_stays_and_all_else_goes_after_a_day(desk):
    document, no = keep_all(desk)
    kept, blobs = names(desk), desk.store.blobs
    assert len(kept) >= 8
    lost = [
        f"documents/{document}/{new_id()}.docx", f"documents/{document}/{new_id()}.pages/1-of-1.png",
        f"documents/{new_id()}/{new_id()}.camedocx", f"batches/{new_id()}/prints/00001-a.pdf",
        f"bundles/{new_id()}/1/bundle.pdf", f"rosters/{new_id()}/source", f"uploads/{new_id()}/{new_id()}",
        f"filings/{new_id()}/0", f"trials/{new_id()}",
    ]  # fmt: skip
    for name in lost:
        blobs.put(name, b"lost")
    not_ours = ["templates/abc.docx", "other/file"]
    for name in not_ours:
        blobs.put(name, b"kept")
    assert sweep(desk).removed == 0  # all too young
    grace = aged(desk)
    assert sweep(desk, grace=grace, keep=True).removed == len(lost)
    assert names(desk) >= {*kept, *lost}
    found = sweep(desk, grace=grace)
    assert found.removed == len(lost)
    assert found.looked >= len(kept) + len(lost) - 1  # templates are not looked at
    assert names(desk) == {*kept, *not_ours}
    assert sweep(desk, grace=grace) == Swept(looked=found.looked - len(lost), removed=0)
    assert open_version(desk, document, no, "file").data


def test_files_of_a_bundles_old_rounds_go(desk):
    keep_all(desk)
    [making] = {name.split("/")[1] for name in desk.store.blobs.names("bundles")}
    with desk.store.write() as session:
        session.get(Making, making).blob = f"bundles/{making}/2/bundle.pdf"
    assert sweep(desk, grace=aged(desk)).removed == 2
    assert list(desk.store.blobs.names("bundles")) == [f"bundles/{making}/2/bundle.pdf"]


def test_a_file_whose_row_is_on_its_way_stays(desk):
    """Its write has put the file and waits; the row comes after the sweep has looked."""
    wan, activity = somebody(desk), keep_activity(desk)
    document = begin(desk, wan, activity)
    aged(desk)
    put, go_on = threading.Event(), threading.Event()
    blobs, real = desk.store.blobs, desk.store.blobs.put

    def slow(name, data):
        real(name, data)
        put.set()
        assert go_on.wait(60)

    blobs.put = slow
    done = []
    work = threading.Thread(target=lambda: done.append(generate(desk, wan, document)))
    work.start()
    assert put.wait(60)
    [name] = blobs.names("documents")
    assert sweep(desk).removed == 0
    go_on.set()
    work.join(60)
    del blobs.put
    assert list(blobs.names("documents")) == [name]
    assert open_version(desk, document, done[0], "file").data
    assert sweep(desk, grace=aged(desk)).removed == 0


def test_several_sweep_at_once_while_others_write(desk):
    wan, activity = somebody(desk), keep_activity(desk)
    for _ in range(300):
        desk.store.blobs.put(f"documents/{new_id()}/{new_id()}.docx", b"lost")
    grace = aged(desk) or 0.5
    errors, stop = [], threading.Event()

    def run(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)

    made = []

    def write():
        while not stop.is_set():
            document = begin(desk, wan, activity)
            made.append((document, generate(desk, wan, document)))

    writer = threading.Thread(target=run, args=[write])
    # While others write only what is old beyond doubt is taken.
    sweepers = [
        threading.Thread(target=run, args=[lambda: sweep(desk, grace=max(grace, 30.0))])
        for _ in range(3)
    ]
    for one in (writer, *sweepers):
        one.start()
    for one in sweepers:
        one.join(120)
    stop.set()
    writer.join(120)
    assert errors == []
    assert made
    for document, no in made:
        assert open_version(desk, document, no, "file").data
    if desk.store.blobs.folder is not None:
        assert len(list(desk.store.blobs.names("documents"))) == len(made)


def test_it_ends_early_when_it_is_told_to(desk):
    for _ in range(3):
        desk.store.blobs.put(f"trials/{new_id()}", b"lost")
    assert sweep(desk, grace=aged(desk), stop=lambda: True) == Swept(looked=0, removed=0)
    assert len(list(desk.store.blobs.names("trials"))) == 3


def test_the_command_counts_and_removes(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path))
    with desk_at(tmp_path) as desk:
        somebody(desk)
        desk.store.blobs.put(f"trials/{new_id()}", b"lost")
        aged(desk)
    for words, left in (("--dry-run",), 1), ((), 0):
        done = CliRunner().invoke(main, ["sweep", "--json", *words])
        assert done.exit_code == 0, done.output
        found = json.loads(done.stdout)
        assert (found["unreferenced"], found["removed"]) == (1, 1 - left)
    assert "0" in CliRunner().invoke(main, ["sweep"]).stdout


def test_a_worker_sweeps_beside_its_work(tmp_path, monkeypatch):
    monkeypatch.setattr("service.jobs.worker._SWEEP_SECONDS", 0.2)
    with desk_at(tmp_path) as desk:
        worker = Worker(desk)
        desk.store.blobs.put(f"trials/{new_id()}", b"lost")
        aged(desk)
        thread = threading.Thread(target=worker._sweep)
        thread.start()
        deadline = time.monotonic() + 30
        while list(desk.store.blobs.names("trials")) and time.monotonic() < deadline:
            time.sleep(0.05)
        worker._stop.set()
        thread.join(30)
        assert not thread.is_alive()
        assert list(desk.store.blobs.names("trials")) == []
