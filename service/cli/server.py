"""Commands that run or examine the service: serve, converter, doctor."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from service.bootstrap import run_converter
from service.cli.speech import json_option, open_desk, put, say, spoken, told
from service.errors import EngineError, problem
from service.settings import read_settings

_STOP_SECONDS = 10
_LOOK_SECONDS = 0.5
_CONVERTER = [sys.executable, "-m", "service", "converter"]
_READY_SECONDS = 10
_PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True
)
@click.option("--workers", type=int, default=1, show_default=True, help="Web processes.")
@told
def serve(host: str, port: int, workers: int) -> None:
    """Serve the desk: one converter, one web server; Ctrl-C ends both."""
    _must_be_free(host, port)
    started = [_start(_CONVERTER)]
    _await_converter(started[0], read_settings().socket)
    started.append(_start(_gunicorn(host, port, workers)))
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    say(f"公文服务：{url}" if spoken() == "zh" else f"Gongwen is at {url}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while started[1].poll() is None:
            time.sleep(_LOOK_SECONDS)
            if _was_killed(started[0]):
                started[0] = _start(_CONVERTER)
        sys.exit(started[1].returncode)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(started)


def _was_killed(converter: subprocess.Popen[bytes]) -> bool:
    """True where a signal ended it; on its own it ends where there is no LibreOffice: no PDF."""
    code = converter.poll()
    return code is not None and code < 0


def _must_be_free(host: str, port: int) -> None:
    """Raises EngineError where another program has the port; gunicorn would try for ever."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            zh = f"端口 {port} 不能用（{error.strerror}）；请换一个：PORT=8001 make run。"
            en = f"port {port} cannot be used ({error.strerror}); take another: PORT=8001 make run."
            raise EngineError(problem("port_taken", zh, en)) from None


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child with a session of its own, so that Ctrl-C reaches it through us only."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: PLW1509


def _await_converter(converter: subprocess.Popen[bytes], socket_file: Path) -> None:
    """Waits until the socket is there, so that no web process starts LibreOffice of its own."""
    deadline = time.monotonic() + _READY_SECONDS
    while converter.poll() is None and not socket_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _end_with_parent() -> None:
    """Asks Linux to send SIGTERM when `serve` dies, however it dies (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _gunicorn(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "service.web.wsgi:make_app()",
        "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", "8", "--timeout", "300",
        "--log-level", "warning",
    ]  # fmt: skip


def _stop(started: list[subprocess.Popen[bytes]]) -> None:
    for child in started:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in started:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


@click.command()
@told
def converter() -> None:
    """Run the converter: warm LibreOffice processes behind a Unix socket."""
    run_converter(read_settings())


@click.command()
@json_option
@told
def doctor(as_json: bool) -> None:
    """Say what is there, what is missing, and how to mend it."""
    with open_desk() as desk:
        lines = desk.doctor()
    lang = spoken()
    broken = [line for line in lines if not line.ok and line.needed]
    if as_json:
        rows = [
            {
                "name": line.name,
                "ok": line.ok,
                "needed": line.needed,
                "found": {"zh": line.found.zh, "en": line.found.en},
                "mend": {"zh": line.mend.zh, "en": line.mend.en},
            }
            for line in lines
        ]
        put({"ok": not broken, "lines": rows})
    else:
        for line in lines:
            click.echo(f"{'✓' if line.ok else '✗'} {line.name}: {line.found.of(lang)}")
            if line.mend.of(lang):
                click.echo(f"    → {line.mend.of(lang)}")
    if broken:
        sys.exit(1)


COMMANDS = (serve, converter, doctor)
