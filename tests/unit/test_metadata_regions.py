"""A region is stated, or it is open: no ordinary word and no neighbour is taken for it."""

from __future__ import annotations

import pytest
from described import described

# Invented texts.
SPEECH = (
    "各位代表：\n现在，我代表{kind}人民政府向大会报告工作，请予审议。\n一、2021年工作回顾\n"
    "过去一年，全{kind}上下团结一心，地区生产总值增长6.5%，各项事业取得新的进步。\n{more}\n"
    "二、2022年重点工作\n今年要抓好项目建设，地区生产总值增长7%左右。\n"
)


def speech(more: str = "", kind: str = "市") -> str:
    return SPEECH.format(kind=kind, more=more)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (
            "市",
            "深化区域合作市场化改革，加强合作，扩大对外合作市县交流。合作项目落地，推动合作发展。",
        ),
        ("县", "盘活闲置资源县域经济壮大，资源配置优化，节约资源，推进资源高质量发展。"),
        ("县", "培育战略性新兴县域产业，新兴产业增长20%，新兴业态蓬勃发展。"),
        ("县", "服务雄安新区建设，雄安新县城拔地而起，平安新区创建扎实推进。"),
        ("区", "新增城区绿地20公顷，新增城区道路30公里，新增城区停车位500个，广东省领先。"),
        ("市", "一个旧市场完成改造，拆除一个旧小区，改造一个旧厂房。"),
        ("州", "全州人民团结奋斗，全州上下齐心，推动全州高质量发展。"),
        ("县", "安定团结，文明和平，实现永新发展，大安宁、大和谐。"),
    ],
)
def test_words_that_are_written_like_a_place_are_none(kind: str, more: str) -> None:
    found = described(speech(more * 5, kind))

    assert (found.region, found.region_code) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "香港特別行政區行政長官2023年施政報告\n本地生產總值預計增長百分之三點二。\n",
            ("香港特别行政区", "810000", 2023, 2022),
        ),
        (
            "二零二二年施政報告\n香港特別行政區行政長官李家超\n主席、各位議員：\n開新篇。\n",
            ("香港特别行政区", "810000", 2022, 2021),
        ),
        (
            "澳門特別行政區政府\n2024年財政年度施政報告\n二○二三年十一月\n失業率為百分之二點三。\n",
            ("澳门特别行政区", "820000", 2024, 2023),
        ),
        (
            "2021年财政年度施政报告\n澳门特别行政区\n2020年11月16日\n本地生产总值下跌百分之五。\n",
            ("澳门特别行政区", "820000", 2021, 2020),
        ),
        (
            "清河县人民政府\n2023年政府工作报告\n各位代表：\n我代表县人民政府报告工作。\n",
            ("清河县", "130534", 2023, 2022),
        ),
        (  # the portal's name above a county's report
            "河北省人民政府\n2023年政府工作报告\n各位代表：\n我代表县人民政府报告工作。\n",
            (None, None, 2023, 2022),
        ),
    ],
)
def test_who_reports_is_named_in_the_title_or_alone_beside_it(
    text: str, expected: tuple[str | None, str | None, int, int]
) -> None:
    found = described(text)

    assert (found.region, found.region_code, found.year, found.review_year) == expected


@pytest.mark.parametrize(
    "more",
    [
        "在九江市委、市政府的坚强领导下，我市各项工作取得新成效。九江市第十二次党代会胜利召开。",
        "主要指标增速居九江市第二位，财政收入列九江市第一，为九江高质量发展作出了贡献。",
        "融入南京都市圈，承接南京产业转移，与南京共建园区，南京到我市的高铁开通。",
        "为谱写现代化新九江篇章贡献力量，平安九江建设走在前列，九江市领导多次调研。",
    ],
)
def test_a_superior_or_a_neighbour_that_is_named_often_is_not_the_region(more: str) -> None:
    text = speech("江西省委、省政府作出部署。" + more * 5)

    assert described(text).region is None


@pytest.mark.parametrize(
    ("more", "region"),
    [
        ("中共驻马店市委作出部署。驻马店市第五届人民代表大会第二次会议胜利召开。", "驻马店市"),
        ("向关心、支持滁州改革发展的同志们致以崇高敬意！建设现代化新滁州。", "滁州市"),
        ("向中央、省驻鄂州单位和人民解放军致以敬意！建设健康鄂州，讲好鄂州故事。", "鄂州市"),
        ("向关心支持泰兴建设的朋友们表示感谢！为谱写泰兴高质量发展新篇章而努力奋斗！", "泰兴市"),
    ],
)
def test_a_speech_names_its_place_by_what_one_says_of_ones_own(more: str, region: str) -> None:
    found = described(speech(more))

    assert found.region == region
    assert found.decided_by["region"] == "text"


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("河北省/清河县/2022年.txt", "清河县"),
        ("江苏省/泰州市/泰兴市/2022.txt", "泰兴市"),
        ("各市县报告/河北/清河县政府工作报告.txt", "清河县"),
        ("各市县报告/2022.txt", None),
        ("资料/合作/2022.txt", None),
        ("资源/2022.txt", None),
    ],
)
def test_the_folders_of_a_path_name_the_region(name: str, region: str | None) -> None:
    kind = "县" if region is None or region.endswith("县") else "市"

    assert described(speech(kind=kind), name).region == region


@pytest.mark.parametrize(
    ("head", "kind", "region"),
    [
        ("2019年長沙市政府工作報告", "市", "长沙市"),
        ("廣東省人民政府工作報告", "省", "广东省"),
        ("2022年乾縣政府工作報告", "縣", "乾县"),
        ("二〇二二年臺州市政府工作報告", "市", "台州市"),
    ],
)
def test_names_in_traditional_script_are_names(head: str, kind: str, region: str) -> None:
    text = f"{head}\n各位代表：\n現在，我代表{kind}人民政府向大會報告工作。\n國民經濟發展。\n"

    assert described(text).region == region
