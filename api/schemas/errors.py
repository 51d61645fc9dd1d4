"""What an answer that is no success looks like."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ErrorBody(BaseModel):
    code: str = Field(description="Stable, for programs; see docs/errors.md.")
    message: str = Field(description="For people: what, where, what to do.")
    details: dict[str, Any] = Field(description="Facts for programs.")
    request_id: str = Field(description="Also in the header X-Request-ID and in the log.")


class ErrorAnswer(BaseModel):
    """Every answer that is no success."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "not_found",
                        "message": "There is no run 99.",
                        "details": {"run": 99},
                        "request_id": "1f0c2b7e5d1a4c0f8e6d3b2a19087f65",
                    }
                }
            ]
        }
    )
    error: ErrorBody
