"""Keyword sets: their files, and counts that equal those of an independent count."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from bench.beside import DATA
from zhibiao.domain import Metadata, Span
from zhibiao.keywords.counting import Matcher
from zhibiao.keywords.sections import main_sections_of
from zhibiao.keywords.sets import Keyword, KeywordSetError, bundled_sets, load_keywords
from zhibiao.language.code_points import code_points
from zhibiao.testing.reports import generate_many
from zhibiao.text.cut import packed_cut
from zhibiao.text.segmentation import load_fine_segmenter, load_segmenter
from zhibiao.text.sentences import sentences

REAL = sorted(DATA.rglob("*.txt"))
SETS = [[keyword.term for keyword in load_keywords(name)] for name in bundled_sets()]
MIXED = [*SETS[0], "数据", "大数据", "经济", "数字", "化转", "小区", "老旧小区", "5G", "年", "。各"]


@cache
def texts() -> list[str]:
    made = [report.text for report in generate_many(6, seed=3)]
    return made + [path.read_text("utf-8", errors="replace")[:40_000] for path in REAL[::12]]


@cache
def tokens_of(text: str) -> list[str]:
    return load_fine_segmenter().cut(text)


@cache
def cut_of(text: str) -> bytes:
    return packed_cut(text, tokens_of(text))


def counted(text: str, terms: Sequence[str], match: str) -> Counter[str]:
    (found,) = Matcher(terms, match).count(code_points(text), cut_of(text))  # type: ignore[arg-type]
    return Counter({terms[position]: count for position, count in found.counts.items()})


def by_regex(text: str, terms: Sequence[str]) -> Counter[str]:
    """Substrings: an alternation tries its branches in order, so the longest comes first."""
    ordered = sorted(terms, key=len, reverse=True)
    return Counter(re.findall("|".join(map(re.escape, ordered)), text))


def by_walking(tokens: Sequence[str], terms: Sequence[str]) -> Counter[str]:
    """Tokens: at each word, the longest run of words that together are a term."""
    wanted = set(terms)
    found: Counter[str] = Counter()
    at = 0
    while at < len(tokens):
        runs = ["".join(tokens[at:end]) for end in range(at + 1, min(len(tokens), at + 12) + 1)]
        run = next((run for run in reversed(runs) if run in wanted), None)
        if run is None:
            at += 1
            continue
        found[run] += 1
        length = 0
        while length < len(run):
            length += len(tokens[at])
            at += 1
    return found


@pytest.mark.parametrize("terms", [*SETS, MIXED])
def test_counts_equal_those_of_an_independent_count(terms: list[str]) -> None:
    total = 0
    for text in texts():
        tokens = tokens_of(text)
        assert counted(text, terms, "substring") == by_regex(text, terms)
        assert counted(text, terms, "token") == by_walking(tokens, terms)
        total += sum(counted(text, terms, "token").values())
    assert total > 50


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("愀a", ["慡", "a"], {"a": 1}),  # 慡 would be met between the bytes of the two
        ("😀经济😀😀数字经济", ["经济", "数字经济", "😀"], {"经济": 1, "数字经济": 1, "😀": 3}),
        ("数字经济\ud800经济", ["经济", "\ud800"], {"经济": 2, "\ud800": 1}),
    ],
)
def test_characters_of_any_width_are_counted_where_they_stand(
    text: str, terms: list[str], expected: dict[str, int]
) -> None:
    cut = packed_cut(text, list(text))  # the segmenter takes no half of a character
    matcher = Matcher(terms, "substring")
    (found,) = matcher.count(code_points(text), cut)
    assert {terms[at]: count for at, count in found.counts.items()} == expected
    places = matcher.occurrences(code_points(text), cut)
    assert all(text[start:end] == terms[term] for term, start, end in places)


@pytest.mark.skipif(not REAL, reason="there are no real reports beside the repository")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=pytest.mark.exhaustive if at % 12 else pytest.mark.long
        )
        for at, path in enumerate(REAL)
    ],
)
def test_counts_of_a_real_report_equal_those_of_an_independent_count(path: Path) -> None:
    text = path.read_text("utf-8", errors="replace")
    tokens = load_fine_segmenter().cut(text)
    cut = packed_cut(text, tokens)
    for terms in (*SETS, MIXED):
        for match, expected in (
            ("substring", by_regex(text, terms)),
            ("token", by_walking(tokens, terms)),
        ):
            (found,) = Matcher(terms, match).count(code_points(text), cut)  # type: ignore[arg-type]
            assert {terms[at]: count for at, count in found.counts.items()} == expected
            assert found.size.characters == len("".join(text.split()))


def test_a_term_counts_inside_a_compound_of_our_own_dictionary() -> None:
    text = "改造老旧小区40个。老旧小区改造惠及3万户，推进老旧小区改造。"
    assert "老旧小区改造" in load_segmenter().cut(text)
    for match in ("token", "substring"):
        assert counted(text, ["老旧小区"], match) == {"老旧小区": 3}


def test_tokens_are_not_counted_across_the_middle_of_a_word() -> None:
    text = "加快发展中国家合作"  # 发展/中国/家 is no cut of it
    assert counted(text, ["展中"], "substring") == {"展中": 1}
    assert counted(text, ["展中"], "token") == {}


def test_of_overlapping_terms_the_leftmost_and_longest_counts() -> None:
    terms = ["数字", "数字经济", "经济发展", "发展"]
    assert counted("数字经济发展", terms, "substring") == {"数字经济": 1, "发展": 1}
    assert counted("数字经济发展", terms, "token") == {"数字经济": 1, "发展": 1}


def test_characters_with_a_meaning_in_patterns_are_plain_text() -> None:
    text = "R&D投入（含C++）增长。PM2.5浓度下降，PM205不变；[绿]色|蓝色^$"
    terms = ["PM2.5", "C++", "R&D", "[绿]", "|", "^$", ".*", "（含"]
    assert counted(text, terms, "substring") == {
        **dict.fromkeys(["PM2.5", "C++", "R&D", "[绿]", "|", "^$", "（含"], 1)
    }


def test_denominators_are_those_of_the_same_cut() -> None:
    text = "经济增长6.5%左右。\n二、数字 经济！的发展"
    (found,) = Matcher(["经济"], "token").count(code_points(text), cut_of(text))
    tokens = load_fine_segmenter().cut(text)
    assert found.size.tokens == sum(any(map(str.isalnum, token)) for token in tokens)
    assert found.size.content_words == len(["经济", "增长", "数字", "经济", "发展"])
    assert found.size.characters == len(re.sub(r"\s", "", text))
    assert found.size.sentences == len(sentences(text)) == 3


def test_counts_of_the_parts_add_up_to_those_of_the_whole() -> None:
    for report in generate_many(6, seed=8):
        known = Metadata(year=report.year, review_year=report.year - 1)
        parts = main_sections_of(report.text, known)
        assert [part.span.start for part in parts] == [
            0,
            *(part.span.end for part in parts[:-1]),
        ]
        assert len(parts) >= 3
        assert all(part.heading in report.text for part in parts)
        matcher, cut = Matcher(MIXED, "token"), cut_of(report.text)
        whole = matcher.count(code_points(report.text), cut)[0]
        pieces = matcher.count(code_points(report.text), cut, [part.span for part in parts])
        assert sum((piece.counts for piece in pieces), Counter()) == whole.counts
        for name in whole.size._fields:
            assert sum(getattr(piece.size, name) for piece in pieces) == getattr(whole.size, name)


def test_a_gap_between_sections_is_in_none_of_them() -> None:
    text = "数字。数字。数字。"
    spans = [Span(0, 3), Span(6, 9)]
    found = Matcher(["数字"], "substring").count(code_points(text), cut_of(text), spans)
    assert [each.counts[0] for each in found] == [1, 1]
    assert [each.size.sentences for each in found] == [1, 1]


def test_a_column_of_notes_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_bytes("序号,词,权重,备注\n1,数字经济,2,核心\n2,5G,,\n".encode("gbk"))
    assert load_keywords(path) == (Keyword(term="数字经济", weight=2), Keyword(term="5G"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_sets_are_read_from_text_csv_and_toml(encoding: str, tmp_path: Path) -> None:
    files = {
        "plain.txt": "# 词\n数字经济\n\n  智能制造 \n数字经济\n绿色发展的产业与生活方式\n",
        "table.csv": "关键词,类别,权重\r\n数字经济,核心,2\r\n\r\n智能制造,应用,\r\n"
        "绿色发展的产业与生活方式,应用,0.5\r\n",
        "set.toml": 'terms = ["数字经济"]\n[groups."应用"]\nweight = 0.5\n'
        'terms = ["智能制造", {term = "绿色发展的产业与生活方式", weight = 3}]\n',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode(encoding))
    long = "绿色发展的产业与生活方式"
    assert [each.term for each in load_keywords(tmp_path / "plain.txt")] == [
        "数字经济",
        "智能制造",
        long,
    ]
    assert load_keywords(tmp_path / "table.csv") == (
        Keyword(term="数字经济", group="核心", weight=2),
        Keyword(term="智能制造", group="应用"),
        Keyword(term=long, group="应用", weight=0.5),
    )
    assert load_keywords(tmp_path / "set.toml") == (
        Keyword(term="数字经济"),
        Keyword(term="智能制造", group="应用", weight=0.5),
        Keyword(term=long, group="应用", weight=3),
    )


def test_toml_groups_may_be_lists_tables_of_weights_or_entries(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text(
        'description = "d"\nA = ["甲词"]\n[groups]\nB = ["乙词"]\n[C]\n"丙词" = 0.2\n'
        '[[keyword]]\nterm = "丁词"\ngroup = "D"\nweight = 4\n',
        "utf-8",
    )
    assert set(load_keywords(path)) == {
        Keyword(term="甲词", group="A"),
        Keyword(term="乙词", group="B"),
        Keyword(term="丙词", group="C", weight=0.2),
        Keyword(term="丁词", group="D", weight=4),
    }


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "", "holds no term"),
        ("a.txt", "# only a remark\n\n", "holds no term"),
        ("a.txt", "数字经济\n" + "长" * 101, "line 2.*101 characters"),
        ("a.csv", "词,权重\n数字经济,高", "line 2.*weight.*'高'"),
        ("a.csv", "词,权重\n数字经济,nan", "line 2.*weight"),
        ("a.csv", "数字经济,核心\n智能制造,应用", "line 1.*needs a heading"),
        ("a.csv", "词,组\n数字经济,甲\n数字经济,乙", "line 3.*in line 2 already"),
        ("a.csv", "词,wieght\n数字经济,2", "line 1.*'wieght' is unknown.*weight"),
        ("a.csv", "词,权重\n数字经济,1,甲", "line 2.*3 cells"),
        ("a.csv", "词,组\n,甲", "line 2.*at least one character"),
        ("a.csv", "词\n" + "长" * 200_000, "line 2"),
        ("a.toml", "terms = [", "no TOML"),
        ("a.toml", "terms = [1]", "term 1.*at least one character"),
        ("a.toml", 'terms = "数字经济"', "terms is no list"),
        ("a.toml", '[groups."甲"]\nterms = ["数字经济"]\nwieght = 2', "'甲'.*unknown key 'wieght'"),
        ("a.toml", "A = 3", "'A'.*found 3"),
        ("a.toml", '[groups.甲]\nterms = ["数字经济"]', "no TOML.*quotes"),
    ],
)
def test_a_bad_set_is_refused_by_file_and_place(
    name: str, content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(KeywordSetError, match=f"(?s)a\\.(txt|csv|toml).*{said}"):
        load_keywords(path)


def test_a_file_that_is_not_there_is_told_with_the_bundled_sets(tmp_path: Path) -> None:
    with pytest.raises(KeywordSetError, match=r"absent\.txt.*数字经济, 环境|absent\.txt.*环境"):
        load_keywords(tmp_path / "absent.txt")
    with pytest.raises(KeywordSetError, match="cannot be read"):
        load_keywords(tmp_path)


def test_a_workbook_is_no_set_and_is_told_with_the_forms_of_one(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "词" * 1000)
    with pytest.raises(KeywordSetError, match=r"own\.xlsx is no text.*txt.*csv or TOML"):
        load_keywords(path)


def test_a_set_of_more_characters_than_a_byte_numbers_is_counted_all_the_same() -> None:
    wide = [chr(0x4E00 + n) + chr(0x5000 + n) for n in range(300)]
    for text in texts():
        terms = [*MIXED, *wide]
        assert counted(text, terms, "substring") == by_regex(text, terms)
        assert counted(text, terms, "token") == by_walking(tokens_of(text), terms)
    assert counted("".join(wide), wide, "substring") == Counter(wide)


def test_a_set_of_100_000_terms_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.txt"
    path.write_text("\n".join(["数字经济", *(f"词{n:05}" for n in range(99_999))]), "utf-8")
    terms = [keyword.term for keyword in load_keywords(path)]
    text = "数字经济与词00042、词99998。"
    assert counted(text, terms, "substring") == {"数字经济": 1, "词00042": 1, "词99998": 1}
    path.write_text("\n".join(f"词{n:06}" for n in range(100_001)), "utf-8")
    with pytest.raises(KeywordSetError, match="100,001 terms; at most 100,000"):
        load_keywords(path)


@pytest.mark.parametrize("name", sorted(bundled_sets()))
def test_a_bundled_set_has_groups_and_each_term_once(name: str) -> None:
    keywords = load_keywords(name)
    assert len(keywords) >= 80
    assert all(keyword.group for keyword in keywords)
    assert len({keyword.term for keyword in keywords}) == len(keywords)
