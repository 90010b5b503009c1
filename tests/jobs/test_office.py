"""Batches with PDFs by real workers and LibreOffice, which are killed while they work."""

import io
import os
import random
import signal
import time
from pathlib import Path

import pypdf
import pytest

from service.desk.batch.batches import (
    mend_item,
    open_item,
    open_joined,
    retry_batch,
    tally_of,
    view_batch,
)
from tests.batch_tools import begin, files_of, person, wait_ended, wait_for
from tests.jobs.crew import done
from tests.jobs.test_faults import children_of
from tests.servers import answers, free_port

pytestmark = pytest.mark.office


def soffices(data):
    """Living LibreOffice processes of a data folder."""
    mark = str(data / "office").encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if b"soffice" in words.split(b"\0")[0] and (mark in words or b"/job/" in words):
            found.append(int(process.name))
    return found


def text_of(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_each_has_a_pdf_with_nobody_elses_name(desk, start):
    start("worker")
    batch = begin(desk, 5, pdf="each")
    view = wait_ended(desk, batch, 120)
    assert (view.state, view.counts) == ("done", {"made": 5})
    for one in view.items:
        pdf, name = open_item(desk, batch, one.id, "pdf")
        pages = text_of(pdf)
        assert name == f"{one.file}.pdf"
        assert (len(pages), one.has_pdf) == (one.pages, True)
        whole = "".join(pages)
        assert person(one.row - 2)[1] in whole
        others = {person(number)[1] for number in range(5)} - {one.name}
        assert not [other for other in others if other in whole]


def test_joined_in_order_while_everything_is_killed(desk, start, data):
    """Web, worker, converter and LibreOffice get SIGKILL; the print holds every form once."""
    port = free_port()
    server = start("serve", PORT=str(port), GONGWEN_WORKERS="2")
    wait_for(lambda: len(children_of(server.pid).get("worker", [])) == 2)
    batch = begin(desk, 40, pdf="joined", odd_start=True)
    chance = random.Random(11)
    for victim in ("soffice", "worker", "gunicorn", "converter"):
        wait_for(lambda: soffices(data) or view_batch(desk, batch, items=False).ended)
        time.sleep(chance.uniform(0.2, 1.5))
        found = soffices(data) if victim == "soffice" else children_of(server.pid).get(victim, [])
        for one in found[:1]:
            os.kill(one, signal.SIGKILL)
    view = wait_ended(desk, batch, 180)
    assert (view.state, view.counts) == ("done", {"made": 40})
    pieces, name = open_joined(desk, batch)
    pages = text_of(b"".join(pieces))
    assert name == "对照检查表（普通党员）_合并打印.pdf"
    assert view.joined_pages == len(pages)
    starts = [first_page(pages, one.name) for one in view.items]
    assert starts == sorted(starts)
    assert len(set(starts)) == 40
    assert all(page % 2 == 0 for page in starts), "every form begins on an odd page"
    assert len(files_of(desk, batch)) == 40
    assert tally_of(desk, batch).to_json()["tally"]["made"] == 40
    assert server.process.poll() is None
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/"))


def first_page(pages, name):
    return next(number for number, text in enumerate(pages) if name in text)


def test_a_retry_puts_the_mended_form_in_its_place(desk, start):
    start("worker")
    batch = begin(desk, 5, pdf="joined", change={2: {"出生年月": "1975-13"}})
    view = wait_ended(desk, batch, 120)
    assert view.counts == {"made": 4, "failed": 1}
    before = {name: desk.store.blobs.get(name) for name in files_of(desk, batch)}
    mend_item(desk, batch, view.items[2].id, {"birth_month": "1975-12"})
    retry_batch(desk, batch)
    view = wait_ended(desk, batch, 120)
    assert view.counts == {"made": 5}
    pages = text_of(b"".join(open_joined(desk, batch)[0]))
    starts = [first_page(pages, person(number)[1]) for number in range(5)]
    assert starts == sorted(starts)
    assert len(set(starts)) == 5
    assert all(desk.store.blobs.get(name) == one for name, one in before.items())


@pytest.mark.long
def test_a_worker_without_a_converter_waits_and_one_with_it_goes_on(desk, start):
    """Forms are none the worse for a converter that is away."""
    batch = begin(desk, 3, pdf="each")
    worker = start("worker", "--no-converter", GONGWEN_SOFFICE="/nowhere/soffice.bin")
    wait_for(lambda: view_batch(desk, batch, items=False).state == "running")
    time.sleep(1)
    assert done(desk, batch) == 0
    worker.kill()
    start("worker")
    view = wait_ended(desk, batch, 120)
    assert (view.state, view.counts) == ("done", {"made": 3})
