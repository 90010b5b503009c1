"""How every command speaks: results, problems, exit codes, progress."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from service.bootstrap import assemble
from service.desk.tools import Desk
from service.errors import (
    EXIT_CODES,
    ConflictError,
    EngineError,
    GongwenError,
    Lang,
    NotFoundError,
    Problem,
    Text,
    problem,
)
from service.settings import read_settings

_P = ParamSpec("_P")
_LINE_AWAY = "\r\033[K"
_OFTEN_SECONDS, _SELDOM_SECONDS = 0.2, 5.0
"""Between two lines of progress: on a terminal, and in a log."""
_SURE_SECONDS = 1.0
"""Before that no speed is known."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on standard output."
)


def spoken() -> Lang:
    """Language of messages: GONGWEN_LANG, else the terminal's, else Chinese."""
    if "GONGWEN_LANG" in os.environ:
        with suppress(EngineError):  # it is told as an error by whoever needs the settings
            return read_settings().lang
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if told.startswith("en") else "zh"


@contextmanager
def open_desk() -> Iterator[Desk]:
    """The desk with the real engines; ends what it started."""
    desk = assemble(read_settings())
    try:
        yield desk
    finally:
        desk.close()


def say(text: str) -> None:
    """To the person: standard error, so that standard output stays clean."""
    # On a terminal a line of progress may stand there unfinished; it gives way.
    click.echo(f"{_LINE_AWAY}{text}" if sys.stderr.isatty() else text, err=True)


def put(result: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    text = json.dumps(result, ensure_ascii=False, indent=2)
    # A file name may hold bytes that are no UTF-8 (lone surrogates to Python): \\udcff, as in JSON.
    click.echo(text.encode("utf-8", "backslashreplace"))


def problem_data(found: Problem) -> dict[str, Any]:
    """A problem for programs: code, place, and the message in both languages."""
    data: dict[str, Any] = {"code": found.code, "zh": found.text.zh, "en": found.text.en}
    data |= {"path": found.path} if found.path else {}
    data |= {"file": found.file} if found.file else {}
    return data | ({"line": found.line} if found.line else {})


def say_notes(notes: Sequence[Problem]) -> None:
    """Gaps and warnings, one a line."""
    lang = spoken()
    for note in notes:
        say(("提示：" if lang == "zh" else "note: ") + note.say(lang))


def told(command: Callable[_P, None]) -> Callable[_P, None]:
    """Turns the family of errors into messages and exit codes; never a traceback."""

    @wraps(command)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except GongwenError as error:
            _tell(error, as_json=bool(kwargs.get("as_json")))
        except BrokenPipeError:
            raise  # `gongwen kinds | head`: click ends in silence
        except OSError as error:
            where = str(error.filename or "")
            why = error.strerror or type(error).__name__
            zh, en = f"读写失败：{why}。", f"could not be read or written: {why}."
            _tell(
                EngineError(problem("storage", zh, en, file=where)),
                as_json=bool(kwargs.get("as_json")),
            )

    return inner


def _tell(error: GongwenError, *, as_json: bool) -> None:
    if as_json:
        put({"ok": False, "problems": [problem_data(one) for one in error.problems]})
    lang = spoken()
    for one in error.problems:
        say(("错误：" if lang == "zh" else "error: ") + one.say(lang))
    codes = [code for kind, code in EXIT_CODES.items() if isinstance(error, kind)]
    sys.exit(codes[0] if codes else 1)


def read_whole(file: Path) -> bytes:
    """A file's content; raises NotFoundError naming it."""
    if not file.is_file():
        zh, en = "没有这个文件。", "there is no such file."
        raise NotFoundError(problem("no_file", zh, en, file=str(file)))
    return file.read_bytes()


def not_over(output: Path, *inputs: Path) -> None:
    """Raises ConflictError where the output would overwrite one of the files it is made from."""
    over = [one for one in inputs if output.exists() and one.exists() and output.samefile(one)]
    if over:
        zh = "输出文件就是所用的材料，会把它覆盖；请换一个输出文件名。"
        en = "the output is one of the files it is made from; take another name for the output."
        raise ConflictError(problem("output_is_input", zh, en, file=str(output)))


class Progress:
    """`[120/500] 生成 PDF，约剩 2 分 10 秒`, now and then; the time left is from measured speed."""

    def __init__(self) -> None:
        self._what: Text | None = None
        self._started = self._said = 0.0

    def __call__(self, what: Text, done: int, total: int) -> None:
        """So many are done; a new `what` begins a new count."""
        now = time.monotonic()
        if what != self._what:
            self._what, self._started, self._said = what, now, now
        pause = _OFTEN_SECONDS if sys.stderr.isatty() else _SELDOM_SECONDS
        if done < total and now - self._said < pause:
            return
        self._said = now
        progress_line(done, total, what.of(spoken()) + self._left(done, total, now))

    def _left(self, done: int, total: int, now: float) -> str:
        passed = now - self._started
        if done == total or passed < _SURE_SECONDS:
            return ""
        minutes, seconds = divmod(round(passed / done * (total - done)), 60)
        if spoken() == "zh":
            return f"，约剩 {minutes} 分 {seconds} 秒" if minutes else f"，约剩 {seconds} 秒"
        return f", about {minutes} min {seconds} s left" if minutes else f", {seconds} s left"


def progress_line(done: int, total: int, title: str) -> None:
    """`[3/9] 整改方案`, rewritten in place on a terminal, one line each elsewhere."""
    text = f"[{done}/{total}] {title}"
    if sys.stderr.isatty():
        click.echo(f"{_LINE_AWAY}{text}", nl=done == total, err=True)
    else:
        say(text)
