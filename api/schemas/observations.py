"""What is said of observations."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ObservationView(BaseModel):
    """One statement of one indicator; `start` and `end` point into the document's raw text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 41,
                    "indicator": "gdp",
                    "measure": "growth",
                    "value": 6.1,
                    "value_high": None,
                    "unit": "%",
                    "bound": "eq",
                    "status": "actual",
                    "period_start": 2022,
                    "period_end": 2022,
                    "evidence": "地区生产总值增长6.1%",
                    "sentence": "全年地区生产总值增长6.1%，好于预期。",
                    "region": "示例市",
                    "region_code": "000000",
                    "province": None,
                    "level": "prefecture",
                    "year": 2023,
                    "scope": "region",
                    "subject": "地区生产总值",
                    "tone": None,
                    "stretch": False,
                    "base_value": 6.1,
                    "base_unit": "%",
                    "flags": [],
                    "conflict": None,
                    "certain": True,
                    "doubts": [],
                    "corrected": None,
                    "rule": "",
                    "start": 812,
                    "end": 824,
                    "sentence_start": 810,
                    "sentence_end": 830,
                    "number_start": 820,
                    "number_end": 823,
                    "document": "示例市政府工作报告（2023年）",
                    "document_id": 12,
                    "source": "示例市.txt",
                }
            ]
        }
    )
    id: int
    indicator: str | None
    measure: str
    value: int | float
    value_high: int | float | None
    unit: str
    bound: str
    status: str
    period_start: int | None
    period_end: int | None
    evidence: str = Field(description="The phrase: from the name through the number, raw.")
    sentence: str | None = Field(
        description="The sentence that holds it, raw; at most 400 characters on either side of the "
        "evidence. null: extracted by a version that kept none; reprocess the document."
    )
    region: str | None
    region_code: str | None
    province: str | None
    level: str | None
    year: int | None
    scope: str
    subject: str
    tone: str | None
    stretch: bool = Field(description="A target beyond the one just stated: 6%左右，力争6.5%.")
    base_value: int | float | None
    base_unit: str | None
    flags: list[str]
    conflict: int | None
    certain: bool | None = Field(
        description="Without doubts. null: extracted by a version that did not ask."
    )
    doubts: list[str] | None = Field(description="Why it may be wrong; see docs/extraction.md.")
    corrected: str | None = Field(
        description="What a person has said of it: right, edited, added; null: nobody has."
    )
    overruled: bool = Field(
        default=False, description="A person has called it wrong, or edited it: another one counts."
    )
    rule: str
    start: int
    end: int
    sentence_start: int | None
    sentence_end: int | None
    number_start: int
    number_end: int
    document: str | None = Field(description="Title.")
    document_id: int
    source: str = Field(description="File name.")


class ObservationDetail(BaseModel):
    """One observation and what stands around it in the document's raw text."""

    observation: ObservationView
    address: str = Field(description="Where a person looks at it.")
    section: list[str] = Field(description="The headings that it is under, the outer one first.")
    before: str = Field(description="The lines before the number.")
    number: str = Field(description="The number, exactly as it stands there.")
    after: str = Field(description="The lines after it.")


class ObservationPage(BaseModel):
    observations: list[ObservationView]
    next: str | None
