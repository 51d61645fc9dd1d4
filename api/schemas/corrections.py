"""What is said of corrections of observations."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import StoreId, Written
from zhibiao.domain import Bound, Measure, Scope, Status
from zhibiao.domain.corrections import CorrectionKind

_Unit = Annotated[Written, Field(max_length=40)]
_Offset = Annotated[int, Field(ge=0, le=100_000_000)]
_Number = Annotated[float, Field(allow_inf_nan=False)] | Annotated[int, Field(strict=True)]


class StatedFields(BaseModel):
    """What the report states; of an edited observation only what is to be another."""

    model_config = ConfigDict(extra="forbid")
    indicator: Annotated[Written, Field(max_length=80)] | None = Field(
        default=None, description="Id of the catalogue."
    )
    measure: Measure | None = None
    value: _Number | None = Field(default=None, description="As written, without the unit.")
    value_high: _Number | None = Field(
        default=None, description="Upper end of a range; null: none."
    )
    unit: _Unit | None = Field(default=None, description="As written: 亿元, %, 个百分点.")
    bound: Bound | None = None
    status: Status | None = None
    period_start: int | None = Field(default=None, description="First year; else period_end.")
    period_end: int | None = None
    scope: Scope | None = None
    stretch: bool | None = None
    start: _Offset | None = Field(
        default=None, description="Of the phrase that states it, in the raw text; half-open."
    )
    end: _Offset | None = None

    def said(self) -> dict[str, Any]:
        """By field; null only where it means something."""
        told = self.model_dump(mode="json", exclude_unset=True)
        return {
            name: value
            for name, value in told.items()
            if value is not None or name in ("value_high", "period_start")
        }


class CorrectionRequest(BaseModel):
    """Of one observation: it is right, it is wrong, it is edited, or one is added."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "wrong", "observation": 41},
                {"kind": "edited", "observation": 41, "stated": {"period_end": 2022}},
                {
                    "kind": "added",
                    "stated": {
                        "indicator": "gdp",
                        "measure": "growth",
                        "value": 6.8,
                        "unit": "%",
                        "period_end": 2022,
                        "start": 812,
                        "end": 824,
                    },
                },
            ]
        },
    )
    kind: CorrectionKind
    observation: StoreId | None = Field(
        default=None, description="Whose; of all but added ones. Ids change with reprocessing."
    )
    stated: StatedFields | None = Field(default=None, description="Of edited and added ones.")


class CorrectionView(BaseModel):
    """One correction, and what the current version of the rules has to say of it."""

    id: int
    kind: CorrectionKind
    found: dict[str, Any] | None = Field(description="What it was made of. null: nothing.")
    meant: dict[str, Any] | None = Field(description="What the report states. null: nothing.")
    by: str
    at: str
    in_force: bool
    agrees: bool | None = Field(
        description="Whether the current version finds by itself what that person means."
    )
    placed: bool = Field(
        description="false: what it states stands nowhere in the text as it is read now, so it is "
        "left out of all tables."
    )
    observation: int | None = Field(description="The observation that readers see of it.")
    ended_by: str | None
    ended_at: str | None


class CorrectionList(BaseModel):
    corrections: list[CorrectionView]


class CheckedView(BaseModel):
    """Somebody has read all of a report: what is seen of it is right, and nothing is missing."""

    by: str
    at: str
    confirmed: int = Field(description="Observations that were confirmed just now.")
