"""`gongwen serve`: answers on its port, and takes everything it started with it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SMALL = {"GONGWEN_WORKERS": "1", "GONGWEN_CONVERTERS": "1"}
"""One process of each sort is enough to be left behind."""


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answer(url, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=20) as found:
                return found.status, found.read().decode("utf-8")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def of_session(data):
    """Living processes whose environment names this test's data folder."""
    mark = f"GONGWEN_DATA={data}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "comm").read_text().strip())
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_serves_on_the_port_and_leaves_nothing_behind(tmp_path, port, how):
    data = tmp_path / "var"
    env = os.environ | SMALL | {"GONGWEN_DATA": str(data), "PORT": str(port), "HOST": "127.0.0.1"}
    server = subprocess.Popen(
        [Path(sys.executable).parent / "gongwen", "serve"], env=env, stderr=subprocess.PIPE, text=True,
        cwd=tmp_path,
    )  # fmt: skip
    try:
        status, page = answer(f"http://127.0.0.1:{port}/")
        assert status == 200
        assert '<input class="form-control" type="password"' in page
        assert f":{port}" in server.stderr.readline()
        link = re.search(rf"http://127.0.0.1:{port}/link/\S+", server.stderr.readline())
        status, page = answer(link[0])
        assert (status, 'name="shown"' in page) == (200, True)
        server.send_signal(how)
        assert server.wait(timeout=90) == (-9 if how == signal.SIGKILL else 0)
    finally:
        server.kill()
        server.wait()
        server.stderr.close()
    deadline = time.monotonic() + 10
    while of_session(data) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert of_session(data) == []


def test_a_port_that_is_taken_is_told(tmp_path, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = subprocess.run(
            [Path(sys.executable).parent / "gongwen", "serve", "--port", str(port)],
            env=os.environ | {"GONGWEN_DATA": str(tmp_path / "var"), "GONGWEN_LANG": "en"},
            capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 7
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.office
def test_a_killed_converter_is_started_again(tmp_path, port):
    data = tmp_path / "var"
    env = os.environ | SMALL | {"GONGWEN_DATA": str(data), "PORT": str(port)}
    server = subprocess.Popen(
        [Path(sys.executable).parent / "gongwen", "serve"],
        env=env,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    try:
        answer(f"http://127.0.0.1:{port}/")
        [first] = converters(server.pid)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while converters(server.pid) in ([first], []) and time.monotonic() < deadline:
            time.sleep(0.1)
        [second] = converters(server.pid)
        assert second != first
    finally:
        server.terminate()
        server.wait(timeout=30)


def converters(parent):
    """Living converter processes that a server started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            state = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[-2:-1] == [b"converter"] and int(state[1]) == parent and state[0] != "Z":
            found.append(int(process.name))
    return found
