"""The subjects of open quantities: one form for one thing, however it is worded."""

from __future__ import annotations

import pytest
from extracted import read

from zhibiao.domain import Metadata, Scope
from zhibiao.extract.subjects import subject_of

METADATA = Metadata(
    region="江川市", region_code="990100", level="prefecture", year=2023, review_year=2022
)


def open_quantities(sentence: str) -> list[tuple[str, str, Scope]]:
    text = f"一、2022年工作回顾\n{sentence}"
    found = read(text, METADATA).observations
    return [(o.subject, f"{o.value}{o.unit}", o.scope) for o in found if o.indicator is None]


@pytest.mark.parametrize(
    "sentence",
    [
        "改造供水管网120公里。",
        "完成供水管网改造120公里。",
        "供水管网改造120公里。",
        "实施供水管网改造工程120公里。",
        "全市供水管网完成改造120公里。",
        "120公里供水管网全部完成改造。",
    ],
)
def test_work_on_one_thing_has_one_subject_in_all_its_wordings(sentence: str) -> None:
    assert [subject for subject, _value, _scope in open_quantities(sentence)] == ["供水管网改造"]


@pytest.mark.parametrize(
    ("phrase", "subject"),
    [
        ("新增博士后工作站", "博士后工作站"),
        ("实现农产品网络销售额", "农产品网络销售额"),
        ("供热面积由2015年的", "供热面积"),
        ("力争亩均产值达到", "亩均产值"),
        ("发放稳岗补贴", "稳岗补贴发放"),
        ("培训机构", "培训机构"),
        ("完成率", "完成率"),
        ("高质量发展指数", "高质量发展指数"),
        ("“一窗受理”事项", "一窗受理事项"),
        ("在建铁路", "在建铁路"),
        ("共享单车", "共享单车"),
        ("推动", ""),
    ],
)
def test_words_that_say_nothing_of_the_thing_are_left_out(phrase: str, subject: str) -> None:
    assert subject_of(phrase) == subject


def test_what_a_counted_thing_did_is_no_part_of_its_subject() -> None:
    assert subject_of("项目纳入省级规划", counted=True) == "项目"
    assert subject_of("非遗作品入选国家名录", counted=True) == "非遗作品"


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("完成765座农村公共厕所改造。", "农村公共厕所改造"),
        ("打造12个强镇。", "强镇"),
        ("建成5个优势产业集群。", "优势产业集群"),
        ("聚焦招大引强，国维淀粉等155个项目建成投用。", "项目"),
        ("认定9家省级开发区。", "省级开发区"),
    ],
)
def test_what_is_counted_stands_whole_behind_its_number(sentence: str, subject: str) -> None:
    assert [found for found, _value, _scope in open_quantities(sentence)] == [subject]


def test_each_unknown_noun_of_a_list_has_its_own_value_and_the_end_they_share() -> None:
    assert open_quantities("机场旅客和货邮吞吐量分别增长14%、25%。") == [
        ("机场旅客吞吐量", "14%", Scope.REGION),
        ("货邮吞吐量", "25%", Scope.REGION),
    ]
    assert open_quantities("跨境电商出口、数字贸易进口分别增长6%、8%。") == [
        ("跨境电商出口", "6%", Scope.REGION),
        ("数字贸易进口", "8%", Scope.REGION),
    ]


def test_an_open_quantity_of_a_part_of_the_region_says_so() -> None:
    assert open_quantities("经开区新引进装备制造项目20个。")[0][2] is Scope.PART
    assert open_quantities("全省建成养老服务站点1200个。")[0][2] is Scope.PART
    assert open_quantities("全市建成养老服务站点120个。")[0][2] is Scope.REGION
    assert open_quantities("省级开发区达到11个。")[0][2] is Scope.REGION
