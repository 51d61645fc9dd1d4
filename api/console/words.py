"""The API's words as people read them, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from zhibiao.analysis.labels import Language

# By kind, since `read` is a stage and `running` both a state and a run's status.
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "state": {
        "pending": ("waiting", "等待"),
        "running": ("being worked on", "处理中"),
        "done": ("done", "完成"),
        "failed": ("failed", "失败"),
        "quarantined": ("set aside", "隔离"),
        "duplicate": ("duplicate", "重复"),
        "cancelled": ("cancelled", "已取消"),
    },
    "run": {
        "receiving": ("being received", "接收中"),
        "running": ("running", "进行中"),
        "paused": ("paused", "已暂停"),
        "cancelling": ("being cancelled", "取消中"),
        "cancelled": ("cancelled", "已取消"),
        "finished": ("finished", "已结束"),
    },
    "kind": {"submission": ("submission", "提交"), "reprocessing": ("reprocessing", "重新处理")},
    "stage": {
        "read": ("read", "读取"),
        "clean": ("clean", "清洗"),
        "segment": ("segment", "分词"),
        "extract": ("extract", "提取"),
    },
    "difference": {
        "indicator": ("indicator", "指标"),
        "measure": ("measure", "度量"),
        "value": ("value", "数值"),
        "value_high": ("upper value", "数值上端"),
        "unit": ("unit", "单位"),
        "bound": ("bound", "界限"),
        "status": ("target or outturn", "目标或实绩"),
        "period_start": ("first year", "起始年"),
        "period_end": ("last year", "截止年"),
        "scope": ("of whom", "范围"),
        "base_value": ("base", "基数"),
        "base_unit": ("unit of the base", "基数单位"),
        "tone": ("tone", "语气"),
        "stretch": ("stretch target", "争取目标"),
        "flags": ("flags", "标记"),
        "subject": ("name in the text", "原文名称"),
        "evidence": ("words", "原文"),
    },
    "input": {
        "code": ("code", "代码"),
        "gazetteer": ("gazetteer", "地名表"),
        "own phrases": ("phrases of heads and speakers", "标题和报告人用语"),
        "segmenter": ("segmenter", "分词器"),
        "policy terms": ("policy terms", "政策词语"),
        "user dictionary": ("user dictionary", "用户词典"),
        "catalogue": ("catalogue", "指标目录"),
        "user catalogue": ("user catalogue", "用户的指标目录"),
        "word classes": ("word classes", "词类"),
        "outline": ("outline", "提纲规则"),
        "missing": ("no output yet", "尚无结果"),
        "asked for": ("asked for", "按要求重做"),
        "unknown": ("made of what nobody noted", "旧版本未留记录"),
    },
    "left alone": {
        "vanished from its file": ("gone from their file", "文件中已不存在"),
        "never stored": ("refused as it came", "提交时已拒收"),
        "in flight": ("being worked on", "正在处理"),
        "duplicate": ("duplicates", "重复"),
        "quarantined under this version": (
            "set aside by these very rules",
            "按当前规则已隔离",
        ),
        "cancelled": ("cancelled", "已取消"),
    },
    "measure": {
        "level": ("level", "水平值"),
        "growth": ("growth", "增速"),
        "average_growth": ("average growth", "年均增速"),
        "change": ("change", "增减量"),
        "ratio": ("multiple", "倍数"),
    },
    "status": {"actual": ("outturn", "实绩"), "target": ("target", "目标")},
    "section": {
        "opening": ("opening", "开头"),
        "review": ("review", "回顾"),
        "review of a term": ("review of a term", "任期回顾"),
        "plan": ("plan", "安排"),
        "plan of a term": ("plan of a term", "多年规划"),
        "problems": ("problems", "问题"),
        "attachment": ("attachment", "附件"),
        "explanation of terms": ("explanation of terms", "名词解释"),
    },
    "scope of access": {
        "read": ("read", "查看"),
        "submit": ("submit", "提交"),
        "correct": ("correct", "更正"),
        "reprocess": ("reprocess", "重新处理"),
        "admin": ("everything", "一切"),
    },
    "action": {
        "log in": ("log in", "登录"),
        "submit": ("submit", "提交"),
        "cancel": ("cancel", "取消"),
        "pause": ("pause", "暂停"),
        "resume": ("resume", "继续"),
        "move": ("move a run", "操作批次"),
        "retry": ("retry", "重试"),
        "delete": ("delete", "删除"),
        "prune": ("prune", "清理旧结果"),
        "correct": ("correct", "更正"),
        "reprocess": ("reprocess", "重新处理"),
        "roll back": ("roll back", "恢复旧结果"),
        "export": ("export", "导出"),
        "create user": ("create a user", "创建用户"),
        "rotate user": ("change a password", "更换密码"),
        "revoke user": ("revoke a user", "撤销用户"),
        "create key": ("create a key", "创建密钥"),
        "rotate key": ("rotate a key", "更换密钥"),
        "revoke key": ("revoke a key", "撤销密钥"),
        "create user or key": ("create a user or key", "创建用户或密钥"),
        "change user or key": ("change a user or key", "更改用户或密钥"),
        "use Flower": ("use Flower", "使用 Flower"),
    },
    "scope": {"region": ("the region", "本地区"), "part": ("a part, or another", "局部或他方")},
    "bound": {
        "eq": ("", ""),
        "ge": ("at least", "以上"),
        "le": ("at most", "以内"),
        "approx": ("about", "左右"),
    },
    "field": {
        "title": ("Title", "标题"),
        "region": ("Region", "地区"),
        "region_code": ("Region code", "地区代码"),
        "province": ("Province", "省份"),
        "level": ("Level", "层级"),
        "year": ("Year delivered", "报告年份"),
        "review_year": ("Year reviewed", "回顾年份"),
        "speaker": ("Speaker", "报告人"),
        "delivered_on": ("Delivered on", "报告日期"),
        "meeting": ("Meeting", "会议"),
        "partial": ("Excerpt", "节选"),
    },
    "doubt": {
        "modified_name": ("an unknown word stands before the name", "名称前有未知的词"),
        "unknown_words": ("unknown words between name and number", "名称与数字之间有未知的词"),
        "earlier_clause": ("the name stands in an earlier clause", "名称在前一分句"),
        "follows_doubt": ("goes on about a doubtful name", "承接存疑的名称"),
        "measure_guessed": ("total or new: not said", "未说明是总量还是新增"),
        "years_counted": ("the span's years were counted", "起止年份由推算得出"),
        "years_inferred": ("the year comes from the section", "年份由上下文推断"),
        "mangled_digits": ("letters stand for digits", "数字中混有字母"),
        "implausible": ("outside the plausible range", "超出合理范围"),
        "conflict": ("the report states another value too", "报告中另有不同数值"),
    },
    "level": {
        "nation": ("nation", "国家"),
        "province": ("province", "省级"),
        "prefecture": ("prefecture", "地级"),
        "county": ("county", "县级"),
    },
    "decided by": {
        "corrected": ("corrected by hand", "人工更正"),
        "given": ("given at submission", "提交时给定"),
        "given year": ("the year given", "给定的年份"),
        "title": ("the title", "标题"),
        "meeting": ("the meeting", "会议"),
        "introduction": ("the introduction", "开头"),
        "speaker": ("the speaker", "报告人"),
        "front matter": ("the lines before the text", "正文前各行"),
        "issuer": ("the issuer", "发布机关"),
        "page title": ("the page's title", "网页标题"),
        "file name": ("the file name", "文件名"),
        "folder": ("the folder", "文件夹"),
        "headings": ("the headings", "小标题"),
        "sentences": ("the sentences", "句子"),
        "page": ("the page", "网页"),
        "text": ("the text", "正文"),
    },
    "set aside": {
        "part": ("of a part, or of another", "局部或他方的数值"),
        "part_of_year": ("of a part of the year", "仅部分时段的数值"),
        "uncertain_year": ("its year is uncertain", "年份不确定"),
        "wider": ("of more than the indicator is of", "口径比指标宽"),
        "implausible": ("outside the plausible range", "超出合理范围"),
        "stretch_only": ("only striven for", "仅为力争目标"),
    },
    "correction": {
        "right": ("right", "正确"),
        "wrong": ("wrong", "错误"),
        "edited": ("edited", "已修改"),
        "added": ("added", "补充"),
    },
    "part": {
        "database": ("Database", "数据库"),
        "broker": ("Broker", "消息队列"),
        "workers": ("Workers", "工作进程"),
        "messages": ("Messages", "消息"),
        "flower": ("Flower", "Flower"),
    },
}

# Why a part of the service is not well; in English it says so itself.
MISSING_PARTS: Mapping[str, str] = {
    "database": "数据库没有应答，或其结构与本版本不符；原因见日志。",
    "broker": "消息队列没有应答，或拒绝写入；原因见日志。",
    "workers": "没有工作进程应答：没有启动，或全部忙碌。",
    "messages": "有文档的消息丢失，稍后会重新发送；数据库或消息队列没有应答时无法得知。",
    "flower": "尚未收到事件。",
}

# Fields of forms, in Chinese; in English a message names them as the API does.
FIELDS: Mapping[str, str] = {
    "name": "名称",
    "password": "密码",
    "scopes": "权限",
    "expires_days": "有效天数",
    "user": "所属用户",
    "kind": "操作",
    "observation": "观测值",
    "indicator": "指标",
    "measure": "度量",
    "value": "数值",
    "value_high": "区间上限",
    "unit": "单位",
    "bound": "边界",
    "status": "目标或实绩",
    "period_start": "起始年",
    "period_end": "截止年",
    "scope": "范围",
    "start": "位置",
    "end": "位置",
    "evidence": "原文",
}

# What to do about an error, where there is more to do than to retry.
ADVICE: Mapping[str, tuple[str, str]] = {
    "empty": ("The file is empty: submit it again.", "文件为空，请重新提交。"),
    "unsupported_format": (
        "Save it as PDF, Word, HTML or text and submit it again.",
        "请另存为 PDF、Word、HTML 或文本后重新提交。",
    ),
    "undecodable": (
        "Fetch it again, or save it as UTF-8 or GB 18030 text, and submit it again.",
        "请重新下载，或另存为 UTF-8 或 GB 18030 编码的文本，然后重新提交。",
    ),
    "broken_file": (
        "Open it where it came from, save it anew and submit it again.",
        "请在原来的程序中打开、重新保存后再提交。",
    ),
    "unreadable": (
        "Open it where it came from, save it anew and submit it again.",
        "请在原来的程序中打开、重新保存后再提交。",
    ),
    "limit_exceeded": ("Split the file and submit the parts.", "请拆分文件后分别提交。"),
}
ANY_ADVICE = (
    "Retry; if it fails again, look at the message.",
    "请重试；若仍失败，请查看错误信息。",
)


def word(language: Language, kind: str, value: object) -> str:
    """What a value is called; the value itself where it has no other name."""
    names = WORDS[kind].get(str(value))
    if names is None:
        return str(value)
    return names[language == "zh"]
