"""docs/api.md: its examples run as they stand, by curl, against a desk with its real bodies."""

import os
import re
import shutil
import subprocess
import threading

import pytest
from werkzeug.serving import make_server

from service.desk.batch.work import do_chunk
from service.store import batches as rows
from tests.batch_tools import ROOT
from tests.web.api.caller import BASE, caller

DOC = (ROOT / "docs/api.md").read_text("utf-8")


@pytest.fixture
def served(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}{BASE}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def worker(desk):
    """What a worker does, by its own bodies, while the examples wait for it."""
    over = threading.Event()

    def work():
        while not over.wait(0.2):
            with desk.store.read() as session:
                waiting = [
                    (one.id, one.round, rows.chunks_left(session, one.id))
                    for one in rows.every(session)
                    if one.state in rows.OPEN
                ]
            for batch, round_, chunks in waiting:
                for chunk in chunks:
                    do_chunk(desk, batch, round_, chunk, stop=over.is_set)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def blocks():
    found = re.findall(r"```sh\n(.*?)```", DOC, re.DOTALL)
    assert "TOKEN=gw_" in found[0]
    return found[1:]


def test_the_examples_run(app, served, worker, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("curl is missing: apt-get install curl")
    where = {"GONGWEN": served, "TOKEN": caller(app, "docs", "clerk").secret, "LANG": "C.UTF-8"}
    script = "set -euo pipefail\nset -x\n" + "".join(blocks())
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env={"PATH": os.environ["PATH"], **where},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("form.docx", "forms.zip"):
        assert (tmp_path / name).read_bytes().startswith(b"PK"), name
    assert '"shown": "docs"' in done.stdout
    assert '"answers": {"title": "通知"}' in done.stdout
    assert '"made": 1' in done.stdout


def test_addresses_and_statuses_are_the_documents(client):
    document = client.get(f"{BASE}/openapi.json").get_json()
    paths = [re.sub(r"\{\w+\}", "[^/]+", path.removeprefix(BASE)) for path in document["paths"]]
    named = re.findall(r'"\$GONGWEN(/[^"?]*)', DOC)
    assert len(named) > 10
    for one in named:
        assert any(re.fullmatch(path, one) for path in paths), one
