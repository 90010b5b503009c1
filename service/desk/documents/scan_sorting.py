"""Scans that came together: whose each is, by its name, and kept with that paper."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from service.core.people import Person
from service.core.roster.names import same_person
from service.desk.documents.returned import Came, scan_ending, take_scan
from service.desk.documents.scans import ScanLine, list_scans
from service.desk.tools import Desk
from service.errors import GongwenError, Problem, problem


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What became of files that came together.

    Attributes:
        taken: name, paper and what was said, of each that was kept.
        unmatched: name, content and why, of each whose paper is not known.
        refused: name and reasons of each that is no scan.
    """

    taken: tuple[tuple[str, ScanLine, Came], ...]
    unmatched: tuple[tuple[str, bytes, Problem], ...]
    refused: tuple[tuple[str, tuple[Problem, ...]], ...]


def sort_scans(
    desk: Desk, person: Person, activity_id: str, files: Sequence[tuple[str, bytes]]
) -> Sorted:
    """Keeps scans that came together, each with the paper that its name tells of.

    Args:
        desk: the store and the engines.
        person: who sends them in.
        activity_id: of which activity.
        files: (file name, content).

    Raises:
        NotFoundError: there is no such activity.
    """
    board = list_scans(desk, person, activity_id)
    lines = [*board.expected, *(one for one in board.back if one.state != "submitted")]
    titles = _titles(desk)
    taken: list[tuple[str, ScanLine, Came]] = []
    unmatched: list[tuple[str, bytes, Problem]] = []
    refused: list[tuple[str, tuple[Problem, ...]]] = []
    for name, data in files:
        owner = owner_of(lines, name, titles)
        if isinstance(owner, ScanLine) and owner.id in {one.id for _, one, _ in taken}:
            owner = _twice()
        try:
            if isinstance(owner, Problem):
                scan_ending(name, data)
                unmatched.append((name, data, owner))
                continue
            came = take_scan(desk, person, owner.id, name=name, data=data)
        except GongwenError as error:
            refused.append((name, error.problems))
        else:
            taken.append((name, owner, came))
    return Sorted(taken=tuple(taken), unmatched=tuple(unmatched), refused=tuple(refused))


def owner_of(
    lines: Sequence[ScanLine], name: str, titles: Collection[str] = ()
) -> ScanLine | Problem:
    """Whose a file is by its name: our own name for it first, then person and title.

    Args:
        lines: the papers that it may be.
        name: of the file.
        titles: of all kinds; a file that bears one is no paper of another kind.
    """
    stem = same_person(PurePath(name.replace("\\", "/")).stem)
    ours = [one for one in lines if one.file and same_person(PurePath(one.file).stem) in stem]
    for found in (_longest(ours, lambda one: [one.file]), *_by_words(lines, stem, titles)):
        if len(found) == 1:
            return found[0]
        if found:
            return _several()
    return _nobody()


def _by_words(
    lines: Sequence[ScanLine], stem: str, titles: Collection[str]
) -> Iterator[list[ScanLine]]:
    """Papers by person and title, by person alone, and the unit's by title alone."""
    named = [one for one in lines if one.person and same_person(one.person) in stem]
    named = _longest(named, lambda one: [one.person])
    in_branch = [one for one in named if one.branch and same_person(one.branch) in stem]
    yield _titled(in_branch or named, stem)
    if not any(same_person(title) in stem for title in titles):
        yield in_branch or named
    yield _titled([one for one in lines if not one.person], stem)


def _titled(lines: Sequence[ScanLine], stem: str) -> list[ScanLine]:
    """Those whose title stands in a file's name; of several the longest title is meant."""

    def here(line: ScanLine) -> list[str]:
        words = [line.named, *([line.title.zh, line.title.en] if line.title else [])]
        return [plain for one in words if len(plain := same_person(one)) > 1 and plain in stem]

    return _longest([one for one in lines if here(one)], here)


def _longest(
    found: Sequence[ScanLine], words: Callable[[ScanLine], Sequence[str]]
) -> list[ScanLine]:
    """Those whose words are the longest: 张三丰, not 张三."""
    lengths = {one.id: max(map(len, words(one)), default=0) for one in found}
    return [one for one in found if lengths[one.id] == max(lengths.values())]


def _titles(desk: Desk) -> list[str]:
    found = []
    for name in desk.catalog.kinds():
        try:
            title = desk.catalog.kind(name).form.title
        except GongwenError:
            continue
        found += [title.zh, title.en]
    return found


def _nobody() -> Problem:
    return problem(
        "scan_unknown",
        "文件名里没有找到文书的标题或姓名；请选是哪一份。",
        "neither the title of a paper nor a name stands in the file's name; say which it is.",
    )


def _several() -> Problem:
    return problem(
        "scan_unclear",
        "可能是几份文书的，分不清；请选是哪一份。",
        "it may be one of several papers; say which it is.",
    )


def _twice() -> Problem:
    return problem(
        "scan_twice",
        "这次已经有一个文件归到同一份文书；请选这一个是哪一份的。",
        "another file of this upload went to the same paper; say which paper this one is.",
    )
