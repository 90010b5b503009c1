"""API: the Idempotency-Key: what is asked twice by one key is done once."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Literal

from flask import abort, request

from service.desk.once import Once
from service.errors import Problem, Text, problem
from service.web.api.problems import problem_response
from service.web.api.shapes import Shape, text
from service.web.signed import person

Asks = Literal["", "may", "must"]
"""Whether a request takes a key, or does not work without one."""
_KEY = re.compile(r"[!-~]{1,255}")


def said_once(asks: Asks) -> Once | None:
    """The request's key with all that it asks; None where it brings none and need not.

    Aborts with 400 where it must, and where what it brings is no such thing.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None and asks == "may":
        return None
    if not _KEY.fullmatch(key or ""):
        abort(problem_response(400, [_no_key()]))
    return Once.of(person(), key or "", request.path, _asked())


def key_header(asks: Asks) -> Shape:
    """The header as OpenAPI tells it."""
    about = Text("自己生成的唯一编号；重发时不变", "A number of your own; the same when sent again")
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": asks == "must",
        "schema": text(about, pattern="^[!-~]{1,255}$"),
    }


def _asked() -> bytes:
    """The request's content; of files what is in them: their boundary is another one each time."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    fields = sorted(request.form.items(multi=True))
    files = []
    for name, one in request.files.items(multi=True):
        files.append((name, one.filename, hashlib.sha256(one.read()).hexdigest()))
        one.seek(0)
    return json.dumps([fields, files]).encode()


def _no_key() -> Problem:
    return problem(
        "no_key",
        "请在请求头 Idempotency-Key 中写一个自己生成的唯一编号（1 至 255 个 ASCII 字符）。",
        "Send the header Idempotency-Key with a number of your own that you use once (1 to 255 "
        "ASCII characters).",
    )
