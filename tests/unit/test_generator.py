"""Synthetic reports: what they state is where they say it is, and their forms read back."""

from __future__ import annotations

import csv
import io
import random
import re
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest

import zhibiao.testing
from zhibiao.domain import Measure, Status
from zhibiao.reading import expand, read
from zhibiao.testing import forms, make_samples
from zhibiao.testing.draft import Calendar, Draft
from zhibiao.testing.figures import Figures, plain, vocabulary
from zhibiao.testing.places import PLACES, place
from zhibiao.testing.planted import PlantedReport
from zhibiao.testing.reports import generate, generate_many
from zhibiao.testing.samples import planted_reports, sample_paths
from zhibiao.testing.templates import parse

PHRASES = Path(zhibiao.testing.__file__).with_name("phrases")
REGIONS = Path(zhibiao.__file__).parent / "gazetteer" / "data" / "regions.csv"
INDICATORS = 47  # of the annotation guide
NUMERALS = {"10000": "万", "1000": "千", "100": "百", "10": "十", "70": "七", "80": "八"}


@pytest.fixture(scope="module")
def reports() -> list[PlantedReport]:
    return list(generate_many(120, seed=20))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def phrases(name: str) -> dict[str, list[str]]:
    return tomllib.loads((PHRASES / f"{name}.toml").read_text("utf-8"))


# -- reports


def test_the_same_arguments_write_the_same_report() -> None:
    assert generate(7) == generate(7)
    assert generate(7, region="泉州市", year=2021) == generate(7, region="泉州市", year=2021)
    assert (
        generate(7, region="泉州市", year=2021).text != generate(8, region="泉州市", year=2021).text
    )
    assert list(generate_many(5, seed=3)) == list(generate_many(5, seed=3))


def test_region_and_year_are_the_ones_asked_for() -> None:
    report = generate(1, region="321182", year=2018)
    assert (report.region, report.region_code, report.province) == ("扬中市", "321182", "江苏省")
    assert (report.year, report.review_year) == (2018, 2017)
    assert "扬中" in report.text


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(ValueError, match="桃源"):
        generate(1, region="桃源")


def test_many_reports_differ_in_text_and_in_region_and_year(reports: list[PlantedReport]) -> None:
    assert len({report.text for report in reports}) == len(reports)
    assert len({(report.region, report.year) for report in reports}) == len(reports)
    assert len({report.name for report in reports}) == len(reports)


def test_reports_are_as_long_as_real_ones(reports: list[PlantedReport]) -> None:
    assert all(6_000 <= len(report.text) <= 15_000 for report in reports)
    assert all(len(report.planted) >= 50 for report in reports)


def test_a_head_that_names_speaker_and_day_is_what_the_metadata_say(
    reports: list[PlantedReport],
) -> None:
    spoken = [report for report in reports if report.speaker is not None]
    silent = [report for report in reports if report.speaker is None]
    assert spoken
    assert silent
    for report in spoken:
        day = report.delivered_on
        assert day is not None
        assert day.year == report.year
        head = report.text[:120]
        assert f"{day.year}年{day.month}月{day.day}日" in head
        assert report.speaker in head
    for report in silent:
        assert report.delivered_on is None
        assert report.text.startswith(f"{report.year}年{report.region}")


def test_every_planted_span_holds_its_number(reports: list[PlantedReport]) -> None:
    for report in reports:
        for plant in report.planted:
            assert report.text[plant.start : plant.end] == plant.sentence
            assert "\n" not in plant.sentence
            number = plain(abs(plant.value))
            written = NUMERALS.get(number, number)
            tenths = NUMERALS.get(plain(plant.value // 10 * 10), number)
            assert any(form in plant.sentence for form in (number, written, tenths)), plant
            assert plant.unit in plant.sentence or "成" in plant.sentence, plant
            if plant.value_high is not None:
                assert plant.value < plant.value_high
                assert plain(plant.value_high) in plant.sentence


def test_no_fact_is_planted_twice(reports: list[PlantedReport]) -> None:
    for report in reports:
        facts = [
            (p.indicator, p.measure, p.value, p.unit, p.status, p.period_start, p.period_end)
            for p in report.planted
        ]
        assert len(facts) == len(set(facts))


def test_outturns_lie_in_the_past_and_aims_ahead(reports: list[PlantedReport]) -> None:
    for report in reports:
        for plant in report.planted:
            assert plant.period_start <= plant.period_end
            if plant.status is Status.ACTUAL:
                assert plant.period_end <= report.review_year
                assert "目标" not in plant.sentence
            else:
                assert plant.period_start >= report.year
            if plant.measure in (Measure.AVERAGE_GROWTH, Measure.RATIO):
                assert plant.period_start < plant.period_end


def test_all_indicators_and_measures_occur(reports: list[PlantedReport]) -> None:
    planted = [plant for report in reports for plant in report.planted]
    assert len(vocabulary()) == INDICATORS
    assert {plant.indicator for plant in planted} == set(vocabulary())
    assert {plant.measure for plant in planted} == set(Measure)
    assert any(plant.value_high is not None for plant in planted)
    assert any(plant.value < 0 for plant in planted)


# -- templates


def test_every_template_can_be_written() -> None:
    templates = [
        template
        for path in sorted(PHRASES.glob("*.toml"))
        if path.stem != "indicators"
        for lines in phrases(path.stem).values()
        for template in lines
    ]
    assert len(templates) > 500
    words = {name: tuple(lines) for name, lines in phrases("words").items()}
    fixed = ("region", "city", "whole", "kind", "upper", "plan")
    words |= dict.fromkeys(fixed, ("某",))
    for template in templates:
        written = 0
        for seed in range(6):
            rng = random.Random(seed)
            draft = Draft(
                rng,
                figures=Figures(rng, county=False),
                calendar=Calendar(year=2023, plan_end=2025),
                words=words,
            )
            draft.status = Status.TARGET if seed % 2 else Status.ACTUAL
            written += draft.write(template)
        assert written, template


def test_officialese_between_the_facts_states_no_indicator() -> None:
    names = sorted({name for words in vocabulary().values() for name in words.names}, key=len)
    named = re.compile("|".join(map(re.escape, names)))
    plain_lines = [
        line
        for path in PHRASES.glob("*.toml")
        for key, lines in phrases(path.stem).items()
        if key in ("done", "todo") or path.stem == "frame"
        for line in lines
    ]
    assert len(plain_lines) > 100
    for line in plain_lines:
        assert not (named.search(line) and re.search(r"\{(?:int|dec)|\d", line)), line


@pytest.mark.parametrize("template", ["{gdp", "[甲|乙", "甲]乙}"])
def test_an_unbalanced_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which bracket is at fault differs
        parse(template)


def test_a_sentence_that_would_repeat_a_fact_is_not_written() -> None:
    rng = random.Random(1)
    draft = Draft(
        rng,
        figures=Figures(rng, county=False),
        calendar=Calendar(year=2023, plan_end=2025),
        words={},
    )
    assert draft.write("{gdp}{gdp.growth}。")
    length = len(draft)
    assert not draft.write("预计{gdp}{gdp.growth}。")
    assert len(draft) == length
    draft.status = Status.TARGET
    assert draft.write("{gdp}{gdp.growth}。")
    assert [plant.status for plant in draft.finish(str)[1]] == [Status.ACTUAL, Status.TARGET]


def test_finishing_may_not_move_characters() -> None:
    draft = Draft(
        random.Random(1),
        figures=Figures(random.Random(1), county=False),
        calendar=Calendar(year=2023, plan_end=2025),
        words={},
    )
    draft.literal("各位代表")
    with pytest.raises(ValueError, match="moved"):
        draft.finish(lambda text: text + "！")


# -- places


def test_places_are_distinct_and_their_codes_fit_their_provinces() -> None:
    assert len({where.code for where in PLACES}) == len(PLACES) >= 60
    assert len({where.name for where in PLACES}) == len(PLACES)
    assert place("南通市").code == "320600"
    assert place("331081").name == "温岭市"
    assert place("331081").county
    assert not place("320600").county


def test_places_agree_with_the_gazetteer() -> None:
    with REGIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    names = {row["code"]: row["name"] for row in rows}
    for where in PLACES:
        assert names[where.code] == where.name
        assert names[f"{where.code[:2]}0000"] == where.province


# -- forms


@pytest.fixture(scope="module")
def report() -> PlantedReport:
    return generate(12, region="绍兴市", year=2022)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_comes_back_from_every_encoding(report: PlantedReport, encoding: str) -> None:
    content = forms.as_txt(report, encoding)
    assert content.decode(encoding) == report.text
    assert [document.text for document in read(content, "a.txt")] == [report.text]


def test_wrapped_text_breaks_lines_and_loses_nothing(report: PlantedReport) -> None:
    wrapped = forms.as_txt(report, wrap=29).decode()
    assert max(map(len, wrapped.splitlines())) == 29
    assert f"{report.year} 年" in wrapped
    assert squeezed(wrapped) == squeezed(report.text)


@pytest.mark.parametrize(
    ("name", "content_of"),
    [
        ("a.md", forms.as_markdown),
        ("portal.html", lambda report: forms.as_html(report, "portal")),
        ("forum.html", lambda report: forms.as_html(report, "forum")),
        ("a.docx", forms.as_docx),
        ("a.pdf", forms.as_pdf),
    ],
)
def test_every_form_reads_back_with_its_planted_sentences(
    report: PlantedReport, name: str, content_of: object
) -> None:
    assert callable(content_of)
    content = content_of(report)
    assert content == content_of(report)
    (document,) = read(content, name)
    text = squeezed(document.text)
    missing = [plant.sentence for plant in report.planted if squeezed(plant.sentence) not in text]
    assert missing == []


def test_pages_carry_chrome_around_the_report(report: PlantedReport) -> None:
    portal = forms.as_html(report, "portal").decode()
    forum = forms.as_html(report, "forum").decode("gb18030")
    assert "发布时间" in portal
    assert "主办：绍兴市人民政府办公室" in portal
    assert "收藏本站" in forum
    assert "charset=gbk" in forum
    with pytest.raises(ValueError, match="blog"):
        forms.as_html(report, "blog")


def test_a_pdf_has_pages_and_nothing_is_lost_between_them(report: PlantedReport) -> None:
    (document,) = read(forms.as_pdf(report), "a.pdf")
    text = re.sub(r"—\d+—", "", squeezed(document.text))
    assert text == squeezed(report.text)


@pytest.mark.parametrize("toc", [True, False])
def test_a_compendium_comes_apart_into_its_reports(toc: bool) -> None:
    originals = list(generate_many(3, seed=8))
    documents = read(forms.as_compendium(originals, toc=toc), "compendium.txt")
    assert len(documents) == 3
    for original, document in zip(originals, documents, strict=True):
        assert all(plant.sentence in document.text for plant in original.planted)


def test_ndjson_carries_text_and_metadata() -> None:
    originals = list(generate_many(2, seed=9))
    members = list(expand("feed.ndjson", io.BytesIO(forms.as_ndjson(originals))))
    assert len(members) == 2
    for original, member in zip(originals, members, strict=True):
        assert member.content is not None
        assert member.content.decode() == original.text
        assert member.given["region_code"] == original.region_code
        assert member.given["year"] == original.year


def test_an_archive_holds_its_members_in_order(report: PlantedReport) -> None:
    members = {"一/甲.txt": b"1", "乙.txt": forms.as_txt(report)}
    content = forms.as_zip(members)
    assert content == forms.as_zip(members)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == members


# -- bundled samples


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_bundled_samples_are_what_their_seeds_write() -> None:
    folder = sample_paths()[0].parent
    written = make_samples.samples()
    assert {path.name for path in folder.iterdir()} == set(written)
    for name, content in written.items():
        bundled = (folder / name).read_bytes()
        if name.endswith(".docx"):  # compressed by whatever zlib is at hand
            assert parts(bundled) == parts(content)
        else:
            assert bundled == content, f"{name}: run python -m zhibiao.testing.make_samples"
    assert (folder.parent / "planted.jsonl").read_text("utf-8") == make_samples.stated()


def test_the_bundled_samples_are_many_forms_and_small() -> None:
    paths = sample_paths()
    endings = {path.suffix for path in paths}
    assert endings == {".txt", ".md", ".html", ".docx", ".pdf", ".ndjson"}
    assert sum(path.stat().st_size for path in paths[0].parent.iterdir()) < 400_000


def test_each_bundled_report_states_what_is_noted_of_it() -> None:
    noted = planted_reports()
    assert len(noted) >= 12
    by_name = {path.name: path for path in sample_paths()}
    assert {report["source"] for report in noted} == set(by_name)
    for report in noted:
        path = by_name[report["source"]]
        members = list(expand(path.name, io.BytesIO(path.read_bytes())))
        documents = [
            document for member in members for document in read(member.content or b"", member.name)
        ]
        text = squeezed(documents[report["part"]].text)
        assert len(report["observations"]) >= 50
        for observation in report["observations"]:
            assert squeezed(observation["sentence"]) in text
            assert observation["indicator"] in vocabulary()
        if report["delivered_on"] is not None:
            assert date.fromisoformat(report["delivered_on"]).year == report["year"]
