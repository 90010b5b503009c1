"""Real servers for tests, on free loopback ports, in folders of their own; and where Chromium is."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import pytest

from service.bootstrap import assemble
from service.settings import Settings

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NO_POSTGRES = "PostgreSQL's server programs are missing: apt-get install postgresql"


def chromium_path():
    """The browser that tests drive; None where there is none."""
    names = (os.environ.get("CHROMIUM"), "chromium-headless-shell", "chromium")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(address):
    """A web server answers there, with a page that is there."""
    try:
        with urllib.request.urlopen(address, timeout=20) as found:
            return found.status == 200
    except OSError:
        return False


def _unprivileged():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("neither postgres nor nobody is there")


class Postgres:
    """A cluster of our own; `database()` makes a database in it."""

    def __init__(self, folder, user):
        self.folder, self.user, self.port = folder, user, free_port()
        self.bin = POSTGRES[-1]
        self._run("initdb", "-D", folder / "data", "-A", "trust", "-U", "gongwen", "-E", "UTF8",
                  "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        with (folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{folder}'\nshared_buffers = 32MB\n"
                "fsync = off\n"
            )
        self.start()

    def start(self):
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "start")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop")

    def database(self, *, empty=False):
        """The address of a new one: a copy of one with all tables, or empty."""
        return self._create(f"t{uuid4().hex}", "template1" if empty else self._migrated)

    @cached_property
    def _migrated(self):
        """Ours and the line's tables, made once: they cost more than most tests."""
        with tempfile.TemporaryDirectory() as folder:
            url = self._create("migrated", "template1")
            desk = assemble(Settings(data=Path(folder), database_url=url))
            desk.line.client.destroy()
            desk.close()
        return "migrated"

    def _create(self, name, like):
        there = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "gongwen"]
        self._run("createdb", *there, "-T", like, name)
        return f"postgresql+psycopg://gongwen@127.0.0.1:{self.port}/{name}"

    def _run(self, program, *words):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [self.bin / program, *words], cwd=self.folder, capture_output=True, text=True,
            timeout=60, check=False, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            **(who if self.user else {}),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout


@contextmanager
def postgres():
    folder = Path(tempfile.mkdtemp(prefix="gongwen-pg-", dir="/tmp"))
    user = _unprivileged()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    cluster = None
    try:
        cluster = Postgres(folder, user)
        yield cluster
    finally:
        if cluster:
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def s3():
    """Moto's server in a process of its own; yields the environment that leads to it."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline, "moto does not answer"
            time.sleep(0.1)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def cluster():
    """One PostgreSQL for all tests; skipped aloud where its programs are missing."""
    if not POSTGRES:
        pytest.skip(NO_POSTGRES)
    with postgres() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """Each test runs on both; an empty address means SQLite in the data folder."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def modules_database_url(request):
    """As `database_url`, one for all tests of a module."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


@pytest.fixture(scope="session")
def s3_server():
    """Environment variables that lead to an S3 server."""
    with s3() as environment:
        yield environment
