"""Web door for gunicorn: `service.web.wsgi:make_app()`."""

from __future__ import annotations

import atexit

from flask import Flask

from service.bootstrap import assemble
from service.settings import Settings
from service.web.app import create_app


def make_app() -> Flask:
    """The application with the real engines, set by GONGWEN_* variables."""
    settings = Settings()
    desk = assemble(settings)
    atexit.register(desk.close)
    return create_app(desk, settings)
