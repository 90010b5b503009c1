"""Blobs: the same behaviour on a folder and on S3; on the disk before they are counted."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from service.errors import EngineError, NotFoundError
from service.store.blobs import Blobs


@pytest.fixture(params=["file", "s3"])
def blobs(request, tmp_path, monkeypatch):
    if request.param == "file":
        return Blobs((tmp_path / "blobs").as_uri())
    for name, value in request.getfixturevalue("s3_server").items():
        monkeypatch.setenv(name, value)
    bucket = f"b{uuid4().hex}"
    url = request.getfixturevalue("s3_server")["AWS_ENDPOINT_URL"]
    done = subprocess.run(
        ["curl", "-sf", "-X", "PUT", f"{url}/{bucket}"], check=False, capture_output=True
    )
    assert done.returncode == 0, "the bucket was not made"
    return Blobs(f"s3://{bucket}/gongwen")


def test_what_is_put_is_got_back(blobs):
    blobs.put("a/b/one.docx", b"\x00content" * 1000)
    assert blobs.get("a/b/one.docx") == b"\x00content" * 1000
    assert blobs.has("a/b/one.docx")
    blobs.put("a/b/one.docx", b"anew")
    assert blobs.get("a/b/one.docx") == b"anew"


def test_a_large_file_comes_and_goes_in_pieces(blobs, tmp_path):
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(range(256)) * 20_000)
    blobs.put_file("joined.pdf", large)
    pieces = list(blobs.pieces("joined.pdf"))
    assert b"".join(pieces) == large.read_bytes()
    assert len(pieces) > 1


def test_several_at_once_are_listed(blobs):
    blobs.put_all((f"batches/x/items/{number}.docx", b"%d" % number) for number in range(5))
    blobs.put("batches/y/items/0.docx", b"")
    assert sorted(blobs.names("batches/x")) == [f"batches/x/items/{n}.docx" for n in range(5)]
    assert blobs.get("batches/y/items/0.docx") == b""


def test_create_only_keeps_the_first_of_many(blobs):
    def put(number):
        return blobs.put_new("templates/t.docx", b"%d" % number)

    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(put, range(8)))
    assert kept.count(True) == 1
    assert blobs.get("templates/t.docx") == b"%d" % kept.index(True)
    assert not blobs.put_new("templates/t.docx", b"late")


def test_what_is_not_there_is_told(blobs):
    assert not blobs.has("none.docx")
    for read in (blobs.get, lambda name: list(blobs.pieces(name))):
        with pytest.raises(NotFoundError) as error:
            read("none.docx")
        assert error.value.problems[0].code == "blob_gone"
    blobs.remove(["none.docx"])


def test_what_is_removed_is_gone(blobs):
    blobs.put("one", b"1")
    blobs.put("two", b"2")
    blobs.remove(["one", "none"])
    assert not blobs.has("one")
    assert blobs.has("two")


def test_a_trial_leaves_nothing(blobs):
    blobs.try_writing()
    assert list(blobs.names("trials")) == []


def test_a_file_is_synced_before_it_has_its_name_and_the_folder_after(tmp_path):
    """The order of the system calls: what a power cut leaves is either whole or not there."""
    script = f"from service.store.blobs import Blobs; Blobs('{tmp_path.as_uri()}').put_all([('i/a.docx', b'x'), ('i/b.docx', b'y')])"
    log = tmp_path / "calls"
    if not Path("/usr/bin/strace").exists():
        pytest.skip("strace is missing: apt-get install strace")
    subprocess.run(
        ["/usr/bin/strace", "-f", "-y", "-o", log, "-e", "trace=fsync,rename,renameat,renameat2",
         sys.executable, "-c", script],
        check=True, timeout=60,
    )  # fmt: skip
    calls = [
        ("sync-file" if ".half" in line else "sync-folder") if "fsync(" in line else "rename"
        for line in log.read_text().splitlines()
        if str(tmp_path) in line
    ]
    assert calls == ["sync-file", "sync-file", "rename", "rename", "sync-folder"]


def test_halves_of_killed_processes_are_swept_when_old(tmp_path):
    import os

    blobs = Blobs(tmp_path.as_uri())
    blobs.put("one", b"1")
    old, young = tmp_path / ".half" / "old", tmp_path / ".half" / "young"
    for half in (old, young):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    blobs.sweep()
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("url", ["nonsense", "ftp://host/x", "s3://"])
def test_an_address_that_cannot_be_is_told(url):
    with pytest.raises(EngineError) as error:
        Blobs(url)
    assert error.value.problems[0].code == "bad_setting"


def test_a_server_that_is_not_there_is_told(monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    blobs = Blobs("s3://bucket/prefix")
    with pytest.raises(EngineError) as error:
        blobs.put("one", b"1")
    assert error.value.problems[0].code == "blobs_unreachable"
