"""The converter's server and client: answers, errors, stale sockets, and no orphans."""

import io
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from service.engines.office import sandbox as office_sandbox
from service.engines.office.converter import OfficePool, SocketConverter, connect_or_start, serve
from service.engines.office.home import Home
from service.errors import EngineError, InputError
from service.settings import Settings
from tests.engines.office.fake_office import tiny_pdf
from tests.engines.office.office_tools import (
    WALLS,
    dead_sockets,
    gone,
    parents,
    soffice_under,
    text_of,
    wait_for,
    word,
)

FAKE = Path(__file__).parent / "fake_office.py"
SERVE = (
    "from pathlib import Path; import sys; from service.settings import Settings;"
    "from service.engines.office.converter import serve;"
    "serve(Settings(data=Path(sys.argv[1]), sandbox=sys.argv[2], converters=2))"
)


@pytest.fixture
def server(tmp_path):
    """Starts `serve` in a process of its own; every server is ended."""
    started = []

    def start(folder=tmp_path, sandbox="off"):
        child = subprocess.Popen([sys.executable, "-c", SERVE, str(folder), sandbox])
        started.append(child)
        client = SocketConverter(Settings(data=folder).socket)
        wait_for(lambda: client.alive() or child.poll() is not None)
        return child, client

    yield start
    for child in started:
        child.kill()
        child.wait()


def test_no_server_is_no_client(tmp_path):
    settings = Settings(data=tmp_path)
    assert not SocketConverter(settings.socket).alive()
    with pytest.raises(EngineError) as caught:
        SocketConverter(settings.socket).convert(b"", name="x.docx")
    assert caught.value.problems[0].code == "pdf_unavailable"


def test_no_server_without_libreoffice(tmp_path):
    with pytest.raises(EngineError) as caught:
        serve(Settings(data=tmp_path, soffice=tmp_path / "none"))
    assert caught.value.problems[0].code == "pdf_unavailable"
    assert not list(tmp_path.iterdir())


def test_a_socket_left_behind_is_replaced(tmp_path, server):
    settings = Settings(data=tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(settings.socket))
    assert settings.socket.exists()
    assert not SocketConverter(settings.socket).alive()
    child, client = server()
    assert client.alive()
    assert (tmp_path.stat().st_mode & 0o777, child.poll()) == (0o700, None)


def test_one_server_to_a_folder_and_the_first_stays(server):
    first, client = server()
    second, _ = server()
    assert second.wait(timeout=20) != 0
    assert (first.poll(), client.alive()) == (None, True)


def test_a_folder_deeper_than_the_kernel_allows_for_sockets(tmp_path, server):
    deep = tmp_path / ("很深的文件夹" * 8)
    deep.mkdir()
    child, client = server(deep)
    assert client.alive()
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=20) == 0
    assert not Settings(data=deep).socket.exists()


def test_rubbish_on_the_socket_harms_nobody(tmp_path, server):
    _, client = server()
    path = Settings(data=tmp_path).socket
    for rubbish in (b"\n", b"GET / HTTP/1.1\n\n", b'{"bytes": -1}\n', b'{"bytes": 99}\nshort'):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            line.sendall(rubbish)
    assert client.alive()


def test_results_and_errors_come_through_the_socket(tmp_path, monkeypatch):
    monkeypatch.setattr(office_sandbox, "has_uno", lambda _: True)
    settings = Settings(
        data=tmp_path, converters=1, soffice=Path("/bin/true"), sandbox="off", convert_seconds=20
    )
    pool = OfficePool(settings, worker=FAKE)
    ends = []
    thread = threading.Thread(
        target=serve, args=(settings,), kwargs={"pool": pool, "ready": ends.append}
    )
    thread.start()
    try:
        wait_for(lambda: ends)
        client = connect_or_start(settings)
        assert isinstance(client, SocketConverter)
        done = client.convert(b"fine", name="好.doc", suffix=".doc", urgent=False)
        assert (done.pdf, done.pages, done.fonts) == (tiny_pdf(), 1, ())
        with pytest.raises(EngineError) as caught:
            client.convert(b"crash", name="坏.doc", suffix=".doc")
        [found] = caught.value.problems
        assert (found.code, found.file) == ("convert_crashed", "坏.doc")
        assert "意外退出" in found.text.zh
        client.close()
        assert client.alive()  # the server is not the client's to end
    finally:
        ends[0]()
        thread.join(timeout=20)
    assert not thread.is_alive()
    assert not settings.socket.exists()


@pytest.mark.office
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("sandbox", WALLS)
def test_no_orphans(tmp_path, server, sandbox, end):
    sockets = dead_sockets()
    child, client = server(sandbox=sandbox)
    done = client.convert(word("经服务转换"), name="x.docx")
    assert text_of(done.pdf) == "经服务转换"
    assert [use.wanted for use in done.fonts] == ["仿宋_GB2312"]
    with pytest.raises(InputError):
        client.convert(b"<html>", name="x.docx")
    client.convert(word("再来一份"), name="x.docx")
    offices = soffice_under(child.pid)
    assert offices
    child.send_signal(end)
    assert child.wait(timeout=30) == (0 if end == signal.SIGTERM else -end)
    assert gone(offices)
    assert not [pid for pid in offices if pid in parents()]
    Home(tmp_path / "office").remove()  # the next start sweeps what a killed server left
    assert dead_sockets() <= sockets
    assert [left.name for left in (tmp_path / "office").iterdir()] == ["lock"]
    assert not client.alive()


@pytest.mark.office
def test_a_word_file_as_odt_through_the_socket(server):
    _, client = server()
    odt = client.twin(word("存为 ODT"), name="x.docx")
    with zipfile.ZipFile(io.BytesIO(odt)) as parcel:
        assert "存为 ODT" in parcel.read("content.xml").decode()
    assert client.convert(odt, name="x", suffix=".odt").pages == 1
    assert len(client.world()) == 64
    assert client.world() == client.world()
    with pytest.raises(InputError):
        client.twin(b"<html>", name="x.docx")
