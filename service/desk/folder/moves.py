"""Batch folder: whose file is whose from earlier runs, what of it stays, and what is renamed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from service.desk.files import not_written
from service.desk.folder import said
from service.desk.folder.form import PDF, WORD, Form
from service.desk.folder.record import BatchRecord, Record, Standing
from service.errors import ConflictError

ASIDE = ".gongwen-move-"
"""How a file's name begins while another one takes its place."""


def recognise(record: BatchRecord, forms: Sequence[Form]) -> dict[str, Record]:
    """Gives each form the files that earlier runs made for the same member.

    A number that only one of the two runs knows does not make another person.

    Returns:
        Word files of members who are not in the roster any more, by their key in the record.
    """
    left = {key: one for key, one in record.files.items() if key.startswith(f"{WORD}:")}
    strangers = [form for form in forms if form.who and not left.pop(form.key(WORD), None)]
    by_name = {one.who[-1]: key for key, one in left.items() if one.who}
    for form in strangers:
        known = by_name.get(form.who[-1], "")
        if known and not (known.startswith(f"{WORD}:#") and form.who[0].startswith("#")):
            del by_name[form.who[-1]], left[known]
            _same_member(record, known.partition(":")[2], form)
    return left


def _same_member(record: BatchRecord, known: str, form: Form) -> None:
    for ending in (WORD, PDF):
        before = record.files.pop(f"{ending}:{known}", None)
        if before is not None:
            record.files[form.key(ending)] = replace(before, who=form.who)


def keep_or_move(record: BatchRecord, forms: Sequence[Form]) -> None:
    """Decides which Word files stay as they are; renames what belongs to another number now."""
    known = [form for form in forms if form.who and form.key(WORD) in record.files]
    standings = {form.key(WORD): record.find(form.key(WORD)) for form in known}
    for key, standing in standings.items():
        record.settle(key, standing)
    alive = [form for form in known if form.outcome is None]
    lying = {record.where(form.key(ending)) for form in alive for ending in (WORD, PDF)}
    moves: dict[str, str] = {}
    for form in known:
        standing = standings[form.key(WORD)]
        if standing.name and form.outcome is not None:
            form.reasons.append(said.older_form())
        elif standing.name:
            _keep(form, standing, record.files[form.key(WORD)])
            form.name = free_name(record.folder, form.name, ours=lying)
            moves |= _moves(record, form, lying)
    _move(record, moves)


def _keep(form: Form, standing: Standing, before: Record) -> None:
    same = before.digest == form.item.digest
    if standing.edited:
        form.edited, form.sha = True, standing.sha
        if same:
            form.end("skipped", said.edited())
    elif standing.newest and same:
        form.sha = standing.sha
        form.end("skipped", said.unchanged())


def _moves(record: BatchRecord, form: Form, lying: Collection[str]) -> dict[str, str]:
    """Old name to new name, announced in the record."""
    moves = {}
    for ending in (WORD, PDF):
        key, wanted = form.key(ending), f"{form.name}.{ending}"
        name = record.where(key)
        if name in {"", wanted} or (wanted not in lying and (record.folder / wanted).exists()):
            continue
        moves[name] = wanted
        record.files[key] = replace(record.files[key], names=(name, ASIDE + wanted, wanted))
        if ending == WORD:
            form.reasons.append(said.renamed())
    return moves


def free_name(folder: Path, name: str, ending: str = WORD, *, ours: Collection[str] = ()) -> str:
    """The name without ending, or `name_2`, … where somebody else's file bears it."""
    tried, number = name, 1
    while f"{tried}.{ending}" not in ours and (folder / f"{tried}.{ending}").exists():
        number += 1
        tried = f"{name}_{number}"
    return tried


def _move(record: BatchRecord, moves: dict[str, str]) -> None:
    """Renames onto free names only; where members changed places, one waits aside."""
    record.save()
    folder, waiting = record.folder, dict(moves)
    while waiting:
        free = [old for old, new in waiting.items() if not (folder / new).exists()]
        for old in free:
            _rename(folder / old, folder / waiting.pop(old))
        if not free:
            circle = [old for old, new in waiting.items() if new in waiting]
            if not circle:
                raise ConflictError(said.name_came(folder))
            aside = ASIDE + waiting[circle[0]]
            _rename(folder / circle[0], folder / aside)
            waiting[aside] = waiting.pop(circle[0])


def _rename(old: Path, new: Path) -> None:
    try:
        old.rename(new)
    except OSError as error:
        raise not_written(new, error) from None
