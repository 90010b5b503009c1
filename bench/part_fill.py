"""Fill: the member form from the same values, ours beside the engines that people use."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from bench.material import contexts, desk, terms
from bench.peers import node, stock, tags
from bench.rounds import cpu_each, in_turns
from bench.run import Run
from bench.table import Goal, Row, Section
from service.engines.word import templates as word
from service.engines.word.archive import DYNAMIC_LEVEL
from service.engines.word.templates import WordTemplate, text_of

MEMBERS = 60
OURS, BARE, BOUND, DOCXTPL = (
    "gongwen",
    "gongwen, read-back switched off",
    "bound: render the Jinja and deflate",
    "docxtpl",
)
# Documents a round: about a second each.
TIMES = {OURS: 600, BARE: 900, BOUND: 1200, DOCXTPL: 20, "docxtemplater": 50, "carbone": 40}


def measure(run: Run) -> list[Section]:
    """One table; engines that are not there are named as left out."""
    values = contexts(MEMBERS)
    template = desk().templates.load(terms().template, file="bench")
    assert isinstance(template, WordTemplate)
    wanted = text_of(template.fill(values[0]))
    _check(DOCXTPL, stock.fill(terms().template, values[0]), wanted)
    times = {name: run.share(many, max(many // 20, 2)) for name, many in TIMES.items()}
    works = {
        OURS: cpu_each(lambda n: template.fill(values[n % MEMBERS]), times[OURS]),
        BARE: _bare(template, values, times[BARE]),
        BOUND: cpu_each(lambda n: _bound(template, values[n % MEMBERS]), times[BOUND]),
        DOCXTPL: cpu_each(
            lambda n: stock.fill(terms().template, values[n % MEMBERS]), times[DOCXTPL]
        ),
    }
    with contextlib.ExitStack() as stack:
        engines, why_not = _node_engines(run, values, wanted)
        for name, engine in engines.items():
            stack.callback(engine.close)
            works[name] = lambda engine=engine, name=name: engine.cpu_each(times[name])
        found = in_turns(works, run.rounds(7), say=run.say)
    return [_section(found, why_not)]


def _section(found: Mapping[str, list[float]], why_not: str) -> Section:
    rows = {
        name: Row(
            name=name,
            samples=tuple(1000 * sample for sample in samples),
            unit="ms CPU/doc",
            per=(1000, "docs/CPU-s"),
        )
        for name, samples in found.items()
    }

    def times(peer: str, mine: str, wanted: float | None) -> Goal:
        ratio = rows[peer].median / rows[mine].median
        return Goal(name=f"{mine}, times {peer}", ratio=ratio, wanted=wanted)

    def within(mine: str, wanted: float) -> Goal:
        ratio = rows[mine].median / rows[BOUND].median
        return Goal(name=f"{mine}, cost of the bound", ratio=ratio, wanted=wanted, at_most=True)

    goals = [times(DOCXTPL, BARE, 60), times(DOCXTPL, OURS, 40)]
    for name in (engine for engine in node.ENGINES if engine in rows):
        goals += [times(name, BARE, 20), times(name, OURS, None)]
    goals += [within(BARE, 1.3), within(OURS, 2.5)]
    notes = [f"left out: docxtemplater, carbone: {why_not}"] if why_not else []
    return Section(
        title="fill: self_examination, zh, one process, CPU time",
        rows=tuple(rows.values()),
        goals=tuple(goals),
        notes=tuple(notes),
    )


def _bare(template: WordTemplate, values: list[dict[str, Any]], times: int) -> Any:
    """Ours without the read-back, to be compared with engines that have none."""
    timed = cpu_each(lambda n: template.fill(values[n % MEMBERS]), times)

    def measured() -> float:
        with _without_read_back():
            return timed()

    return measured


def _without_read_back() -> AbstractContextManager[object]:
    """In this process and for this moment only; the service has no such switch."""

    def encoded(part: object, xml: str, values: object, context: object) -> bytes:
        return xml.encode()

    return mock.patch.multiple(word, read_back=encoded, Recording=contextlib.nullcontext)


def _bound(template: WordTemplate, context: Mapping[str, Any]) -> None:
    for part in template._parts:
        packer = zlib.compressobj(DYNAMIC_LEVEL, zlib.DEFLATED, -15)
        packer.compress(part.render(context).encode())
        packer.flush()


def _node_engines(
    run: Run, values: list[dict[str, Any]], wanted: str
) -> tuple[dict[str, node.NodeEngine], str]:
    folder = run.folder("npm")
    if why_not := node.install(folder):
        run.say(f"   LEFT OUT: docxtemplater and carbone: {why_not}")
        return {}, why_not
    found = {}
    for name, syntax in (("docxtemplater", tags.Docxtemplater()), ("carbone", tags.Carbone())):
        template = tags.translated(terms().template, syntax)
        names = tags.names_in(template)
        data = [tags.flattened(one, names.__contains__) for one in values]
        version = f"{name} {node.version_of(folder, name)}"
        engine = node.NodeEngine(name, folder, template, data)
        _check(version, engine.first(), wanted)
        found[name] = engine
        run.say(f"   {version}: complete")
    return found, ""


def _check(name: str, made: bytes, wanted: str) -> None:
    """Every line of ours is in the other engine's document, and nothing more."""
    theirs, ours = (
        [line for line in text.splitlines() if line.strip()] for text in (text_of(made), wanted)
    )
    if theirs != ours:
        lost = [number for number, line in enumerate(ours) if line not in theirs]
        raise RuntimeError(f"{name}: not the same document; lines {lost or 'added or moved'}")
