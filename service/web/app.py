"""Web door: the application, put together."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

from service.desk.tools import Desk
from service.settings import Settings
from service.web import pages
from service.web.access import init_access
from service.web.activity_words import init_activity_words
from service.web.api import parts, reference
from service.web.batch_words import init_batch_words
from service.web.compress import init_compress
from service.web.errors import init_errors
from service.web.language import init_language
from service.web.pages.tokens import init_tokens
from service.web.paper_words import init_paper_words
from service.web.people_words import init_people_words
from service.web.room import furnish
from service.web.security import init_csrf, init_security
from service.web.signed import init_signed
from service.web.words import init_words

_STATIC = Path(__file__).parent / "static"
_DAY = 24 * 3600


def create_app(desk: Desk, settings: Settings) -> Flask:
    """The web door of a desk.

    Args:
        desk: the use cases' tools.
        settings: `data` holds the secret key and what was made.
    """
    app = Flask("service.web", root_path=str(Path(__file__).parent))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _DAY
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = asset
    # What a page shows as JSON is read by people: Chinese as it is, in the order it was said in.
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    app.extensions["gongwen"] = furnish(desk, settings)
    init_language(app, settings)
    init_security(app, settings)
    init_signed(app)
    init_access(app)
    init_csrf(app, exempt=parts.ALL)
    init_errors(app)
    init_words(app)
    init_people_words(app)
    init_batch_words(app)
    init_paper_words(app)
    init_activity_words(app)
    init_compress(app)
    init_tokens(app)
    for blueprint in (*pages.ALL, *parts.ALL, reference.BLUEPRINT):
        app.register_blueprint(blueprint)
    return app


def asset(name: str) -> str:
    """The address of a file of ours; it changes with its content, so caches are never stale."""
    file = _STATIC / name
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return url_for("static", filename=name, v=_version(file, stamp))


@lru_cache(maxsize=64)
def _version(file: Path, stamp: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if stamp else "0"
