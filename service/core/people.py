"""People who sign in: roles, names in one spelling, passwords that serve, how long to wait."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from service.errors import Problem, problem

Role = Literal["administrator", "clerk", "reviewer"]
Post = Literal["", "team_leader", "branch_secretary"]
ROLES: tuple[Role, ...] = get_args(Role)
POSTS: tuple[Post, ...] = get_args(Post)[1:]
SCOPES = ("read", "write", "administer")
"""What a token may be good for: reading, making or changing, and an administrator's work."""
LEAST, MOST = 10, 200
"""Characters of a password; no rule about kinds of characters (NIST SP 800-63B, 5.1.1.2)."""
NAME_MOST = 60
FREE_FAILURES = 4
"""So many failed sign-ins cost no wait."""
LONGEST_WAIT = 900
"""Seconds."""
_COMMON = ("password", "qwerty", "123456", "abcdef", "111111", "000000", "woaini", "administrator")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is signed in, or the command line.

    Attributes:
        id: of the user; "" for the command line.
        name: what is typed at sign-in.
        shown: as pages name the person.
        role: what the person is to the desk.
        post: of a reviewer.
        branch: of a branch secretary.
    """

    id: str
    name: str = ""
    shown: str = ""
    role: Role = "clerk"
    post: Post = ""
    branch: str = ""

    @property
    def writes(self) -> bool:
        """Makes papers: a clerk, or the administrator of a small office."""
        return self.role != "reviewer"


COMMAND_LINE = Person(id="", name="gongwen", shown="gongwen", role="administrator")
"""Who has the machine's shell has the data folder too."""


def one_spelling(name: str) -> str:
    """A sign-in name as it is kept: letter width, case and blanks around count for nothing."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def good_name(name: str) -> bool:
    """Whether a text in its one spelling can be a sign-in name."""
    return 0 < len(name) <= NAME_MOST and not any(
        unicodedata.category(one)[0] in "CZ" for one in name
    )


def check_name(name: str) -> list[Problem]:
    """Problems of a sign-in name in its one spelling."""
    if good_name(name):
        return []
    return [
        problem(
            "bad_name",
            f"登录名须为 1 至 {NAME_MOST} 个字，中间不能有空格或控制符。",
            f"a sign-in name has 1 to {NAME_MOST} characters, without blanks or control "
            "characters.",
            path="name",
        )
    ]


def check_shown(shown: str) -> list[Problem]:
    """Problems of the name that pages show; "" is none, the sign-in name is shown then."""
    if _plain(shown):
        return []
    return [
        problem(
            "bad_shown",
            f"姓名不超过 {NAME_MOST} 个字，不能有看不见的控制符。",
            f"a name has {NAME_MOST} characters at most, and no hidden ones.",
            path="shown",
        )
    ]


def check_place(role: str, post: str, branch: str) -> list[Problem]:
    """Problems of a role with its post and branch; what a role has no use for is not dropped."""
    if role not in ROLES:
        return [
            problem("bad_role", "请选择角色。", "choose a role.", path="role"),
        ]
    return _reviewer(post, branch) if role == "reviewer" else _no_reviewer(post, branch)


def _reviewer(post: str, branch: str) -> list[Problem]:
    found = []
    if post not in POSTS:
        found.append(
            problem(
                "bad_post",
                "审阅人须注明是班子主要负责人还是支部书记。",
                "say of a reviewer whether it is the team's leader or a branch secretary.",
                path="post",
            )
        )
    if post == "branch_secretary" and not (branch.strip() and _plain(branch)):
        found.append(
            problem(
                "no_branch",
                f"请填写是哪个支部的书记（{NAME_MOST} 个字以内），须与名册中的支部名称一致。",
                f"name the branch of the secretary, as rosters write it, in {NAME_MOST} characters "
                "at most.",
                path="branch",
            )
        )
    if post == "team_leader" and branch.strip():
        found.append(_branch_without_secretary())
    return found


def _no_reviewer(post: str, branch: str) -> list[Problem]:
    found = []
    if post:
        found.append(
            problem(
                "post_without_reviewer",
                "只有审阅人才填职务；请把角色改为审阅人，或把职务改回空白。",
                "only a reviewer has a post here; change the role to reviewer, or take the post "
                "away.",
                path="post",
            )
        )
    if branch.strip():
        found.append(_branch_without_secretary())
    return found


def _branch_without_secretary() -> Problem:
    return problem(
        "branch_without_secretary",
        "只有支部书记才填所在支部；请清空这一栏，或把职务改为支部书记。",
        "only a branch secretary has a branch here; empty it, or change the post to branch "
        "secretary.",
        path="branch",
    )


def _plain(text: str) -> bool:
    """One line without anything that is not seen; rare characters of names may stand."""
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return len(text) <= NAME_MOST and not any(unicodedata.category(one) in hidden for one in text)


def check_password(password: str, name: str) -> list[Problem]:
    """Problems of a new password: its length, and what is guessed first.

    Args:
        password: as typed.
        name: of the user, in its one spelling; "" where it is not known yet.
    """
    if not LEAST <= len(password) <= MOST:
        return [
            problem(
                "password_length",
                f"密码须有 {LEAST} 至 {MOST} 个字符；一句自己记得住的话就很好。",
                f"a password has {LEAST} to {MOST} characters; a sentence that you remember is "
                "a good one.",
                path="password",
            )
        ]
    plain = one_spelling(password)
    left = plain.replace(name, "")
    for word in _COMMON:
        left = left.replace(word, "")
    if len(set(plain)) < 5 or len(left.strip("0123456789 !@#.")) < 4:
        return [
            problem(
                "password_weak",
                "这个密码太容易猜到；请换一句别人想不到的话，不要用登录名、数字串或常见单词。",
                "this password is guessed easily; take a sentence that nobody would think of, "
                "without your sign-in name, rows of digits or common words.",
                path="password",
            )
        ]
    return []


def wait_seconds(failures: int) -> int:
    """How long after so many failures the next try is let through, seconds."""
    if failures <= FREE_FAILURES:
        return 0
    return min(LONGEST_WAIT, 1 << min(failures - FREE_FAILURES, 20))
