"""The edge, Word: asks the child process for a template's proof; remembers good ones on disk."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache as remembered
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from service import __version__
from service.errors import DefinitionError, EngineError, Problem, Text, problem

_log = logging.getLogger(__name__)
WALL_SECONDS = 30
"""Whole life of the child; it has 4 seconds of CPU, so only a busy machine takes long."""
_ROOT = Path(__file__).resolve().parents[3]
_KILLED = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT})


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A template that may be filled: the dotted names that it looks up."""

    tags: frozenset[str]


def prove(docx: bytes, *, version: str, file: str, cache: Path | None) -> Proof:
    """Proves a template, or remembers that it was proved by this very program.

    Raises:
        DefinitionError: everything that is wrong with it.
        EngineError: `prove_failed`.
    """
    kept = cache / f"{version}-{_program()}.json" if cache else None
    tags = _recall(kept) if kept else None
    if tags is None:
        tags = _tags(_ask(docx, file), file)
        if kept:
            _keep(kept, tags)
    return Proof(tags=frozenset(tags))


@remembered
def _program() -> str:
    """What a proof depends on: this engine's sources and the libraries that it trusts."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    digest.update(__version__.encode())
    for library in ("docxtpl", "jinja2", "lxml", "python-docx"):
        digest.update(version_of(library).encode())
    return digest.hexdigest()[:16]


def _recall(kept: Path) -> list[str] | None:
    try:
        tags = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    good = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
    return tags if good else None


def _keep(kept: Path, tags: list[str]) -> None:
    """A folder that cannot be written costs the next start half a second, nothing else."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(tags, stream)
        Path(name).replace(kept)
    except OSError:
        return


def _ask(docx: bytes, file: str) -> dict[str, Any]:
    """The child's answer; {"costly": True} where its limits ended it."""
    question = json.dumps({"docx": base64.b64encode(docx).decode(), "file": file})
    command = [sys.executable, "-P", "-m", "service.engines.word.prove"]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    try:
        child = subprocess.run(
            command,
            input=question.encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return {"costly": True}
    if child.returncode in _KILLED:
        return {"costly": True}
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        answer = None
    if child.returncode or not isinstance(answer, dict):
        _log.error("child %s: %s", child.returncode, child.stderr.decode("utf-8", "replace"))
        raise _failed(file)
    return answer


def _failed(file: str) -> EngineError:
    return EngineError(
        problem(
            "prove_failed",
            "检查模板的子进程没有给出结果；请运行 gongwen doctor。",
            "The process that checks templates gave no answer; run gongwen doctor.",
            file=file,
        )
    )


def _tags(answer: dict[str, Any], file: str) -> list[str]:
    if answer.get("costly"):
        zh, en = (
            "模板试填时占用内存或时间过多，请简化",
            "Trying the template took too much; simplify it",
        )
        raise DefinitionError(problem("template_too_costly", zh + "。", en + ".", file=file))
    if answer["problems"]:
        raise DefinitionError(
            Problem(code=p["code"], text=Text(p["zh"], p["en"]), file=file)
            for p in answer["problems"]
        )
    return list(answer["tags"])
