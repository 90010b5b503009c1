"""The converter as a server on a Unix socket, and the client that asks it.

A request is a line of JSON and then the document; an answer is a line of JSON and then the PDF.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import signal
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from io import BufferedIOBase
from pathlib import Path
from typing import Any, Literal

from service.engines.office.pool import OfficePool
from service.engines.office.sandbox import why_no_pdf
from service.engines.protocols import Converted, FontUse
from service.errors import EngineError, GongwenError, InputError, Problem, Text, problem
from service.settings import Settings

LOG = logging.getLogger(__name__)
LARGEST = 512 << 20  # bytes of one document or PDF
LINE = 1 << 20  # bytes of one line of JSON
LONGEST_ADDRESS = 100  # bytes; the kernel's limit for a socket's path is 107
ANSWER_SECONDS = 5
Suffix = Literal[".docx", ".doc", ".odt"]
SUFFIXES: dict[str, Suffix] = {".docx": ".docx", ".doc": ".doc", ".odt": ".odt"}


@contextlib.contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for the socket that fits the kernel's limit, however deep the folder is."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _send(stream: BufferedIOBase, head: Mapping[str, Any], body: bytes = b"") -> None:
    stream.write(json.dumps({**head, "bytes": len(body)}).encode() + b"\n")
    stream.write(body)
    stream.flush()


def _receive(stream: BufferedIOBase) -> tuple[dict[str, Any], bytes]:
    """Head and body; raises OSError where the other side broke off."""
    try:
        head = json.loads(stream.readline(LINE))
        size = int(head["bytes"])
    except (ValueError, KeyError, TypeError) as error:
        raise OSError("not a message") from error
    if not 0 <= size <= LARGEST:
        raise OSError("too large")
    body = stream.read(size)
    if len(body) != size:
        raise OSError("broken off")
    return head, body


class _Conversation(socketserver.StreamRequestHandler):
    """One request. `self.server` is our _Server."""

    def handle(self) -> None:
        """Reads, converts, answers."""
        try:
            head, body = _receive(self.rfile)
            if head.get("ask") == "alive":
                _send(self.wfile, {"alive": True})
            elif head.get("ask") == "world":
                self._tell_world()
            else:
                self._convert(head, body)
        except OSError:
            LOG.info("a client went away")

    def _tell_world(self) -> None:
        assert isinstance(self.server, _Server)
        try:
            _send(self.wfile, {"world": self.server.pool.world()})
        except GongwenError as error:
            _send(self.wfile, {"engine": [asdict(found) for found in error.problems]})

    def _convert(self, head: dict[str, Any], body: bytes) -> None:
        assert isinstance(self.server, _Server)
        suffix = SUFFIXES.get(str(head.get("suffix")), ".docx")
        name, urgent = str(head.get("name", "")), bool(head.get("urgent"))
        fonts = bool(head.get("fonts"))
        pool = self.server.pool
        try:
            if head.get("ask") == "twin":
                done = Converted(pdf=pool.twin(body, name=name), pages=0)
            else:
                done = pool.convert(body, name=name, suffix=suffix, urgent=urgent, fonts=fonts)
        except GongwenError as error:
            kind = "input" if isinstance(error, InputError) else "engine"
            _send(self.wfile, {kind: [asdict(found) for found in error.problems]})
        else:
            uses = [asdict(use) for use in done.fonts]
            _send(self.wfile, {"pages": done.pages, "fonts": uses}, done.pdf)


class _Server(socketserver.ThreadingUnixStreamServer):
    """Threads wait for the pool; they start no process themselves."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, pool: OfficePool) -> None:
        self.pool = pool
        super().__init__(address, _Conversation)


def serve(
    settings: Settings,
    *,
    pool: OfficePool | None = None,
    ready: Callable[[Callable[[], None]], None] | None = None,
) -> None:
    """Serves the pool on `settings.socket` until SIGTERM or SIGINT; then every process ends.

    Args:
        settings: the socket's place, and the pool's limits.
        pool: the pool to serve; made from the settings when not given.
        ready: called when the socket is there, with a function that ends the service.

    Raises:
        EngineError: another converter serves this data folder, or PDFs cannot be made here.
    """
    if pool is None and (reason := why_no_pdf(settings)) is not None:
        raise EngineError(reason)
    path = settings.socket.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EngineError(_running()) from error
        path.unlink(missing_ok=True)  # left behind by a killed server: we hold the lock
        own = pool or OfficePool(settings)
        try:
            with _address(path) as address, _Server(address, own) as server:
                if ready is not None:
                    ready(server.shutdown)
                _end_on_signals(server)
                server.serve_forever(poll_interval=0.2)
        finally:
            path.unlink(missing_ok=True)
            own.close()


def _end_on_signals(server: _Server) -> None:
    def end(*_: object) -> None:
        # shutdown() waits for serve_forever, which this very thread runs.
        threading.Thread(target=server.shutdown, daemon=True).start()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)


class SocketConverter:
    """A Converter that asks the server on a Unix socket; one connection a document."""

    reason: Problem | None = None

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def alive(self) -> bool:
        """True where a server answers."""
        try:
            head, _ = self._ask({"ask": "alive"}, b"", seconds=ANSWER_SECONDS)
        except OSError:
            return False
        return bool(head.get("alive"))

    def convert(
        self,
        source: bytes,
        *,
        name: str,
        suffix: Literal[".docx", ".doc", ".odt"] = ".docx",
        urgent: bool = True,
        fonts: bool | None = None,
    ) -> Converted:
        """Converts one document; see the protocol."""
        request = {"ask": "convert", "name": name, "suffix": suffix, "urgent": urgent}
        request["fonts"] = urgent if fonts is None else fonts
        head, pdf = self._answered(request, source)
        uses = tuple(
            FontUse(wanted=use["wanted"], served=tuple(use["served"]), stand_in=use["stand_in"])
            for use in head["fonts"]
        )
        return Converted(pdf=pdf, pages=head["pages"], fonts=uses)

    def twin(self, docx: bytes, *, name: str) -> bytes:
        """A Word file as ODT; see the protocol."""
        return self._answered({"ask": "twin", "name": name}, docx)[1]

    def world(self) -> str:
        """See the protocol."""
        return str(self._answered({"ask": "world"}, b"")[0]["world"])

    def close(self) -> None:
        """Nothing: the server is not ours."""

    def _answered(self, request: Mapping[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer; raises what the server could not do."""
        try:
            # No limit of our own: the wait in line may be long, and the pool limits each document.
            head, made = self._ask(request, body, seconds=None)
        except OSError as error:
            raise EngineError(_silent()) from error
        if "engine" in head:
            raise EngineError(_problem(found) for found in head["engine"])
        if "input" in head:
            raise InputError(_problem(found) for found in head["input"])
        return head, made

    def _ask(
        self, head: Mapping[str, Any], body: bytes, *, seconds: float | None
    ) -> tuple[dict[str, Any], bytes]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(seconds)
            with _address(self._path) as address:
                line.connect(address)
            with line.makefile("rwb") as stream:
                _send(stream, head, body)
                return _receive(stream)


def _problem(found: Mapping[str, Any]) -> Problem:
    return Problem(**{**found, "text": Text(**found["text"])})


def _running() -> Problem:
    return problem(
        "converter_running",
        "转换服务已在运行（同一数据文件夹只能有一个）。",
        "a converter is already running for this data folder.",
    )


def _silent() -> Problem:
    return problem(
        "pdf_unavailable",
        "转换服务没有应答：请运行 gongwen converter（或 make run）后再试。",
        "the converter does not answer: run gongwen converter (or make run) and try again.",
    )
