"""Web door: the language of the page, by address, cookie, browser, settings, in this order."""

from __future__ import annotations

from flask import Flask, Response, g, request

from service.errors import LANGS, Lang, Text
from service.settings import Settings
from service.web.api.where import asks_api

_COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def reader_lang() -> Lang:
    """The language that the page speaks."""
    lang: Lang = g.get("lang", "zh")
    return lang


def say(zh: str, en: str) -> str:
    """The words in the reader's language."""
    return zh if reader_lang() == "zh" else en


def told(text: Text) -> str:
    """A two-language text in the reader's language."""
    return text.of(reader_lang())


def speak(lang: Lang) -> None:
    """Speaks this language from now on."""
    g.lang = lang
    g.lang_chosen = True


def init_language(app: Flask, settings: Settings) -> None:
    """Settles the language before each request; remembers a choice for a year."""

    @app.before_request
    def settle() -> None:
        if asks_api():
            g.lang = _browsers(settings.lang)
            return
        asked = request.args.get("lang")
        if asked in LANGS:
            speak(asked)
            return
        kept = request.cookies.get(_COOKIE)
        g.lang = kept if kept in LANGS else _browsers(settings.lang)

    @app.after_request
    def remember(response: Response) -> Response:
        if g.get("lang_chosen"):
            response.set_cookie(
                _COOKIE,
                g.lang,
                max_age=_YEAR,
                samesite="Lax",
                httponly=True,
                secure=settings.https,
            )
        response.vary.update(("Accept-Language", "Cookie"))
        return response

    app.jinja_env.globals.update(say=say, told=told)
    app.context_processor(lambda: {"lang": reader_lang()})


def _browsers(otherwise: Lang) -> Lang:
    """The first of the browser's languages that the product speaks, by its weights."""
    for name, _ in request.accept_languages:
        for lang in LANGS:
            if name.lower().split("-")[0] == lang:
                return lang
    return otherwise
