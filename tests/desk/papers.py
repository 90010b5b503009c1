"""Papers for the layout rules: one right document, and the same with one thing wrong.

Built with python-docx and plain WordprocessingML, not with the project's own builder: the
checker must not owe its eyes to the thing that it checks.
"""

from __future__ import annotations

from typing import Any

from tests.desk.papers_word import (
    BIAO,
    FANG,
    HEI,
    KAI,
    Paper,
    Wish,
    edges,
    footers,
    frame,
    page_break,
    para,
    run,
    section,
    table,
)

LONG = (
    "各党支部要把思想认识统一到上级部署上来，认真学习有关文件，联系纪念馆讲解、陈列、安全和服务工作的实际，"
    "查找差距、明确方向；讲解部要听取观众对“排队时间长、讲解场次少”的意见，列出清单，"
    "逐条回应，在2014年4月20日前完成第一轮汇总，并将结果（含原始记录）送办公室归档。"
)
SHORT = "全体党员应当按时参加学习，每人完成笔记和心得各一篇。"


def letterhead(paper: Paper) -> None:
    wish = paper.wish
    if not wish.mark:
        return
    paper.add(
        para(
            run(wish.mark, BIAO, 94, wish=wish, colour="FF0000", spacing=0, scale=66),
            wish=wish, align="center", line=0, before=wish.mark_before, after=1158, size=94,
        )
    )  # fmt: skip
    border = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="16" w:space="{wish.red_space}"'
        ' w:color="FF0000"/></w:pBdr>'
    )
    right = 8844 - wish.red_line
    align = "center" if wish.number_left is None else "left"
    signer = f"　　　　　　　签发人：{wish.signer}" if wish.signer else ""
    paper.add(
        para(
            run(wish.number + signer, FANG, 32, wish=wish),
            wish=wish, align=align, extra=border, right=right,
            first=wish.number_left or 0,
        )
    )  # fmt: skip
    paper.blank(2)


def title(paper: Paper, lines: tuple[str, ...], *, line: int = 720) -> None:
    wish = paper.wish
    for text in lines:
        paper.add(
            para(
                run(text, wish.title_font, wish.title_size, wish=wish, spacing=0),
                wish=wish, align=wish.title_align, line=line, size=wish.title_size,
            )
        )  # fmt: skip


def heading(paper: Paper, text: str, font: str, rest: str = "") -> None:
    wish = paper.wish
    runs = [run(text, font, wish=wish, bold=wish.bold)]
    if rest:
        runs.append(run(rest, wish.body_font, wish=wish))
    keep = "" if rest or not wish.keep_next else "<w:keepNext/>"
    paper.add(para(*runs, wish=wish, first=630, extra=keep))


def signature(paper: Paper) -> None:
    wish = paper.wish
    if wish.signature_break:
        paper.add(page_break(wish))
    paper.blank(wish.signature_blanks)
    paper.text(wish.issuer, align="right", left=wish.issuer_left, right=wish.issuer_right)
    paper.text(wish.date, align="right", right=wish.date_right)


def imprint(paper: Paper) -> None:
    wish = paper.wish
    if not wish.copies:
        return
    # LibreOffice 7.4 makes no frame of paragraphs with a `between` line: one frame each.
    thick, thin = wish.imprint_thick, 6
    tab = '<w:tabs><w:tab w:val="right" w:pos="8564"/></w:tabs>'
    common: dict[str, Any] = {
        "wish": wish, "left": 280, "right": 280, "line": 560, "size": 28, "align": "left",
    }  # fmt: skip
    small: dict[str, Any] = {"size": 28, "wish": wish, "spacing": 0}
    paper.add(
        para(
            run(wish.copies, FANG, **small),
            extra=frame(f'w:y="{wish.imprint_y}"') + edges(top=thick) + tab, **common,
        )
    )  # fmt: skip
    paper.add(
        para(
            run("中共南昌八一起义纪念馆委员会办公室", FANG, **small),
            "<w:r><w:tab/></w:r>",
            run("2014年2月28日印发", FANG, **small),
            extra=frame(f'w:y="{wish.imprint_y + 580}"') + edges(top=thin, bottom=thick) + tab,
            **common,
        )
    )


def task_rows(count: int = 24) -> list[tuple[str, ...]]:
    head = ("序号", "任务", "措施", "牵头部门", "责任人", "时限")
    people = ("欧阳喆", "熊翀", "万䶮", "涂玥", "章堃")
    return [
        head,
        *(
            (
                str(index + 1),
                "解决预约讲解等候时间长的问题，增加周末讲解场次",
                "调整排班，培训志愿讲解员，公布场次；每月抽查一次并公布结果",
                "宣传教育部",
                people[index % len(people)],
                f"5月{index % 28 + 1}日",
            )
            for index in range(count)
        ),
    ]


def notice(wish: Wish) -> bytes:
    """A notice with everything: letterhead, headings, annex note, seal room, annex, imprint."""
    paper = Paper(wish)
    letterhead(paper)
    title(paper, wish.title)
    paper.blank(wish.title_after)
    paper.text("各党支部、各部门：")
    paper.body_text(LONG)
    heading(paper, wish.heading1, wish.heading1_font)
    paper.body_text(LONG + SHORT)
    heading(paper, wish.heading1_second, wish.heading1_font)
    heading(paper, wish.heading2, wish.heading2_font, LONG)
    heading(paper, wish.heading3, FANG, LONG)
    paper.body_text(LONG + SHORT + LONG)
    for text in wish.extra:
        paper.body_text(text)
    paper.body_text(LONG)
    if wish.note and wish.note_blank:
        paper.blank()
    if wish.note:
        paper.text(wish.note, left=630 + 945, first=-945)
    signature(paper)
    if wish.annex_mark:
        if wish.annex_break:
            paper.add(page_break(wish))
        annex(paper)
    imprint(paper)
    paper.add(para(wish=wish, line=20))
    paper.add(section(wish))
    footers(paper)
    return paper.save()


def annex(paper: Paper) -> None:
    wish = paper.wish
    paper.add(para(run(wish.annex_mark, HEI, wish=wish), wish=wish, align="left"))
    if wish.annex_blank:
        paper.blank()
    title(paper, (wish.annex_title,), line=579)
    paper.blank()
    table(paper, wish.columns, list(wish.rows) or task_rows())


__all__ = ["FANG", "HEI", "KAI", "Wish", "notice", "task_rows"]
