"""Batch folder: what is said of rows and files; no member is named here, the row says who."""

from __future__ import annotations

from pathlib import Path

from service.errors import Problem, problem


def unchanged() -> Problem:
    """The row is as it was."""
    return problem("unchanged", "没有变化，保留原文件。", "nothing changed; the file stays.")


def renamed() -> Problem:
    """The row stands elsewhere now."""
    return problem(
        "renamed", "序号变了，文件随之改名。", "its number changed, and the file's name with it."
    )


def edited() -> Problem:
    """Somebody changed the Word file."""
    return problem(
        "edited",
        "Word 文件生成后有人改过，没有动它。",
        "the Word file was changed by hand after it was made; it was left alone.",
    )


def edited_behind() -> Problem:
    """Somebody changed the Word file, and the row changed too."""
    return problem(
        "edited_behind",
        "名册、共用内容或模板变了，但 Word 文件生成后有人改过，没有覆盖；"
        "要按新内容生成，请先把它移走，再运行同一命令。",
        "the roster, the shared answers or the template changed, but the Word file was changed by "
        "hand and is not overwritten; to make it anew move it away and run the command again.",
    )


def older_form() -> Problem:
    """The row fails now; a form from before is still there."""
    return problem(
        "older_form",
        "文件夹里还留着以前生成的这一份，内容是旧的；改正这一行后再运行。",
        "the folder still holds the form made before, with old content; mend the row, run again.",
    )


def name_taken() -> Problem:
    """Somebody else's file bears the name."""
    return problem(
        "name_taken",
        "文件夹里已有同名而内容不同的文件，没有动它；这一份的文件名末尾加了数字。",
        "the folder holds another file of this name, which was left alone; a number was added to "
        "the name of this one.",
    )


def name_came(folder: Path) -> Problem:
    """A file appeared while we were at work."""
    return problem(
        "name_taken",
        "生成过程中有人往文件夹里放了同名文件；请再运行一次。",
        "somebody put a file of the same name there meanwhile; run the command again.",
        file=str(folder),
    )


def another_name(file: str) -> Problem:
    """A file beside the forms got another name."""
    return problem(
        "another_name",
        f"文件夹里的 {file} 不是本次生成的，或有人改过，没有动它；新文件的文件名末尾加了数字。",
        f"the folder's {file} is not ours or was changed by hand, and was left alone; a number was "
        "added to the new file's name.",
    )


def pdf_left_alone() -> Problem:
    """Somebody else's PDF lies where ours would."""
    return problem(
        "pdf_left_alone",
        "同名 PDF 不是程序生成的，或有人换过（例如签字扫描件），没有动它。",
        "the PDF of this name is not ours or was replaced (a signed scan?); it was left alone.",
    )


def pdf_behind(count: int) -> Problem:
    """Word files are newer than their PDFs."""
    return problem(
        "pdf_behind",
        f"有 {count} 份 PDF 比 Word 文件旧；需要时加上 --pdf each 再运行一次。",
        f"{count} PDFs are older than their Word files; run again with --pdf each where needed.",
    )


def joined_behind(file: str) -> Problem:
    """The joined print is older than the forms."""
    return problem(
        "joined_behind",
        f"{file} 不是按现在的文件合订的；需要时加上 --pdf joined 再运行一次。",
        f"{file} was not joined from the files as they are now; run again with --pdf joined.",
    )
