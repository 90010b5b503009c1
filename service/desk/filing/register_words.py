"""What may be wrong with a number, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from service.errors import Problem, Text, problem

_NAMES: Mapping[str, Text] = {
    "title": Text("题名", "the title"),
    "genre": Text("文种", "the genre"),
    "signer": Text("签发人", "the signatory"),
    "reason": Text("原因", "the reason"),
}


def bad_text(name: str, most: int) -> Problem:
    """Too long, or with characters that do not print."""
    said = _NAMES[name]
    return problem(
        "bad_text",
        f"{said.zh}最多 {most} 字，不能有控制符。",
        f"{said.en} has at most {most} characters, and no control characters.",
        path=name,
    )


def no_reason(*, stated: bool) -> Problem:
    """A stated or a void number asks for one."""
    if stated:
        zh = "指定序号的，请写明原因，例：启用本系统前已在纸质登记簿编号。"
        en = "say why this number, for example: it was given in the paper register before."
    else:
        zh, en = "请写明原因。", "say why."
    return problem("no_reason", zh, en, path="reason")


def bad_copies() -> Problem:
    """No number of copies."""
    zh, en = "份数应为 0 至 9999 的整数。", "the copies are a whole number from 0 to 9999."
    return problem("bad_copies", zh, en, path="copies")


def not_yet() -> Problem:
    """Nothing was given out on a day to come."""
    zh, en = "登记日期不能晚于今天。", "the day of the entry cannot be after today."
    return problem("not_yet", zh, en, path="given_on")


def taken(number: str, title: str) -> Problem:
    """Somebody has it."""
    what_zh, what_en = (f"（《{title}》）", f" ({title})") if title else ("", "")
    return problem(
        "number_taken",
        f"{number} 已经编给别的文件{what_zh}，不能再用。",
        f"{number} was given out already{what_en} and cannot be given again.",
        path="no",
    )


def is_void(number: str) -> Problem:
    """It is never given again."""
    return problem(
        "number_void",
        f"{number} 已经作废，作废的文号不再使用。",
        f"{number} is void; a void number is never given again.",
        path="no",
    )


def never_given(number: str) -> Problem:
    """Beyond the last one."""
    return problem(
        "number_not_given",
        f"{number} 还没有编出。",
        f"{number} was not given out yet.",
    )


def no_gap() -> Problem:
    """Not below the last number that was given."""
    return problem(
        "no_gap",
        "这些序号不是空号：空号在已编出的最后一个序号以前。",
        "these numbers are no gap: a gap lies below the last number that was given out.",
    )


def no_entry() -> Problem:
    """No such id."""
    return problem("no_entry", "登记表里没有这一条。", "there is no such entry in the register.")


def has_number(number: str) -> Problem:
    """A document bears one at a time."""
    return problem(
        "has_number",
        f"这份文书已有文号：{number}。要换号，先把它作废。",
        f"this document bears a number already: {number}. For another one, make it void first.",
    )


def bears_none() -> Problem:
    """Its kind or its answers give it no place for one."""
    return problem(
        "bears_no_number",
        "这份文书不编文号：只有加印版头的正式发文才编，个人材料和英文稿不编。",
        "this document bears no number: only papers with the red letterhead do, no person's own "
        "papers and no English versions.",
    )


def not_final() -> Problem:
    """First the text is settled, then it is numbered."""
    return problem(
        "not_final",
        "定稿以后才编号；请先定稿。",
        "a number is given when the text is final; make it final first.",
    )


def typed_already(number: str) -> Problem:
    """A number that a clerk has typed is never replaced by another one."""
    return problem(
        "number_typed",
        f"表单里已经填了文号：{number}。请登记这个号，或者退回草稿删去它再编新号。",
        f"the form says a number already: {number}. Enter that one, or go back to the draft and "
        "delete it first.",
    )


def other_typed(number: str) -> Problem:
    """The stated one and the printed one differ."""
    return problem(
        "other_number_typed",
        f"正式件上的文号是 {number}，请照它登记。",
        f"the fair copy bears {number}; enter that one.",
    )


def stale() -> Problem:
    """The version that gets the number must be the one that was agreed to."""
    return problem(
        "text_would_change",
        "定稿以后活动档案或模板改过，印上文号会带出别的改动，没有编号；"
        "请先退回草稿，重新生成并定稿。",
        "activity profile or template have changed since it was made final, so more than the "
        "number would change; no number was given. Go back to the draft first.",
    )


def nothing_to_print() -> Problem:
    """The newest version bears the number already, or there is none."""
    return problem(
        "no_number_to_print",
        "没有要印上的文号。",
        "there is no number to be printed.",
    )


def by_hand(number: str) -> Problem:
    """A version edited in Word is never written over."""
    return problem(
        "number_by_hand",
        f"最新一稿是在 Word 里改过的，没有自动重做；"
        f"请在 Word 文件里把文号改成 {number}，再传回来。",
        "the newest version was edited in Word and was left as it is; write the number "
        f"{number} into the Word file and send it back.",
    )


def empty() -> Problem:
    """Nothing to print."""
    zh, en = "登记表里还没有文号。", "the register has no numbers yet."
    return problem("register_empty", zh, en)
