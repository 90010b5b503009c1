"""Every action of the code has words, and every word an action; by the code's own syntax tree."""

import ast
from pathlib import Path

import pytest

from service.core.people import POSTS, ROLES
from service.web.people_words import ACTIONS, OBJECT_NAMES, POST_NAMES, ROLE_NAMES, moment_of

SERVICE = Path(__file__).parent.parent.parent / "service"


def notes():
    """(file, function, action, kind of object) as they stand in calls of `trail.note`."""
    for file in sorted(SERVICE.rglob("*.py")):
        text = file.read_text("utf-8")
        if "trail.note" not in text:
            continue  # no need to take it apart: that is done while tests are collected
        tree = ast.parse(text)
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == "note"
                    and isinstance(call.func.value, ast.Attribute)
                    and call.func.value.attr == "trail"
                ):
                    kind = call.args[3] if len(call.args) > 3 else ast.Constant("")
                    where = f"{file.name}:{call.lineno}"
                    for action in said(call.args[2], function, tree):
                        for one in said(kind, function, tree):
                            yield where, action, one


def said(node, function, tree):
    """Every text that an expression may be: written there, chosen, or handed in by a caller."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return said(node.body, function, tree) + said(node.orelse, function, tree)
    if isinstance(node, ast.Subscript):
        return [one.value for one in table(ast.unparse(node.value), tree).values]
    assert isinstance(node, ast.Name), f"{ast.unparse(node)}: say the action as it is"
    given = [
        one.value
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
    ]
    names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == function.name:
            given += [one.value for one in call.keywords if one.arg == node.id]
            if node.id in names and names.index(node.id) < len(call.args):
                given.append(call.args[names.index(node.id)])
    assert given, f"{function.name}: where does {node.id} come from?"
    return [text for one in given for text in said(one, function, tree)]


def table(name, tree):
    """A mapping that stands at the top of the file."""
    for one in tree.body:
        target = getattr(one, "target", None) or getattr(one, "targets", [None])[0]
        if target is not None and ast.unparse(target) == name:
            return one.value
    raise AssertionError(f"{name}: where is it?")


NOTES = list(notes())


def test_every_action_has_words_and_every_word_an_action():
    told = {action for _, action, _ in NOTES}
    assert len(told) > 9
    assert told - set(ACTIONS) == set(), "say it in web/people_words.py"
    assert set(ACTIONS) - told == set(), "nothing does this"


def test_every_kind_of_object_has_a_word():
    assert {kind for *_, kind in NOTES if kind} - set(OBJECT_NAMES) == set()


def test_names_fit_the_columns():
    assert max(len(action) for _, action, _ in NOTES) <= 40
    assert max(len(kind) for *_, kind in NOTES) <= 20


def test_roles_and_posts_have_words():
    assert set(ROLE_NAMES) == set(ROLES)
    assert set(POST_NAMES) == set(POSTS)
    for table in (ROLE_NAMES, POST_NAMES, ACTIONS, OBJECT_NAMES):
        assert all(text.zh and text.en for text in table.values())


@pytest.mark.parametrize("spoilt", ["", "yesterday", "2026-13-01"])
def test_a_spoilt_moment_is_shown_as_it_is(spoilt):
    assert moment_of(spoilt) == spoilt


def test_a_moment_is_local_time():
    assert moment_of("2026-11-22T14:05:07+00:00")[:4] == "2026"
