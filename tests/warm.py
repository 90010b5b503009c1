"""What every test may share because it keeps nothing of a test's: LibreOffice and proved templates.

And passwords that cost little: the full cost of one is a quarter of a second of both cores.

Desks of tests that speak of neither get these; who asks for another LibreOffice (a variable, a
socket that answers, a pool of its own) gets what the program would give.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY

from service import bootstrap
from service.engines.office.converter import OfficePool, connect_or_start, why_no_pdf
from service.engines.office.server import SocketConverter
from service.engines.passwords import Argon2Passwords
from service.engines.word.templates import WordTemplates
from service.settings import Settings
from tests.batch_tools import proved

_CHEAP = replace(RFC_9106_LOW_MEMORY, time_cost=1, memory_cost=64, parallelism=1)
_OFFICE = ("soffice", "office_python", "convert_seconds", "sandbox", "fonts")


class _Lent:
    """A converter that outlives the desk it is lent to."""

    reason = None

    def __init__(self, pool):
        self.convert, self.twin, self.world = pool.convert, pool.twin, pool.world

    def close(self):
        """Others go on with it."""


@pytest.fixture(scope="session", autouse=True)
def _warm(tmp_path_factory):
    """One LibreOffice a process for all desks: a start costs more than most conversions.

    Started by the first who converts. Templates are proved in a child process each: once here.
    """
    usual = Settings(data=tmp_path_factory.mktemp("warm"), converters=1)
    pool, templates = OfficePool(usual), WordTemplates(Path(proved()))

    def converter(settings):
        own = any(getattr(settings, name) != getattr(usual, name) for name in _OFFICE)
        if own or why_no_pdf(settings) is not None or SocketConverter(settings.socket).alive():
            return connect_or_start(settings)
        return _Lent(pool)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "_converter", converter)
        patch.setattr(bootstrap, "_templates", lambda _: templates)
        patch.setattr(bootstrap, "_passwords", lambda: Argon2Passwords(_CHEAP))
        yield
    pool.close()
