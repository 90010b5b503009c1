"""The pool against workers that crash, hang, lie and look around: real processes, no LibreOffice."""

import json
import threading
import time
from pathlib import Path

import pytest

from service.engines.office import sandbox as office_sandbox
from service.engines.office.converter import AbsentConverter, OfficePool, connect_or_start
from service.engines.office.process import OfficeProcess
from service.engines.office.sandbox import Surroundings
from service.errors import EngineError, InputError
from service.settings import Settings
from tests.engines.office.fake_office import tiny_pdf
from tests.engines.office.office_tools import WALLS, canary, descendants, gone, mine, wait_for

FAKE = Path(__file__).parent / "fake_office.py"


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Pools over the fake; LibreOffice need not be there."""
    monkeypatch.setattr(office_sandbox, "has_uno", lambda _: True)
    pools = []

    def made(**values):
        values = {"converters": 1, "convert_seconds": 20, "soffice": Path("/bin/true"), **values}
        pools.append(OfficePool(Settings(data=tmp_path, **values), worker=FAKE))
        return pools[-1]

    yield made
    for pool in pools:
        pool.close()
    assert not (tmp_path / "office").exists() or [
        left.name for left in (tmp_path / "office").iterdir()
    ] == ["lock"]


def ask(pool, words, **values):
    return pool.convert(words.encode(), name="报告.doc", suffix=".doc", **values)


@pytest.mark.parametrize("sandbox", WALLS)
def test_converts_and_starts_only_when_asked(make, sandbox):
    pool = make(sandbox=sandbox)
    assert pool.starts == 0
    assert ask(pool, "fine").pages == 1
    assert ask(pool, "fine").pdf == tiny_pdf()
    assert pool.starts == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("crash", "convert_crashed"),
        ("rubbish", "convert_crashed"),
        ("empty", "convert_empty"),
        ("nothing", "convert_empty"),
        ("half", "convert_empty"),
        ("eat", "convert_crashed"),
    ],
)
@pytest.mark.parametrize("sandbox", WALLS)
def test_saboteurs_get_two_tries_and_a_name(make, sandbox, words, code):
    pool = make(sandbox=sandbox)
    with pytest.raises(EngineError) as caught:
        ask(pool, words)
    [found] = caught.value.problems
    assert (found.code, found.file) == (code, "报告.doc")
    assert pool.starts == 2
    assert ask(pool, "fine").pages == 1  # the pool lives on


def test_what_was_refused_does_not_lie_about(make, tmp_path):
    pool = make(sandbox="off")
    with pytest.raises(InputError):
        ask(pool, "refuse 本人对照检查")
    assert pool.processes()  # the process lives on, the text does not
    held = [path for path in (tmp_path / "office").rglob("*") if path.is_file()]
    assert [path.name for path in held if "本人".encode() in path.read_bytes()] == []


def test_closing_does_not_wait_for_a_document_that_a_slot_has_just_taken(make, monkeypatch):
    pool = make(sandbox="off")
    monkeypatch.setattr(pool._line, "empty", lambda: False)  # what the closing thread had seen
    closing = threading.Thread(target=pool.close, daemon=True)
    closing.start()
    closing.join(timeout=20)
    assert not closing.is_alive()


@pytest.mark.parametrize("sandbox", WALLS)
def test_a_planted_link_is_not_followed(make, tmp_path, sandbox):
    other = tmp_path / "other.pdf"
    other.write_bytes(tiny_pdf())
    with pytest.raises(EngineError) as caught:
        ask(make(sandbox=sandbox), f"link {other}")
    assert caught.value.problems[0].code == "convert_empty"
    assert other.read_bytes() == tiny_pdf()


@pytest.mark.parametrize("sandbox", WALLS)
def test_a_hang_is_ended_with_all_its_processes(make, sandbox):
    pool = make(sandbox=sandbox, convert_seconds=1)
    others, seen = descendants(mine()), set()  # servers of tests before this one live on

    def watch():
        while not done.is_set():
            seen.update(descendants(mine()) - others)
            time.sleep(0.02)

    done = threading.Event()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with pytest.raises(EngineError) as caught:
            ask(pool, "hang")
    finally:
        done.set()
        watcher.join()
    assert caught.value.problems[0].code == "convert_timeout"
    assert seen
    assert gone(seen)


def test_one_crash_is_made_good_by_the_retry(make):
    pool = make(sandbox="off")
    assert ask(pool, "crash-first").pages == 1
    assert pool.starts == 2


def test_recycled_by_count_and_by_memory(make):
    pool = make(sandbox="off", recycle_documents=2)
    for _ in range(4):
        ask(pool, "fine")
    assert pool.starts == 2
    ask(pool, "fat")
    ask(pool, "fine")
    assert pool.starts == 4


def test_urgent_ones_go_first_and_equals_in_their_order(make):
    pool, order = make(sandbox="off"), []

    def client(name, urgent, words="slow"):  # so that the order of ends is the order of turns
        ask(pool, words, urgent=urgent)
        order.append(name)

    def send(*arguments):
        waiting = pool.waiting
        thread = threading.Thread(target=client, args=arguments)
        thread.start()
        threads.append(thread)
        return waiting

    threads = []
    send("first", False, "slow")
    wait_for(lambda: pool.starts and not pool.waiting)
    for name, urgent in (("batch 1", False), ("batch 2", False), ("preview", True)):
        before = send(name, urgent)
        wait_for(lambda before=before: pool.waiting > before)
    for thread in threads:
        thread.join()
    assert order == ["first", "preview", "batch 1", "batch 2"]


def test_many_at_once_on_two_processes(make):
    pool, pages = make(sandbox="off", converters=2), []
    threads = [
        threading.Thread(target=lambda: pages.append(ask(pool, "slow").pages)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pages == [1] * 4
    assert pool.starts == 2


def test_closing_tells_those_who_wait_and_leaves_nothing(make):
    pool, codes = make(sandbox="off"), []
    others = descendants(mine())  # servers of tests before this one live on

    def client():
        try:
            ask(pool, "hang")
        except EngineError as error:
            codes.append(error.problems[0].code)

    threads = [threading.Thread(target=client) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_for(lambda: pool.processes() and pool.waiting)
    children = descendants(mine()) - others
    pool.close()
    for thread in threads:
        thread.join()
    assert codes == ["pdf_unavailable"] * 2
    assert children
    assert gone(children)
    with pytest.raises(EngineError):
        ask(pool, "fine")


@pytest.mark.parametrize("sandbox", WALLS)
def test_what_a_converter_can_see(tmp_path, monkeypatch, sandbox):
    monkeypatch.setenv("GONGWEN_TEST_SECRET", "canary-7f3a")
    secret = tmp_path / "secret.key"
    secret.write_text("key")
    around = Surroundings(
        soffice=Path("/usr/bin/true"),
        python=Path("/usr/bin/python3"),
        worker=FAKE,
        fonts=None,
        walled=sandbox == "auto",
    )
    with canary() as (port, hits):
        process = OfficeProcess(around, tmp_path / "job")
        try:
            found = process.convert(f"spy {port} {secret} /etc/passwd".encode(), ".doc", 20)
        finally:
            process.kill()
    seen = json.loads(found)
    assert "canary-7f3a" not in json.dumps(seen["environment"])
    assert not {name for name in seen["environment"] if name.startswith(("GONGWEN", "PIP"))}
    if sandbox == "auto":
        assert (seen["network"], seen["read"], hits) == (False, [], [])
    assert not (tmp_path / "job").exists()


def test_left_over_folders_of_dead_pools_are_swept(make, tmp_path):
    dead = tmp_path / "office" / "dead" / "1"
    dead.mkdir(parents=True)
    (dead / "1.docx").write_bytes(b"confidential")
    living = make(sandbox="off")
    ask(living, "fine")
    assert not dead.exists()
    ask(make(sandbox="off"), "fine")
    assert ask(living, "fine").pages == 1
    assert living.starts == 1


def test_a_full_disk_is_an_engine_error(make, tmp_path):
    pool = make(sandbox="off")
    (tmp_path / "office").write_text("a file where the folder should be")
    with pytest.raises(EngineError) as caught:
        ask(pool, "fine")
    assert caught.value.problems[0].code == "storage_full"
    (tmp_path / "office").unlink()
    assert ask(pool, "fine").pages == 1


def test_sandbox_required_but_not_there(make, monkeypatch):
    monkeypatch.setattr(office_sandbox, "sandbox_works", lambda: False)
    pool = make(sandbox="required")
    with pytest.raises(EngineError) as caught:
        ask(pool, "fine")
    assert caught.value.problems[0].code == "sandbox_unavailable"
    assert pool.starts == 0


def test_without_libreoffice_one_is_told_what_to_install(tmp_path):
    converter = connect_or_start(Settings(data=tmp_path, soffice=tmp_path / "none"))
    assert isinstance(converter, AbsentConverter)
    with pytest.raises(EngineError) as caught:
        converter.convert(b"", name="x.docx")
    [found] = caught.value.problems
    assert found.code == "pdf_unavailable"
    assert "libreoffice-writer-nogui" in found.text.zh
    assert "libreoffice-writer-nogui" in found.text.en
