"""Web door: files on their way in."""

from __future__ import annotations

from flask import request

from service.errors import InputError, problem

_NO_FILE = problem(
    "no_file",
    "还没有选文件；请把文件拖到框里，或者点一下选择。",
    "No file was chosen; drop it on the box, or click to choose.",
)
_EMPTY = problem(
    "empty_file",
    "文件是空的；请打开看看是否保存好了，再上传。",
    "The file is empty; open it to see whether it was saved, then upload it again.",
)


def uploaded(control: str) -> list[tuple[str, bytes]]:
    """The files of a control: names as the browser sent them, never names on our disk.

    Raises:
        InputError: none was chosen, or one is empty.
    """
    files = [one for one in request.files.getlist(control) if one.filename]
    if not files:
        raise InputError(_NO_FILE)
    found = [(_without_folders(one.filename or ""), one.read()) for one in files]
    if not all(data for _, data in found):
        raise InputError(_EMPTY)
    return found


def _without_folders(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
