"""A clerk's browser without a screen: signs in by a link, opens pages, presses buttons."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from lxml import html

_TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')
Fields = Sequence[tuple[str, str]]
PASSWORD = "春风又绿江南岸-1972"


class Clerk:
    """One kept connection and its cookies.

    Attributes:
        seconds: how long the last answer took.
        weight: bytes of the last answer as they travelled.
    """

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self.seconds = 0.0
        self.weight = 0

    def sign_in(self, link: str) -> None:
        """By a link of `gongwen user add`, or the first administrator's."""
        self.get(link)
        self.post(link, [("password", PASSWORD)])

    def get(self, path: str) -> str:
        """A page; raises RuntimeError where the answer is none."""
        return self._ask("GET", path, None, (200,))

    def post(self, path: str, fields: Fields, expect: Sequence[int] = (200, 303)) -> str:
        """A form with the token of the page that was opened last."""
        fields = [pair for pair in fields if pair[0] != "_csrf"]
        return self._ask("POST", path, [*fields, ("_csrf", self._token)], expect)

    def _ask(self, method: str, path: str, fields: Fields | None, expect: Sequence[int]) -> str:
        headers = {
            "Accept-Encoding": "gzip",
            "Accept-Language": "zh-CN",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            **({"Content-Type": "application/x-www-form-urlencoded"} if fields else {}),
        }
        start = time.perf_counter()
        answer = self._sent(method, path, urlencode(fields) if fields else None, headers)
        data = answer.read()
        self.seconds, self.weight = time.perf_counter() - start, len(data)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        text = data.decode("utf-8", "replace")
        if answer.status not in expect:
            raise RuntimeError(f"{method} {urlsplit(path).path}: {answer.status}")
        if found := _TOKEN.search(text):
            self._token = found[1]
        return text

    def _sent(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """On the kept connection; on a new one where the server has ended that, as browsers do."""
        for last in (False, True):
            try:
                self._connection.request(method, path, body, headers)
                return self._connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()
                if last:
                    raise
        raise AssertionError


def controls(page: str) -> list[tuple[str, str]]:
    """Names and values of the form of a paper, as a browser posts them."""
    [form] = html.fromstring(page).xpath("//form[@id='paper']")
    return [(name, value) for name, value in form.form_values() if name != "_do"]
