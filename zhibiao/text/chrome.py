"""What sites print around a text: words that mark a line as no part of the report.

The lists name what forums (Discuz and its kin), government portals, newspapers' digital
editions, WeChat pages and document libraries print, by kind. A word counts only in a short line,
and the weaker words only outside the body: see `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final


def _any(*words: str) -> str:
    return "|".join(words)


# Lines that no report contains, wherever they stand.
_SURE = _any(
    # forums
    r"签到天数",
    r"复制链接",
    r"快速回复",
    r"返回列表",
    r"返回顶部",
    r"回到顶部",
    r"每日心情",
    r"以坛为家",
    r"\[LV\.",
    r"Rank: ?\d",
    r"阅读模式",
    r"显示全部楼层",
    r"只看(?:该作者|楼主|大图)",
    r"倒序浏览",
    r"正序浏览",
    r"电梯直达",
    r"跳转到指定楼层",
    r"使用道具",
    r"本帖最后由",
    r"本帖被.{0,20}(?:设置|加入|执行)",
    r"(?:您|你)(?:需要|必须|还?未|还?没有?)登[录陆]",
    r"登[录陆]后(?:才|即|方)?可",
    r"(?:登[录陆]|注册)[ |]+(?:立即)?(?:登[录陆]|注册)",
    r"积分规则",
    r"高级模式",
    r"小黑屋",
    r"Archiver",
    r"Powered by",
    r"Comsenz",
    r"Discuz",
    r"GMT ?\+ ?8",
    r"查看: ?\d+",
    r"^楼主$",
    r"加好友",
    r"收听TA",
    r"发(?:消息|短消息)$",
    r"设为首页",
    r"收藏本[站页]",
    r"加入收藏",
    r"下载附件",
    r"保存到相册",
    r"点击文件名下载",
    r"下载次数",
    # portals
    r"人民政府(?:门户)?网站?|门户网站(?:欢迎|首页|$)",
    r"欢迎(?:您|你)?(?:的)?(?:访问|光临|来到|登[录陆]|进入|使用)",
    r"ICP ?[备证]",
    r"公网?安备",
    r"网站标识码",
    r"政府网站找错",
    r"网站地图",
    r"无障碍(?:阅读|浏览|模式|版)",
    r"长者(?:模式|版|专区)|适老化?(?:模式|版)|关怀版|老年版",
    r"(?:当前|所在|您的|你的|现在的?)位置",
    r"您(?:现在)?(?:所在|的位置)",
    r"扫一扫",
    r"扫码(?:关注|阅读|分享|查看)",
    r"分享(?:到|至)",
    r"打印(?:本[页文]|此[页文]|页面)|【打印|\[打印",
    r"关闭(?:窗口|本页|页面|此页)|【关闭|\[关闭",
    r"字[号体][:： ]",
    r"浏览(?:次数|量)|点击(?:次数|量|数)|访问(?:次数|量)|阅读(?:次数|量|数)[:： ]",
    r"版权所有|版权声明|Copyright|©|All [Rr]ights [Rr]eserved",
    r"违法和?不良信息|举报(?:电话|邮箱)",
    r"网站(?:声明|支持|维护|管理)[:：]|免责声明",
    r"技术支持[:：]|建议使用.{0,20}(?:分辨率|浏览器)|(?:IE|浏览器).{0,12}(?:版本|以上)",
    r"索引号[:： ]|信息分类[:： ]|发文(?:日期|机关|单位)[:： ]|公开(?:方式|日期|时限)[:： ]",
    # newspapers
    r"上一[篇版期]|下一[篇版期]",
    r"版面(?:导航|目录|概览)|标题导航|本版(?:新闻|标题|导航)",
    r"往期回顾|数字报(?:纸|首页)|电子报",
    r"放大 ?.{0,3}缩小|缩小 ?.{0,3}放大",
    # WeChat and other apps
    r"阅读原文|轻触|轻点两下|向上滑动|预览时标签不可点|长按.{0,6}(?:识别|扫|关注)",
    r"关注(?:我们|该公众号|公众号|微信)|蓝字|微信公众号|微信号[:： ]|收录于(?:合集|专辑)",
    r"赞.{0,3}在看|点(?:个)?赞.{0,4}(?:在看|转发|收藏)|往期(?:推荐|精彩)|喜欢作者",
    r"加微信|微信群|材料交流群|免费资料|资料(?:库|下载)|公文(?:网|写作网)|文秘",
    # lists of other articles
    r"(?:相关|推荐|热门|热点|延伸|更多)(?:阅读|推荐|新闻"
    r"|文章|链接|稿件|资讯|内容|附件|信息|主题|帖子)",
    r"猜你喜欢|为您推荐|最新评论|网友评论|发表评论|我要评论|我来说两句|文明上网|跟帖",
    # wikis
    r"Public domain|公有领域|公有領域|维基文库|維基文庫|编辑章节|姊妹计划|姊妹計劃",
)

# Lines that mean chrome only at the head or the tail of a page, or in a run of their kind.
_LIKELY = _any(
    r"^(?:首页|主页|网站首页|导航|登[录陆]|注册|退出|搜索"
    r"|检索|更多|举报|评分|收藏|转发|点赞|回复|支持|反对)\b",
    r"^(?:分享|打印|关闭|返回|繁體|繁体|简体|English"
    r"|EN|微信|微博|新浪微博|腾讯微博|QQ空间|客服中心)\b",
    r"^(?:主题|帖子|精华|威望|金钱|金币|贡献|积分|魅力"
    r"|好友|记录|日志|相册|版主|管理员|会员|新手上路)\b",
    r"^(?:[大中小][ |/]*){2,3}$|^(?:默认|大|中|小|放大|缩小|朗读|播报|听新闻|语音播报)$",
    r"^(?:UID|在线时间|注册时间|最后登录|阅读权限|帖子|精华|TA的)",
    r"^(?:开心|郁闷|擦汗|慵懒|奋斗|难过|无聊)$",
    r"^\d+ ?(?:小时|分钟|天|秒)前|^(?:昨天|前天|刚刚|半小时前)(?: ?\d|$)",
    r"发表于|发布于|编辑于|上传于|回帖|楼主|沙发|板凳|地板|^\d+ ?[#楼]$",
    r"(?:发布|更新|发表|成文|印发|生成|上传|公开|刊登|报道)(?:时间|日期|机构|单位|人|者)[:： ]",
    r"(?:信息|文章|稿件|内容|文字|新闻|图片)?(?:来源|出处)[:： |｜丨]|^来源$",
    r"(?:责任|值班|本版|执行|网络|美术|文字)?(?:编辑|主编|校对"
    r"|审核|编审|监制|编校|统筹|初审|复审|终审)[:： |｜丨]",
    r"^(?:作者|记者|通讯员|撰稿|供稿|录入|摄影|制图|图片?|文|文/|图/|发布人)[:： |｜丨/]",
    # A line of its own; behind a short lead goes on the text: 本报讯 昨日，市长作政府工作报告。
    r"(?:本报讯|本报记者|通讯员)(?![^。]{0,60}[，,。][^。]{8})",
    r"主办(?:单位)?[:： ]|承办(?:单位)?[:： ]|协办[:： ]",
    r"维护(?:单位)?[:： ]|地址[:： ]|邮编[:： ]|邮政编码",
    r"联系(?:电话|方式|我们|地址)|(?:咨询|值班|服务|监督|投诉)(?:电话|热线)",
    r"传真[:： ]|电话[:： ]|E-?mail|邮箱",
    r"关于我们|网站声明|隐私|使用帮助|站点地图|友情链接",
    r"法律声明|政务微博|政务微信|客户端|手机版|移动版|小程序",
    r"在线(?:咨询|客服|时间)|周[一二三四五六日][~至—-]|^\d{1,2}:\d{2}[-~—]\d{1,2}:\d{2}$",
    r"今天是|^星期[一二三四五六日天]|天气",
    r"点击[:：]|浏览[:：]|阅读[:：]|人气[:：]|评论[:：]",
    r"热度[:：]|次浏览|次阅读|人阅读|^阅读 ?[\d.]+",
    r"https?://|www\.|\.(?:com|cn|net|org|gov)\b",
    r"^(?:原创|END|end|The End)$|二维码|公众号",
    r"第 ?[A-Z]?\d{1,3} ?版|^[A-Z]?\d{1,2}版|^(?:要闻|时政|头版|综合|专版|特刊)[:： ]?",
    r"^(?:上传|下载|附件|图片|缩略图|图集)",
    r"^[【\[]?(?:内容|文章|正文|新闻|本文)?(?:摘要|提要|导读|简介)[】\]]?[:：]?$|^[【\[]?核心提示[】\]]?[:：]?$",
    r"\.(?:docx?|pdf|jpe?g|png|xlsx?|rar|zip)\b|[\d.]+ ?[KM]B\b",
    r"[^ ]{1,10} ?(?:>|›|»|＞|→|>>) ?[^ ]",
    r"本作品|^《?中华人民共和国著作权法》?|^(?:true|false)$",
    r"^标 ?题[:： ]|^名 ?称[:： ]|^文 ?号[:： ]",
    r"^主题(?:词|分类)[:： ]|^有效性[:： ]|^体裁[:： ]|^时效[:： ]",
)

SURE: Final = re.compile(_SURE, re.IGNORECASE)
LIKELY: Final = re.compile(_LIKELY)

# From such a line on, what follows is the page's and no longer the report's.
TAIL: Final = re.compile(
    r"本作品(?:是|在|最初|以)|(?:您|你)(?:需要|必须)登[录陆]后"
    r"|[【\[（(]?(?:相关|推荐|热门|热点|延伸|更多)(?:阅读|推荐|新闻|文章|链接|稿件|资讯|内容|信息)"
    r"|上一篇|下一篇|猜你喜欢|为您推荐|网友评论|最新评论|往期(?:推荐|精彩)|发表评论"
    r"|[（(【\[]?(?:责任)?编辑[:： |｜丨]|版权(?:声明|所有)|免责声明"
    r"|(?:This work|此作品)"
)

# 下转第三版, 上接A1版: where a newspaper's print goes on, and where it comes from.
_NUMBER_OF_SHEET: Final = r"(?:[A-Z]?\d{1,2}|[A-Z]?[一二三四五六七八九十]{1,3})"
_SHEET: Final = rf" ?第? ?(?:{_NUMBER_OF_SHEET} ?[版页頁]|[A-Z]\d{{1,2}}(?!\d))"
_ON: Final = r"[下紧緊] ?[转轉]|下 ?接"
_FROM: Final = r"[上紧緊] ?接|上 ?[转轉]"
_GOES_ON: Final = re.compile(rf"(?:{_ON}|[（(【\[] ?[转轉]){_SHEET}")
_COMES_FROM: Final = re.compile(rf"(?:{_FROM}|[（(【\[] ?接){_SHEET}")
# What every such mark holds behind its first character and perhaps a blank. Each pattern begins
# with a plain character, so that it is fast.
_SIGNS_OF_SHEETS: Final = tuple(
    re.compile(rf"{sign} ?第? ?[A-Z\d一二三四五六七八九十]") for sign in "转轉接"
)
CONTINUED: Final = (
    rf"[（(【\[] ?(?:{_ON}|{_FROM}|[接转轉])(?:{_SHEET}| ?第? ?{_NUMBER_OF_SHEET})"
    r"[^（()）。\n]{0,8}[）)】\]]"
)

# A line inside the body that is a page's, not the text's, even inside a wrapped paragraph.
PAGE_MARK: Final = re.compile(
    r"[-—–－·\s]+\d{1,3}[-—–－·\s]+"  # - 3 -
    r"|第 ?\d{1,3} ?页(?:[ ,，/]*[（(]?共 ?\d{1,3} ?页[）)]?)?"
    r"|(?:Page )?\d{1,3} ?(?:/|of) ?\d{1,3}(?: ?页)?"
    r"|[（(【\[]?(?:本文|全文)?共 ?\d{1,3} ?页[）)】\]]?.{0,20}"
    rf"|{CONTINUED}|(?:{_ON}|{_FROM}){_SHEET}"
    r"|[（(](?:未完待续|全文完|完)[）)]|未完待续"
    r"|[-=_*~—─━＿～.·…☆★◆◇■□●○\s]{3,}"  # rules
    r"|\|?(?: ?:?-{2,}:? ?\|?)+"  # the rule under a Markdown table's head
    r"|!\[[^\]]*\]\([^)]*\)"
)

# A picture's caption, on a line of its own.
CAPTION: Final = re.compile(
    r"[（(▲△▼↑↓■]?(?:图为|上图|下图|右图|左图|题图|配图|资料图片?|图片[:：]).{0,60}"
    r"|.{0,40}(?:记者|通讯员) ?.{0,14}[ /／]?摄(?:影报道)?[）)]?"
    r"|[（(]?[\u4e00-\u9fff]{2,4}[ /／]摄[）)]?"
)

_LEADER = re.compile(r"(?:[.．·…‥。]{3,}|[-—_]{6,}| {4,}|\t)\s*\d{1,3}\s*$")


def is_contents_line(line: str) -> bool:
    """Is it an entry of a table of contents: a heading, a leader, a page number?"""
    return len(line) < 120 and _LEADER.search(line) is not None


def sheet_marks(text: str) -> Iterator[tuple[int, bool]]:
    """Where a text says that it goes on on another sheet (True), or comes from one (False)."""
    for pattern in _SIGNS_OF_SHEETS:
        for sign in pattern.finditer(text):
            for start in range(max(sign.start() - 2, 0), sign.start()):
                if _GOES_ON.match(text, start):
                    yield start, True
                elif _COMES_FROM.match(text, start):
                    yield start, False
