"""Schemathesis against the whole API for a while: no 5xx, answers as the document says."""

import shutil
import time

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service.engines.protocols import Converted
from service.settings import Settings
from service.web.app import create_app
from tests.web.api.caller import BASE
from tests.web.api.world import world
from tests.web.conftest import desk_with

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]


class Converter:
    """LibreOffice is slow and not what is tried here."""

    reason = None

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        return Converted(pdf=b"%PDF-1.7\n", pages=1)

    def close(self):
        pass


@pytest.fixture(scope="module")
def settings(own_templates, tmp_path_factory):
    """Templates of its own too: kinds are put into service."""
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(own_templates, folder / "own")
    return Settings(data=folder / "data", templates=folder / "own")


@pytest.fixture(scope="module")
def tried(desk, settings):
    app = create_app(desk_with(desk, converter=Converter), settings)
    return app, *world(app, desk)


def attack(operation, mode, named, api, count, turn):
    """So many requests of one mode to one operation; every other one names what is there."""
    seen = []

    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        if (len(seen) + turn) % 2 == 0:
            case.path_parameters = {
                **case.path_parameters,
                **{name: value for name, value in named.items() if name in case.path_parameters},
            }
        response = case.call(headers=api.headers)
        seen.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    one()
    return seen


@pytest.mark.parametrize(("each", "seconds"), [(1, 0), pytest.param(2, 60, marks=pytest.mark.long)])
def test_strange_requests_are_answered_as_the_document_says(tried, each, seconds):
    """A round of so many requests of each mode to each operation; more rounds while there is time."""
    app, api, named, _ = tried
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", app, headers=api.headers)
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 80
    deadline, statuses, rounds = time.monotonic() + seconds, [], 0
    while not rounds or time.monotonic() < deadline:
        for number, operation in enumerate(operations):
            for turn, mode in enumerate(GenerationMode, number):
                statuses += attack(operation, mode, named, api, each, turn)
            if rounds and time.monotonic() > deadline:
                break
        rounds += 1
    print(f"\n{len(statuses)} requests, {rounds} rounds, {sorted(set(statuses))}")
    assert {200, 404, 422} <= set(statuses)
    assert max(statuses) < 500
