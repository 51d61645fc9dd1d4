"""Small inputs beside the repository, each of which stands for a kind of fault, run as a table.

A row is right, or it is in `NOT_YET` with the reason; a row there that has become right fails, so
that it is taken out.
"""

from __future__ import annotations

import json

import pytest

from bench.beside import SHARED
from zhibiao.domain import Extraction, Metadata, Scope
from zhibiao.errors import ReadError
from zhibiao.pipeline import Language, clean, extract, read

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the cases are not beside the repository"
)

# What a reader finds, each as indicator, measure, value, years; "-": must not be there. A row of
# "only" lists all there is.
SENTENCES: dict[str, tuple[str, ...]] = {
    "A1": ("high_standard_farmland change 1.7 2022-2022", "loans change 63 2022-2022"),
    "A2": ("industrial_investment average_growth 10 2021-2025",
           "urbanization_rate level 66 2025-2025"),
    "A5": ("tourism_revenue growth 1.6 2014-2019",),
    "A8": ("-industrial_va average_growth 8 2020-2024",),
    "A9": ("retail_sales growth 6.4 2023-2023",),
    "B1": ("only",), "B3": ("only",), "B6": ("only",), "C8": ("only",),
    "B5": ("foreign_trade level 86 2023-2023", "foreign_trade growth 12 2023-2023"),
    "B8": ("tech_upgrade_investment level 18 2023-2023",),
    "B10": ("market_entities change 6000 2024-2024", "high_tech_enterprises change 20 2024-2024"),
    "C1": ("only", "resident_income growth 5.8 2023-2023"),
    "C3": ("high_tech_enterprises change 8 2023-2023", "high_tech_enterprises change 22 2023-2023"),
    "C4": ("high_standard_farmland change 2.2 2024-2024",),
    "C7": ("tech_upgrade_investment growth 21 2023-2023",),
    "D1": ("forest_coverage growth 1.2 2023-2023",),
    "D2": ("market_entities growth 9.6 2023-2023",),
    "E1a": ("rd_expenditure level 16.4 2023-2023", "rd_expenditure growth 11 2023-2023"),
    "E1b": ("rd_intensity level 2.1 2023-2023",),
    "E3": ("tourists level 1000 2023-2023",),
    "E4": ("market_entities level 30 2023-2023",),
    "E6": ("above_scale_industrial_enterprises change 15 2024-2024",),
    "E7": ("rd_intensity level 1.1 2018-2018",),
    "P2": ("-above_scale_industrial_enterprises change 31 2023-2023",),
    "T2": ("pm25 growth -5.8 2017-2021", "energy_intensity growth -5.5 2017-2021"),
    "T3": ("gdp growth 46 2017-2021", "budget_revenue growth 53 2017-2021"),
    "Z1": ("budget_revenue level 50 2023-2023", "budget_revenue growth 7.2 2023-2023"),
    **dict.fromkeys(("R02", "R05", "R12", "R13"),
                    ("high_standard_farmland change 3.2 2017-2021",)),
    **dict.fromkeys(("P03", "P04"), ("high_standard_farmland change 4.7 2022-2026",)),
}  # fmt: skip
NOT_YET: dict[str, str] = {}

# What files hold; "!": they are refused.
GDP = "gdp level 312.5 2023-2023"
FILES: dict[str, tuple[str, ...]] = {
    "01_pdf_table__a.pdf": (GDP, "fixed_asset_investment level 156.2 2023-2023",
                            "fixed_asset_investment growth 7.1 2023-2023",
                            "retail_sales level 98.4 2023-2023"),
    "02_docx_hyphen_table__a.docx": (GDP, "gdp level 331 2024-2024",
                                     "urban_new_jobs level 4210 2023-2023"),
    "03_pdf_digits_unmapped__identity_no_tounicode.pdf": ("!",),
    "03_pdf_digits_unmapped__tounicode_fffd.pdf": ("!",),
    "03_pdf_digits_unmapped__tounicode_space.pdf": ("!",),
    "06_docx_altcontent__ruby_math.docx": (GDP, "grain_output level 23.5 2023-2023"),
    "11_trad__compendium.txt": ("gdp level 65.8 2017-2017", "gdp level 1265.8 2018-2018"),
    "15_mojibake__cp1252_double.txt": ("!",),
    "15_mojibake__gbk_as_utf8_replaced.txt": ("!",),
    "15_mojibake__kunjinkao.txt": ("!",),
    "15_mojibake__utf8_as_gbk.txt": ("!",),
    "17_separators__s1.txt": ("only", "gdp level 1234.5 2023-2023", "gdp growth 6.2 2023-2023"),
    "17_separators__s2.txt": ("only", "urban_income level 42315 2023-2023",
                              "urban_income growth 5.3 2023-2023"),
    "17_separators__s3.txt": ("only", "urban_income level 42315 2023-2023"),
    "17_separators__s4.txt": ("only", "tourists level 1234567 2023-2023",
                              "tourism_revenue level 12345.6 2023-2023"),
    "17_separators__s5.txt": ("only",),
    "18_table__a.html": (GDP, "gdp growth 6.2 2023-2023", "gdp growth 6 2024-2024",
                         "retail_sales level 98.4 2023-2023"),
    "18_table__list.txt": ("only", GDP, "gdp growth 6.2 2023-2023",
                           "fixed_asset_investment level 156.2 2023-2023",
                           "fixed_asset_investment growth 7.1 2023-2023",
                           "retail_sales level 98.4 2023-2023",
                           "urban_new_jobs level 4210 2023-2023", "gdp growth 6 2024-2024"),
    "22_years_letters__z1.txt": ("only", "gdp level 12.5 2003-2003", "gdp growth 9 2003-2003",
                                 "gdp growth 10 2004-2004", "gdp level 25 2010-2010"),
    "22_years_letters__z3.txt": ("only", "gdp level 12.5 2003-2003", "gdp growth 9 2003-2003",
                                 "gdp growth 10 2004-2004", "gdp level 25 2010-2010"),
    "digest.txt": ("above_scale_industrial_enterprises change 27 2023-2023",
                   "foreign_trade growth 6.4 2023-2023", "gdp growth 6 2024-2024",
                   "above_scale_industrial_enterprises change 30 2024-2024"),
}  # fmt: skip
FILES_NOT_YET: dict[str, str] = {}


def _lines(name: str) -> list[dict[str, str]]:
    path = CASES / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def language() -> Language:
    return Language.load()


def _stated(content: bytes, name: str, language: Language) -> list[str]:
    stated = []
    for document in read(content, name):
        described = clean(document, {})
        found = extract(described.clean, document.text, described.metadata, language)
        stated += _figures(found)
    return stated


def _figures(found: Extraction) -> list[str]:
    return [
        f"{o.indicator} {o.measure} {o.value.normalize():f} {o.period_start}-{o.period_end}"
        for o in found.observations
        if o.indicator is not None and o.scope is Scope.REGION
    ]


def _right(stated: list[str], wanted: tuple[str, ...]) -> bool:
    if wanted[0] == "only":
        return sorted(stated) == sorted(wanted[1:])
    return all(
        figure[1:] not in stated if figure.startswith("-") else figure in stated
        for figure in wanted
    )


@pytest.mark.parametrize("case", SENTENCES)
def test_a_sentence_is_right_or_listed(case: str, language: Language) -> None:
    (document,) = [row["document"] for row in _lines("sentences.jsonl") if row["id"] == case]
    stated = _stated(document.encode(), "report.txt", language)
    assert _right(stated, SENTENCES[case]) == (case not in NOT_YET), (stated, NOT_YET.get(case))


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_right_or_listed(name: str, language: Language) -> None:
    content = (CASES / "files" / name).read_bytes()
    try:
        stated = _stated(content, name, language)
    except ReadError:
        stated = ["!"]
    right = stated == ["!"] if FILES[name] == ("!",) else _right(stated, FILES[name])
    assert right == (name not in FILES_NOT_YET), (stated, FILES_NOT_YET.get(name))


def test_no_sentence_ends_the_extraction(language: Language) -> None:
    for row in _lines("crashes.jsonl"):
        document = f"一、2022年工作回顾\n{row['sentence']}\n"
        (raw,) = read(document.encode(), "report.txt")
        described = clean(raw, {})
        extract(described.clean, raw.text, Metadata(year=2023, review_year=2022), language)


def test_every_case_has_its_row() -> None:
    assert {row["id"] for row in _lines("sentences.jsonl")} == set(SENTENCES)
    # Archives, lists and half prints are tested where they are read.
    elsewhere = {"09_zip_names__gbk5c.zip", "09_zip_names__utf8_noflag.zip", "11_trad__hk.html",
                 "11_trad__macau.txt", "19_kinds__a.xlsx", "19_kinds__mixed.zip",
                 "half_print.txt"}  # fmt: skip
    files = {path.name for path in (CASES / "files").iterdir()}
    assert files == set(FILES) | elsewhere
