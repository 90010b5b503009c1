"""Batches on a full disk, on S3, under a server whose parts are killed one after another."""

import os
import random
import signal
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

from service.desk.batch.batches import open_item, retry_batch, view_batch, zip_of
from tests.batch_tools import begin, desk_at, files_of, wait_ended, wait_for, with_proofs
from tests.jobs.crew import done, made_once
from tests.servers import answers, free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 60 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: root's right to mount is needed")
    yield folder
    for _ in range(50):
        if subprocess.run(["umount", folder], check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    subprocess.run(["umount", "-l", folder], check=True)


class TestFullDisk:
    @pytest.fixture
    def data(self, small_disk):
        return with_proofs(small_disk / "data")

    @pytest.mark.parametrize(
        "left",
        [
            2000,
            pytest.param(40, marks=pytest.mark.long),
            pytest.param(300, marks=pytest.mark.long),
            pytest.param(1100, marks=pytest.mark.long),
            pytest.param(4000, marks=pytest.mark.long),
        ],
    )
    def test_it_is_told_and_made_good(self, desk, start, data, small_disk, left):
        """So many kilobytes are left when the worker starts; forms and database share them."""
        batch = begin(desk, 600)
        filler = small_disk / "filler"
        free = os.statvfs(small_disk)
        with filler.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, free.f_bavail * free.f_frsize - (left << 10))
        worker = start()
        if left < 100:  # not even room to begin: it says so, and its supervisor starts it again
            assert worker.process.wait(timeout=60) == 7
            worker = start()
        view = wait_ended(desk, batch, 120)
        assert view.state == "failed"
        assert [one.code for one in view.reasons] == ["storage_full"]
        made = [one for one in view.items if one.state == "made"]
        counts = {"made": len(made), "queued": 600 - len(made)}
        assert view.counts == {state: count for state, count in counts.items() if count}
        # Nothing half-written: every form that is counted is whole, and no part of one lies about.
        for one in made:
            assert open_item(desk, batch, one.id, "docx")[0][-22:-18] == b"PK\x05\x06"
        assert not list((data / "blobs" / ".half").glob("*"))
        database = sqlite3.connect(data / "gongwen.sqlite")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
        # Room again, the same worker: nobody starts anything anew.
        filler.unlink()
        retry_batch(desk, batch)
        assert wait_ended(desk, batch, 120).state == "done"
        made_once(desk, batch, 600)
        assert worker.process.poll() is None


def test_results_in_s3(tmp_path, start, desk, s3_server, monkeypatch):
    """Forms go to a bucket and come back from it, by a worker that shares nothing but settings."""
    for name, value in s3_server.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{uuid4().hex}"
    url = f"{s3_server['AWS_ENDPOINT_URL']}/{bucket}"
    urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=20).close()
    with desk_at(tmp_path / "data", blobs_url=f"s3://{bucket}/gongwen") as far:
        batch = begin(far, 30)
        start(GONGWEN_BLOBS_URL=f"s3://{bucket}/gongwen", **s3_server)
        assert wait_ended(far, batch).counts == {"made": 30}
        made_once(far, batch, 30)
        pieces, _ = zip_of(far, batch)
        assert sum(map(len, pieces)) > 30 * 1000
    assert not (tmp_path / "data" / "blobs" / "batches").exists()


def children_of(parent):
    """Living children of a process: {word of the command: [ids]}."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
            state = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent and state[0] != "Z":
            for word in ("worker", "converter", "gunicorn"):
                if word in words:
                    found.setdefault(word, []).append(int(process.name))
    return found


@pytest.mark.long  # test_office.py has it for prints, test_worker.py for a batch of 500
def test_a_server_whose_parts_are_killed_makes_all_the_same(desk, start):
    """Web, worker and converter get SIGKILL in turn while 500 forms are made."""
    port = free_port()
    server = start("serve", PORT=str(port), GONGWEN_WORKERS="2")
    wait_for(lambda: len(children_of(server.pid).get("worker", [])) == 2)
    batch = begin(desk, 500)
    chance = random.Random(3)
    for victim in ("worker", "gunicorn", "converter", "worker"):
        before = done(desk, batch)
        wait_for(lambda before=before: done(desk, batch) > before or done(desk, batch) == 500)
        for one in children_of(server.pid).get(victim, [])[:1]:
            os.kill(one, signal.SIGKILL)
        time.sleep(chance.uniform(0, 0.5))
    assert wait_ended(desk, batch, 120).state == "done"
    made_once(desk, batch, 500)
    assert server.process.poll() is None
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/"))
    assert view_batch(desk, batch).counts == {"made": 500}
    assert len(files_of(desk, batch)) == 500
