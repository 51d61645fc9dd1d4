"""A report comes out of any page whole, and nothing of the page with it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from zhibiao.domain import RawDocument
from zhibiao.text import clean

TITLE = "2022年临江市政府工作报告"
SUBTITLE = "——2022年1月12日在临江市第十七届人民代表大会第二次会议上"
SPEAKER = "临江市人民政府市长周明远"
BODY = [
    "各位代表:",
    "现在,我代表市人民政府向大会报告工作,请予审议,并请市政协各位委员和其他列席人员提出意见。",
    "一、2021年工作回顾",
    "过去一年,全市上下顶住多重压力,经济运行稳中有进。地区生产总值完成412.6亿元,增长8.1%;"
    "一般公共预算收入21.3亿元、增长6.4%;社会消费品零售总额增长11%左右。",
    "(一)政务服务更加便捷。政府门户网站完成改版,微信公众号关注人数突破12万,“扫一扫”办事事项达到86项,"
    "网站访问量居全省同类城市前列。",
    "(二)城乡面貌持续改善。改造老旧小区23个,新建停车泊位1800个,打印店、快递点等便民设施实现社区全覆盖。",
    "(三)群众生活稳步提高。全年民生支出占一般公共预算支出的81.6%,新建改扩建学校12所,新增学位3200个;"
    "建成村级卫生室46个、互助养老点58个,困难群众基本生活得到有效保障,群众的获得感、幸福感、安全感持续增强。",
    "各位代表!成绩来之不易,经验弥足珍贵。在此,我代表市人民政府,向全市人民,向各位人大代表、政协委员,"
    "向所有关心支持临江发展的社会各界人士,表示衷心的感谢并致以崇高的敬意!",
    "二、2022年主要任务",
    "今年的主要预期目标是:地区生产总值增长7%以上,固定资产投资增长9%,居民人均可支配收入增长7.5%左右。",
    "1.抓好项目建设。全年安排重点项目120个,完成投资180亿元以上。",
    "2.办好民生实事。新增城镇就业4200人,扩建养老床位300张。",
    "各位代表!蓝图已经绘就,奋斗正当其时。让我们团结一心、埋头苦干,为建设更加富裕、更加文明、更加美好的新临江而努力奋斗!",
]
REPORT = [TITLE, SUBTITLE, SPEAKER, *BODY]

HEADS = {
    "discuz x3 with a sign-in plugin": """
设为首页收藏本站
江南论坛
开启辅助访问
切换到窄版
登录 立即注册
论坛›时政要闻›市县动态›2022年临江市政府工作报告
返回列表
查看: 2310|回复: 14
打印 上一主题 下一主题
[市县] 2022年临江市政府工作报告 [复制链接]
雨后青山
雨后青山 当前离线
TA的每日心情
奋斗
2021-12-30 08:11
签到天数: 214 天
连续签到: 3 天
[LV.7]常住居民III
386
主题
2901
帖子
1.2万
积分
论坛元老
Rank: 8Rank: 8
积分
12034
发消息
电梯直达
楼主
发表于 2022-1-15 09:21:33 | 只看该作者 |倒序浏览 |阅读模式
本帖最后由 雨后青山 于 2022-1-15 09:30 编辑
""",
    "an old discuz": """
发新话题 回复该主题
标题: 2022年临江市政府工作报告
lzx2008
中级会员
Rank: 3Rank: 3
UID 20817
帖子 421
精华 2
积分 903
威望 15 点
金钱 2210 元
阅读权限 50
注册时间 2008-6-3
最后登录 2022-1-20
个人空间 发短消息 加为好友 当前离线
1# 大 中 小 发表于 2022-1-15 10:02 只看该作者
""",
    "a portal with an index table": """
无障碍阅读
长者模式
繁體
临江市人民政府
www.linjiang.gov.cn
首页
走进临江
新闻中心
政务公开
办事服务
互动交流
当前位置: 首页 > 政务公开 > 政府工作报告
索引号: 014032/2022-00031
信息分类: 政府工作报告
发布机构: 市政府办公室
发文日期: 2022-01-20
文号:
2022年临江市政府工作报告
发布日期: 2022-01-20 15:30  信息来源: 市政府办公室  浏览次数: 3021
字体: [ 大 中 小 ]  打印本页  关闭窗口
分享到:
微信
新浪微博
QQ空间
""",
    "a small county portal": """
欢迎访问临江市人民政府网站！今天是2022年1月20日 星期四 农历腊月十八
您现在的位置：首页 >> 公开 >> 工作报告 >> 正文
政府工作报告
来源：政府办　作者：　发布时间：2022-01-20　点击数：1208　【字体：小 大】【打印】【关闭】
""",
    "a newspaper's digital edition": """
临江日报数字报
往期回顾
返回首页
2022年01月18日 星期二
第A2版：要闻
上一版 下一版
上一篇 下一篇
放大 缩小 默认 朗读
""",
    "a WeChat page": """
2022年临江市政府工作报告（全文）
原创
临江发布
临江发布
2022-01-16 18:30
点击上方蓝字关注我们
收录于合集 #两会 12个
""",
    "a document library": """
体制内材料资源库 –请点击:www.example-docs.com材料交流群,请加微信abc123
首页 > 工作报告 > 政府工作报告
上传人:wenmi88 文档编号:2201881 上传时间:2022-02-03 格式:DOCX 页数:18 大小:42.5KB
下载 相关 举报
""",
}
TAILS = {
    "discuz x3": """
收藏
收藏2
分享
分享
淘帖
支持
支持1
反对
反对
回复
使用道具 举报
青石板
青石板 当前离线
新手上路
沙发
发表于 2022-1-15 11:40:12 | 只看该作者
谢谢楼主分享,收藏学习了。
回复 支持 反对
使用道具 举报
返回列表
您需要登录后才可以回帖 登录 | 立即注册
本版积分规则
回帖并转播
回帖后跳转到最后一页
快速回复 返回顶部 返回列表
Archiver|手机版|小黑屋|江南论坛 ( 苏ICP备05012345号 )
GMT+8, 2022-3-1 20:11 , Processed in 0.062 second(s), 21 queries .
Powered by Discuz! X3.4
© 2001-2017 Comsenz Inc.
""",
    "a portal": """
扫一扫在手机打开当前页
【打印】【关闭】
相关链接
2021年临江市政府工作报告
2020年临江市政府工作报告,全文共分三个部分,由市长在市十六届人大五次会议上所作,请点击查看。
网站地图 | 联系我们 | 网站声明
主办单位：临江市人民政府办公室　承办单位：临江市大数据中心
网站标识码：3211990001　苏ICP备05012346号　苏公网安备32110002000123号
地址：临江市人民路1号　邮编：212000
建议使用1024*768以上分辨率，IE9.0以上版本浏览器浏览
""",
    "a newspaper": """
（下转第三版）
上一篇 下一篇
本版新闻
关于临江市2021年国民经济和社会发展计划执行情况的报告
版权所有 临江日报社 未经授权不得转载
""",
    "a WeChat page": """
来源 | 临江市政府办公室
编辑 | 小林
审核 | 老周
END
往期推荐
市两会今日开幕
一图读懂政府工作报告
长按识别二维码关注“临江发布”
阅读 1.3万
点赞 在看 分享
预览时标签不可点
微信扫一扫
关注该公众号
""",
    "a note on copyright": """
（责任编辑：王小林）
声明：本文转自临江日报，仅供学习交流，版权归原作者所有，如有侵权请联系我们删除。
上一篇：市委经济工作会议召开
下一篇：没有了
""",
}
CHROME = re.compile(
    r"签到|复制链接|积分|只看该作者|楼主|登录|注册|ICP|Powered|Rank|当前位置|现在的位置|分享到|打印本页"
    r"|浏览次数|点击数|索引号|发布机构|版权|责任编辑|往期|二维码关注|预览时|上一篇|下一篇|欢迎访问|数字报|蓝字"
    r"|网站标识码|原创|加微信|文档编号|阅读模式|本帖最后|UID|长者模式|放大|下转|Comsenz|谢谢楼主|在看"
)


def cleaned(text: str) -> list[str]:
    document = RawDocument(name="a.txt", part=0, text=text, media_type="text/plain")
    return clean(document).text.split("\n")


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("head", HEADS)
def test_the_report_comes_out_of_the_page_whole_and_alone(head: str, tail: str) -> None:
    page = HEADS[head] + "\n".join(REPORT) + "\n" + TAILS[tail]

    lines = cleaned(page)

    start = lines.index(SUBTITLE)
    assert lines[start:] == REPORT[1:]
    assert TITLE in lines[:start] or "政府工作报告" in lines[:start]
    assert not [line for line in lines[:start] if CHROME.search(line)]


@pytest.mark.parametrize("head", HEADS)
def test_paragraphs_set_apart_by_empty_lines_and_indented_come_out_the_same(head: str) -> None:
    page = HEADS[head] + "\n\n".join("　　" + line for line in REPORT) + TAILS["a portal"]

    lines = cleaned(page)

    assert lines[lines.index(SUBTITLE) :] == REPORT[1:]


def by_characters(length: int) -> Callable[[str], list[str]]:
    return lambda text: [text[at : at + length] for at in range(0, len(text), length)]


def by_columns(columns: int) -> Callable[[str], list[str]]:
    def wrap(text: str) -> list[str]:
        lines, width = [""], 0
        for character in text:
            width += 1 if character.isascii() else 2
            if width > columns and character not in ",。、;:!”)%":
                lines.append("")
                width = 1 if character.isascii() else 2
            lines[-1] += character
        return lines

    return wrap


@pytest.mark.parametrize(
    "wrap", [by_characters(24), by_characters(31), by_columns(44), by_columns(60), by_columns(76)]
)
@pytest.mark.parametrize("indent", ["", "    "])
def test_hard_wrapped_lines_are_joined_again(wrap: Callable[[str], list[str]], indent: str) -> None:
    wrapped = [indent + line for paragraph in REPORT for line in wrap(paragraph)]
    page = HEADS["discuz x3 with a sign-in plugin"] + "\n".join(wrapped) + TAILS["discuz x3"]

    text = "\n".join(cleaned(page))

    for paragraph in BODY:
        for sentence in re.findall(r"[^。;:!]+[。;:!]?", paragraph):
            assert sentence in text
    assert not CHROME.search(text.split(SUBTITLE)[0])


def test_a_floor_that_goes_on_with_the_report_is_kept() -> None:
    half = REPORT.index("二、2022年主要任务")
    between = """
回复
使用道具 举报
雨后青山
386
主题
2901
帖子
论坛元老
Rank: 8Rank: 8
板凳
楼主| 发表于 2022-1-15 09:25:10 | 只看该作者
"""
    page = "\n".join(REPORT[:half]) + between + "\n".join(REPORT[half:]) + TAILS["discuz x3"]

    lines = cleaned(page)

    assert lines == REPORT


def test_a_page_that_stands_on_one_line_loses_its_head_and_its_tail() -> None:
    head = (
        "首页 > 政务公开 > 政府工作报告 2022年临江市政府工作报告 "
        "发布日期：2022-01-20 来源：市政府办 浏览次数：3021 字体：[大 中 小] "
        "——2022 年1 月12 日在临江市第十七届人民代表大会第二次会议上 临江市人民政府市长 周 远 "
    )
    tail = " 【打印】 【关闭】 上一篇：没有了 主办：临江市人民政府 苏ICP备05012345号"

    # Three years' words: a page that prints one body three times is told otherwise.
    body = [line.replace("2", year) for year in ("2", "3", "4") for line in BODY]
    lines = cleaned(head + "".join(body) + tail)

    assert lines[:3] == [TITLE, SUBTITLE, "临江市人民政府市长周远"]
    assert "".join(lines[3:]) == "".join(body)


def test_the_full_title_stays_where_the_page_repeats_a_bare_one() -> None:
    page = (
        "首页 > 公开\n2022年临江市政府工作报告\n发布日期：2022-01-20\n政府工作报告\n"
        + "\n".join(BODY)
    )

    assert cleaned(page) == ["2022年临江市政府工作报告", "政府工作报告", *BODY]


def test_the_pages_lines_between_a_lead_and_the_report_go() -> None:
    lead = "1月12日上午，临江市第十七届人民代表大会第二次会议隆重开幕，市长周明远作政府工作报告。"
    page = "\n".join([TITLE, lead, "来源：临江日报", "编辑：小林", *BODY])

    assert cleaned(page) == [TITLE, lead, *BODY]
