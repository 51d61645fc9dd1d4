"""Which years a review of a term tells of: all of them, or the last."""

from __future__ import annotations

import pytest
from outlined import frame_at

from zhibiao.outline.frames import Years
from zhibiao.outline.tree import read_outline

YEARS = Years(2022, 2021)


REVIEW_WITH_A_DIGEST = """一、过去五年和2021年工作回顾
过去五年，是很不平凡的五年。
2021年，全市生产总值920亿元，增长3.6%。
{goes_on}
"""


@pytest.mark.parametrize(
    ("goes_on", "several", "inferred"),
    [
        ("——产业兴县。累计新增企业36家。", 5, False),
        ("——产业兴县。新增企业36家，产值年均增长8%。", 5, False),
        ("——产业兴县。新增企业36家。", 5, True),
        ("——产业兴县。新增企业36家，产值比上年增长8%。", 1, False),
        ("一年来，我们迎难而上。新增企业36家，产值年均增长8%。", 1, False),
    ],
)
def test_behind_one_paragraph_on_the_last_year_words_tell_whether_the_term_goes_on(
    goes_on: str, several: int, inferred: bool
) -> None:
    text = REVIEW_WITH_A_DIGEST.format(goes_on=goes_on)
    at = text.index("36家")
    frame = [f for f in read_outline(text, YEARS).frames if f.start <= at][-1]
    assert (frame.several, frame.inferred) == (several, inferred)


def test_the_first_words_of_the_review_of_a_term_may_count_its_years() -> None:
    text = "一、本届政府工作回顾\n三年来，全市攻坚克难。\n生产总值年均增长6%。\n"
    assert read_outline(text, YEARS).frames[-1].several == 3


@pytest.mark.parametrize(
    ("body", "status", "year"),
    [
        ("综合实力增强。财政收入达到90.5亿元，增长9%，圆满完成任务。", "actual", 2021),
        ("要力争财政收入增长9%，确保就业稳定，着力改善民生。", "target", 2026),
    ],
)
def test_what_follows_tells_where_the_years_that_a_heading_counts_lie(
    body: str, status: str, year: int
) -> None:
    frame = read_outline(f"开头。\n一、五年奋斗、五年跨越\n{body}\n", YEARS).frames[-1]
    assert (frame.status, frame.year, frame.several, frame.inferred) == (status, year, 5, False)


PART = """政府工作报告
各位代表：
现在，我代表市人民政府向大会报告工作，请予审议。
{heading}
{opening}
综合实力增强。企业达到90家。
民生改善。新增企业36家。
"""


@pytest.mark.parametrize("heading", ["一、工作回顾", "一、砥砺奋进，成绩斐然", "工作回顾"])
@pytest.mark.parametrize(
    ("opening", "several"),
    [
        ("自2017年换届以来，我们攻坚克难。", 5),
        ("刚刚过去的五年，综合实力大幅跃升。", 5),
        ("即将过去的五年，我们办成了许多大事。", 5),
        ("五年耕耘，硕果累累。", 5),
        ("三年来，我们认真履职。", 3),
        ("近五年来，我们坚持创新发展。", 5),
        ("承前启后、继往开来，过去五年我们走出了新路。", 5),
        ("从2017年到2021年，是江川加速崛起的五年。", 5),
        ("三年抗疫，我们众志成城。", 1),
        ("2021年是本届政府的最后一年，五年来的目标全部实现。", 1),
        ("面对严峻形势，五年来最好的成绩如期取得。", 1),
        ("迎难而上，五年规划开局良好。", 1),
    ],
)
def test_the_first_sentence_of_a_part_says_of_how_many_years_it_is(
    heading: str, opening: str, several: int
) -> None:
    text = PART.format(heading=heading, opening=opening)
    assert frame_at(text, "36家", YEARS).several == several


def test_three_years_told_of_later_in_a_part_end_with_their_paragraph() -> None:
    text = PART.format(heading="一、工作回顾", opening="我们攻坚克难。\n三年来，增效明显。")
    assert frame_at(text, "36家", YEARS).several == 1


PARTS = "".join(f"{n}、{words}\n实施项目{at}个。\n" for at, (n, words) in enumerate(
    (("一", "明确发展思路，引领经济转型"), ("二", "加快城乡建设，推进一体发展"), ("三", "深化改革"))
))  # fmt: skip


def test_numbered_parts_that_a_review_announces_are_of_it() -> None:
    text = (
        "过去五年工作回顾\n五年来成效显著。\n五年来，我们主要推进了以下三方面工作：\n"
        f"{PARTS}今后五年目标任务\n一、加快城乡建设，推进一体发展\n实施项目9个。\n"
    )
    frames = read_outline(text, YEARS).frames
    ahead = text.index("今后五年目标")
    assert {(f.status.value, f.year, f.several) for f in frames if 0 < f.start < ahead} == {
        ("actual", 2021, 5)
    }
    assert {f.status.value for f in frames if f.start >= ahead} == {"target"}


@pytest.mark.parametrize(
    ("ahead", "year", "several"),
    [
        ("四、2022年工作安排\n", 2022, 1),
        ("四、2022年工作安排\n五、加强政府建设\n", 2022, 1),
        ("今后五年目标任务\n一、加快城乡建设，推进一体发展\n", 2026, 5),
    ],
)
def test_a_part_that_names_its_years_ends_those_announced_though_fewer_came(
    ahead: str, year: int, several: int
) -> None:
    text = f"过去五年工作回顾\n五年来，我们做了以下五方面工作：\n{PARTS}{ahead}实施项目9个。\n"
    last = read_outline(text, YEARS).frames[-1]
    assert (last.status.value, last.year, last.several) == ("target", year, several)


def test_a_passage_on_some_of_several_years_behind_one_on_the_last_holds_for_its_paragraph() -> (
    None
):
    text = (
        "一、过去五年工作回顾\n五年来成效显著。\n"
        "招商引资成效明显。去年引进项目30个。2020年以来，各区都建成了园区，落户企业120家。\n民营经济加快发展。\n"
    )
    last = read_outline(text, YEARS).frames[-1]
    assert (last.status.value, last.year, last.several) == ("actual", 2021, 5)


@pytest.mark.parametrize(
    ("announced", "several"),
    [
        ("过去一年的成绩来之不易。回顾过去五年：", 5),
        ("过去一年，是接续奋斗的一年。五年来，我们取得了以下成绩：", 5),
        ("五年来，成效显著。我们深刻体会到：", 1),
        ("回顾过去五年，成效显著。", 1),
    ],
)
def test_what_a_paragraph_on_a_term_lists_below_it_is_of_the_term(
    announced: str, several: int
) -> None:
    text = f"一、2021年工作回顾\n2021年，产值增长9%。\n{announced}\n民生改善。新增企业36家。\n"
    assert frame_at(text, "36家", YEARS).several == several


@pytest.mark.parametrize(
    ("heading", "years", "told"),
    [
        ("一、本届政府第一年工作回顾", Years(2013, 2012), (2012, 1)),
        ("一、新一届政府开局之年的工作", Years(2013, 2012), (2012, 1)),
        ("一、履职首年的主要工作", Years(2018, 2017), (2017, 1)),
        ("一、任期第一年，我们交出了合格答卷", Years(2023, 2022), (2022, 1)),
        ("一、新一届政府成立以来的工作", Years(2023, 2022, turn=2022), (2022, 1)),
        ("一、本届政府履职两年来的工作", Years(2024, 2023), (2023, 2)),
        ("一、换届三年来的主要工作", Years(2015, 2014), (2014, 3)),
        ("一、五度寒暑，山乡巨变", YEARS, (2021, 5)),
        ("一、五个春夏秋冬", YEARS, (2021, 5)),
        ("一、一千八百多个日夜的奋斗", YEARS, (2021, 5)),
        ("一、市五届人大一次会议以来的工作\n2021年换届后的第一年，开局良好。", YEARS, (2021, 1)),
        ("本届政府工作回顾\n本届政府任内的三年，是再创辉煌的三年。", YEARS, (2021, 3)),
    ],
)
def test_a_heading_counts_the_years_since_a_term_began(
    heading: str, years: Years, told: tuple[int, int]
) -> None:
    text = f"开头。\n{heading}\n全市上下攻坚克难，圆满完成任务。新增企业36家。\n"
    frame = frame_at(text, "36家", years)
    assert (frame.status, frame.year, frame.several) == ("actual", *told)


def test_the_first_of_several_parts_reviews_where_its_heading_leaves_open_which_years() -> None:
    text = (
        "各位代表：\n一、五载同心铸伟业，五年奋进谱华章\n我们坚持一张蓝图绘到底。\n新增企业36家。\n"
        "二、2022年重点工作\n抓落实。\n"
    )
    frame = frame_at(text, "36家", YEARS)
    assert (frame.status, frame.year, frame.several) == ("actual", 2021, 5)


def test_the_aims_of_a_new_government_are_those_of_its_term() -> None:
    text = "二、新一任政府的使命与目标\n政府将恪尽职守。新增企业36家。\n"
    frame = frame_at(text, "36家", YEARS)
    assert (frame.status, frame.year, frame.several) == ("target", 2026, 5)


def test_the_first_of_several_steps_is_not_where_the_aims_end() -> None:
    text = (
        "二、今后五年工作展望\n党代会提出了今后五年的发展目标：到2024年，总量突破1000亿元；"
        "到2026年，迈上1300亿元。\n新增企业36家。\n"
    )
    frame = frame_at(text, "36家", YEARS)
    assert (frame.status, frame.year, frame.several) == ("target", 2026, 5)


@pytest.mark.parametrize(
    ("submitted", "told"),
    [
        ("规划纲要（草案）已提请大会审查，我择要报告。", (2030, 5)),
        ("《规划纲要（草案）》已印发各位代表，这里作简要说明。", (2030, 5)),
        ("我们将认真落实规划纲要。", (2026, 1)),
    ],
)
def test_a_plan_may_be_submitted_without_its_name(submitted: str, told: tuple[int, int]) -> None:
    text = (
        f"各位代表：\n一、2025年工作回顾\n工作扎实。\n二、擘画未来\n{submitted}\n新增企业36家。\n"
    )
    frame = frame_at(text, "36家", Years(2026, 2025))
    assert (frame.status, frame.year, frame.several) == ("target", *told)
