"""Web door: words of people and of what they do, in both languages."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from service.errors import Text

ROLE_NAMES = {
    "administrator": Text("管理员", "Administrator"),
    "clerk": Text("经办人", "Clerk"),
    "reviewer": Text("审阅人", "Reviewer"),
}
POST_NAMES = {
    "team_leader": Text("班子主要负责人", "Team leader"),
    "branch_secretary": Text("支部书记", "Branch secretary"),
}
ACTIONS = {
    "bundle_made": Text("生成材料包", "had a bundle made"),
    "filed": Text("报送或归档", "submitted or archived a bundle"),
    "sent_back": Text("登记退回", "noted that a submission came back"),
    "upload_added": Text("放入上传材料", "put a file into a bundle"),
    "upload_removed": Text("拿掉上传材料", "took a file out of a bundle"),
    "sign_in": Text("登录", "signed in"),
    "sign_in_refused": Text("登录被拒", "sign-in refused"),
    "sign_out": Text("退出", "signed out"),
    "user_added": Text("添加用户", "added a user"),
    "user_changed": Text("修改用户", "changed a user"),
    "user_disabled": Text("停用用户", "disabled a user"),
    "user_enabled": Text("恢复用户", "let a user back in"),
    "link_made": Text("发出设密码链接", "made a link for a password"),
    "first_link_made": Text("发出首位管理员链接", "made the first administrator's link"),
    "password_set": Text("设定密码", "set a password"),
    "token_made": Text("生成接口令牌", "made an API token"),
    "token_revoked": Text("撤销接口令牌", "revoked an API token"),
    "password_changed": Text("修改密码", "changed the password"),
    "activity_created": Text("新建活动", "began an activity"),
    "activity_saved": Text("修改活动档案", "changed an activity's profile"),
    "activity_copied": Text("复制活动", "copied an activity"),
    "activity_closed": Text("结束活动", "closed an activity"),
    "activity_reopened": Text("重新打开活动", "opened an activity again"),
    "ledger_taken_over": Text("接入整改方案", "took a plan over into the ledger"),
    "ledger_sheet_taken": Text("接收台账表", "took a sheet into the ledger"),
    "task_saved": Text("更新台账任务", "updated a task of the ledger"),
    "kind_added": Text("启用新的文书种类", "put a new kind into service"),
    "document_created": Text("新建文书", "began a document"),
    "document_handed_over": Text("转交文书", "handed a document over"),
    "papers_given": Text("把文书交给", "gave papers to"),
    "papers_taken": Text("转走全部文书", "took all papers from"),
    "draft_saved": Text("修改草稿", "changed a draft"),
    "version_made": Text("生成文书", "made a version"),
    "word_returned": Text("传回改过的 Word 文件", "sent in an edited Word file"),
    "opinion_given": Text("写审阅意见", "gave an opinion"),
    "opinion_noted": Text("登记书面审阅意见", "typed in an opinion"),
    "document_drafted": Text("退回草稿", "went back to the draft"),
    "document_in_review": Text("送审", "sent a document to review"),
    "document_to_revise": Text("退回修改", "sent a document back for revision"),
    "document_final": Text("定稿", "made a document final"),
    "document_issued": Text("签发", "noted a document as issued"),
    "document_sealed": Text("用印", "noted a document as sealed"),
    "document_scanned": Text("登记扫描件", "noted a document's scan"),
    "document_submitted": Text("报送", "submitted a document"),
    "number_given": Text("编发文字号", "gave out a document number"),
    "number_described": Text("按文书更正登记", "corrected the register by the paper"),
    "number_void": Text("作废发文字号", "made a document number void"),
    "gap_explained": Text("说明空号", "said why a document number was not given"),
}
"""Every action that the audit trail knows; a test compares it with the code."""


OBJECT_NAMES = {
    "user": Text("用户", "User"),
    "activity": Text("活动", "Activity"),
    "submission": Text("报送", "Submission"),
    "document": Text("文书", "Document"),
    "token": Text("接口令牌", "API token"),
    "kind": Text("文书种类", "Document kind"),
    "register": Text("发文登记", "Register entry"),
}
"""What it was done to; that a test compares with the code too."""


def init_people_words(app: Flask) -> None:
    """Hands the tables to the templates."""
    app.jinja_env.globals.update(
        ROLE_NAMES=ROLE_NAMES,
        POST_NAMES=POST_NAMES,
        ACTIONS=ACTIONS,
        OBJECT_NAMES=OBJECT_NAMES,
        moment_of=moment_of,
    )


def moment_of(at: str) -> str:
    """ISO text as local time, `2026-11-22 14:05:07`; a text that somebody spoilt as it is."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return at
