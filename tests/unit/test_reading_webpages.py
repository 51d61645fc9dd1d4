"""Reports out of the pages around them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest
from cpu_time import cpu_seconds

from zhibiao.domain import RawDocument
from zhibiao.errors import EmptySource, LimitExceeded
from zhibiao.reading import read, tags

PARAGRAPHS = [
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议。",
    "一、2022年工作回顾",
] + [
    f"全年完成生产总值{300 + n}.5亿元，增长6.{n % 9}%；新增城镇就业{n * 7 + 40}人。"
    for n in range(12)
]
BODY = "".join(f'<p style="text-indent:2em">{line}</p>\n' for line in PARAGRAPHS)
TITLE = "2023年清河县政府工作报告"


def only(page: str, encoding: str = "utf-8") -> RawDocument:
    (document,) = read(page.encode(encoding), "page.html")
    assert document.media_type == "text/html"
    return document


def test_a_portal_page_gives_headline_date_and_report_without_its_chrome() -> None:
    links = "".join(
        f"<li><a>{year}年清河县政府工作报告，请点击</a></li>" for year in range(2005, 2023)
    )
    document = only(
        f"""<!DOCTYPE html><html><head><title>政府工作报告_清河县人民政府</title>
        <meta name="ArticleTitle" content="{TITLE}"><script>var a = "<p>一、二、三。</p>";</script>
        <style>p {{ color: red }}</style></head><body>
        <div class="top"><a>首页</a><a>政务公开</a>今天是星期一，欢迎访问清河县人民政府网！</div>
        <div>当前位置：<a>首页</a>&gt;<a>政务公开</a></div>
        <div class="main"><ul>{links}</ul><div class="article"><h1>{TITLE}</h1>
        <div>发布日期：2023-01-12 来源：县政府办公室</div><div id="zoom">{BODY}</div></div>
        <div>分享到：<a>微信</a><a>微博</a></div></div>
        <div class="footer">主办：清河县人民政府办公室，承办：县大数据局，备案号：冀ICP备0号。</div>
        </body></html>"""
    )
    lines = [TITLE, "发布日期：2023-01-12 来源：县政府办公室", *PARAGRAPHS]
    assert document.text == "\n".join(lines)
    assert document.title == f"{TITLE} - 政府工作报告_清河县人民政府"


def test_a_forum_thread_gives_its_first_post_without_the_hidden_noise() -> None:
    noise = '<font class="jammer">8 k2 u! d</font><span style="display:none">q。，</span>'
    first = "<br/>\n".join(f"&nbsp;&nbsp;{line}{noise}" for line in PARAGRAPHS)
    posts = "".join(
        f'<div id="post_{n}"><table><tr><td class="pls">用户{n}，积分{n}00，签到天数：{n} 天</td>'
        f'<td class="plc"><div class="t_fsz"><table><tr><td class="t_f">{post}</td></tr></table>'
        f"</div></td></tr></table></div>"
        for n, post in enumerate(
            [first, "顶一下，谢谢楼主分享，收藏了！", "好资料，写材料用得上，谢谢。"]
        )
    )
    document = only(
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gbk">'
        f"<title>[江苏] {TITLE} - 某论坛</title></head><body><div><a>设为首页</a></div>"
        f'<h1><span id="thread_subject">{TITLE}</span></h1><div id="postlist">{posts}</div>'
        '<div id="f_pst"><textarea>快速回复</textarea>您需要登录后才可以回帖。</div></body></html>',
        "gbk",
    )
    assert document.text.replace("\xa0", "").split("\n") == PARAGRAPHS
    assert document.title == f"[江苏] {TITLE} - 某论坛"


def test_an_article_that_a_script_unfolds_is_kept() -> None:
    document = only(
        f"<html><body><div id='js_content' style='visibility: hidden;'>{BODY}</div>"
        "<p>预览时标签不可点，微信扫一扫关注该公众号。</p></body></html>"
    )
    assert document.text == "\n".join(PARAGRAPHS)


def test_tables_and_line_breaks_keep_their_words_apart() -> None:
    document = only(
        f"<html><body><div>{BODY}<table><tr><td>指标</td><td>增长，%</td></tr>"
        "<tr><td>财政收入，亿元</td><td>8</td></tr></table>甲，<br>乙。</div></body></html>"
    )
    tail = document.text.split("\n")[-4:]
    assert tail == ["指标\t增长，%", "财政收入，亿元\t8", "甲，", "乙。"]


def test_a_source_line_wrapped_within_a_word_is_one_word() -> None:
    document = only(
        f"<html><body>{BODY}<p>居民人均可支配\n   收入增长 6%，GDP\n增速第一。</p></body></html>"
    )
    assert document.text.endswith("居民人均可支配收入增长 6%，GDP 增速第一。")


def test_a_page_with_several_reports_is_a_compendium() -> None:
    reports = "".join(
        f"<div><h2>2023年{place}政府工作报告</h2>{BODY}<p>为建设新{place}而努力奋斗！</p></div>"
        for place in ("清河县", "南湖市", "云台区")
    )
    documents = read(f"<html><body>{reports}</body></html>".encode(), "all.html")
    assert [document.split_by for document in documents] == [
        f"2023年{place}政府工作报告" for place in ("清河县", "南湖市", "云台区")
    ]


def test_html_is_known_by_its_content() -> None:
    assert read(f"<div><p>{PARAGRAPHS[1]}</p></div>".encode(), "a.txt")[0].media_type == "text/html"
    plain = "报告全文见 <http://www.example.com/a.html>，a<b 时增长 6%。"
    assert read(plain.encode(), "a.html")[0].text == plain


def test_a_page_without_text_is_empty() -> None:
    with pytest.raises(EmptySource):
        read(b"<html><frameset><frame src='a.html'></frameset></html>", "frames.html")


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<div><b>", "<table><tr><td>", "<p><font>", "<a>"])
def test_a_page_nested_a_hundred_thousand_deep_ends_in_bounded_time(tag: str) -> None:
    page = f"<html><body>{tag * 100_000}{PARAGRAPHS[1]}</body></html>"
    began = time.process_time()
    with pytest.raises(LimitExceeded) as refused:
        read(page.encode(), "deep.html")
    assert time.process_time() - began < 20  # hours, where it is the square
    assert refused.value.details["part"] == "html"
    assert "deep.html" in refused.value.message


def test_tags_that_never_end_are_scanned_in_linear_time() -> None:
    for unended in ("<div ", "<!-- ", "<a href='", "&amp", '<p class="x'):
        pages = [f"<html><body><p>{PARAGRAPHS[1]}</p>{unended * n}" for n in (600, 4_800)]
        assert all(PARAGRAPHS[1] in only(page).text for page in pages)
        few, many = (cpu_seconds(partial(only, page)) for page in pages)
        assert many < 24 * max(few, 0.002), unended  # 8 is linear, 64 the square


def test_many_elements_side_by_side_are_no_depth() -> None:
    page = "<html><body>" + f"<div><p>{PARAGRAPHS[1]}<br><img></div>" * 20_000 + "</body></html>"
    assert only(page).text.count("\n") == 19_999


def attributes(count: int) -> str:
    return " ".join(f"a{n}='x'" for n in range(count))


HEAVY: dict[str, Callable[[int], str]] = {
    "attributes of one tag": lambda n: f"<div {attributes(n)}>",
    "attributes without values": lambda n: f"<div {' '.join(f'a{k}' for k in range(n))}>",
    "bodies that are merged": lambda n: "".join(f"<body a{k}=1>" for k in range(n)),
    "roots that are merged": lambda n: "".join(f"<html a{k}=1>" for k in range(n)),
    "fonts left open": lambda n: "".join(f"<p><font a={k}>x</p>" for k in range(n // 10)),
    "hidden in hidden": lambda n: "<div hidden>" * (n // 20) + "x<br>" * (n // 4),
}


@pytest.mark.parametrize("heavy", HEAVY.values(), ids=HEAVY.keys())
def test_the_time_for_tags_grows_with_their_number_and_not_with_its_square(
    heavy: Callable[[int], str],
) -> None:
    pages = [f"<html><body>{BODY}{heavy(count)}</body></html>" for count in (8_000, 32_000)]
    assert all(PARAGRAPHS[1] in only(page).text for page in pages)
    small, large = (cpu_seconds(partial(only, page)) for page in pages)
    assert large < small * 9  # four times as many; the square would be sixteen times


def test_a_page_out_of_proportion_is_read_as_one_that_is_not() -> None:
    """Tags made plain say the same, whatever surrounds them."""
    around = """<!DOCTYPE html><html><head><title>公报 <b>与 报告</title>
        <meta content='清河县 &quot;政府工作报告&quot;' name=ArticleTitle />
        <script>if (a<b && c=="<div x='") {{ write("<font>") }}</script>
        <style>p > b {{ color: red }}</style></head><body lang=zh>
        <!-- <div a=" --> <svg/>
        <p class=a id='b>c'>一、<b>稳中求进</b>，<font color=red>二、好。</font></p>
        <div style="display&#58;none">隐藏的，</div><span class='x jammer'>噪声，</span>
        <div data-a="</div>" hidden>看不见，</div><textarea><p>填写，</textarea>
        <a href=/x/>链接，</a><img src=a.png/>
        三、<i title=">，">快</i>。{body}{heavy}</body></html>"""
    plain = only(around.format(body=BODY, heavy="")).text
    for heavy in (attributes(1000), "data-x " * 1000):
        page = around.format(body=BODY, heavy=f"<hr {heavy}>")
        assert tags.make_plain(page, lambda known: "hidden" in known) != page
        assert only(page).text == plain
        assert only(page).title == only(around.format(body=BODY, heavy="")).title
    assert "二、好。" in plain
    assert not any(word in plain for word in ("隐藏", "噪声", "看不见", "填写"))


def test_a_page_with_usual_tags_goes_to_the_parser_as_it_is() -> None:
    page = f"<html><body {attributes(40)}>{'<p><b>一、</b><font color=red>二、</p>' * 300}{BODY}"
    assert tags.make_plain(page, bool) is page


@pytest.mark.parametrize(
    "title", ["江川市政府工作報告", "2023年施政報告", "2023年江川市政府工作报告"]
)
@pytest.mark.parametrize("tag", ["p", "h1", "div"])
def test_a_report_in_one_paragraph_keeps_the_title_above_it(title: str, tag: str) -> None:
    said = "全市生产总值增长百分之三点二，失业率维持在2.8%，各项事业取得新的进步。"
    document = only(f"<html><body><{tag}>{title}</{tag}><p>{said}</p></body></html>")
    assert document.text == f"{title}\n{said}"
