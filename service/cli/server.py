"""Commands that run the service: serve, worker, converter."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import click

from service.bootstrap import (
    converter_serves,
    first_administrator,
    prepare_store,
    run_converter,
    run_worker,
    why_no_converter,
)
from service.cli.children import Child, end_all, gongwen, was_killed
from service.cli.speech import say, spoken, told
from service.errors import EngineError, problem
from service.settings import Settings, read_settings

_LOOK_SECONDS = 0.5
_READY_SECONDS = 10
_CONVERTER_SECONDS = 2
_WORKER = gongwen("worker", "--no-converter")


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True
)
@click.option("--workers", type=int, default=1, show_default=True, help="Web processes.")
@told
def serve(host: str, port: int, workers: int) -> None:
    """Serve the desk: a converter, workers for batches, a web server; Ctrl-C ends all."""
    _must_be_free(host, port)
    settings = read_settings()
    children = [Child(gongwen("converter"), again=was_killed)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        prepare_store(settings)  # while the converter starts
        _await_converter(children[0], settings.socket)
        web = Child(_gunicorn(host, port, workers), again=was_killed)
        makers = settings.workers or os.cpu_count() or 1
        children += [web, *(Child(_WORKER, again=lambda _: True) for _ in range(makers))]
        url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
        say(f"公文服务：{url}" if spoken() == "zh" else f"Gongwen is at {url}")
        _say_first_link(settings, url)
        while (code := web.code) is None or was_killed(code):
            time.sleep(_LOOK_SECONDS)
            for child in children:
                child.look_after()
        sys.exit(code)
    except KeyboardInterrupt:
        pass
    finally:
        # The converter last: the workers finish the form under way before they hand on the rest.
        end_all(children[1:])
        end_all(children[:1])


def _say_first_link(settings: Settings, url: str) -> None:
    """On a machine without an administrator: the link by which one is made, once."""
    secret = first_administrator(settings)
    if secret is None:
        return
    say(
        f"还没有管理员，请打开这个链接设置（一次有效）：{url}/link/{secret}"
        if spoken() == "zh"
        else f"There is no administrator yet; open this link to become it (works once): "
        f"{url}/link/{secret}"
    )


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


def _await_converter(converter: Child, socket_file: Path) -> None:
    """Waits until the socket is there, so that no other process starts LibreOffice of its own."""
    deadline = time.monotonic() + _READY_SECONDS
    while converter.code is None and not socket_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _gunicorn(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "service.web.wsgi:make_app()",
        "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", "8", "--timeout", "300",
        "--log-level", "warning",
    ]  # fmt: skip


@click.command()
@click.option(
    "--converter/--no-converter",
    default=True,
    show_default=True,
    help="Start a converter where none serves this data folder.",
)
@told
def worker(converter: bool) -> None:
    """Make the forms of batches, one chunk at a time, until ended."""
    settings = read_settings()
    if converter:
        threading.Thread(target=_keep_converter, args=(settings,), daemon=True).start()
    code = run_worker(settings)
    # The engine's threads may wait for a conversion; what they do is taken over by others.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _keep_converter(settings: Settings) -> None:
    """Another worker may have started it, and it may die with that one: looked at now and then."""
    child: Child | None = None
    while why_no_converter(settings) is None:
        ours_ended = child is None or child.code is not None
        if ours_ended and not converter_serves(settings):
            child = Child(gongwen("converter"))
            _await_converter(child, settings.socket)
        time.sleep(_CONVERTER_SECONDS)


@click.command()
@told
def converter() -> None:
    """Run the converter: warm LibreOffice processes behind a Unix socket."""
    run_converter(read_settings())


COMMANDS = (serve, worker, converter)
