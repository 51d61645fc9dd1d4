"""Chinese or English: as chosen on the page, else as the browser prefers."""

from __future__ import annotations

from fastapi import Request

from zhibiao.analysis.labels import Language

COOKIE = "zhibiao_language"


def language_of(request: Request) -> Language:
    chosen = request.cookies.get(COOKIE)
    if chosen == "zh":
        return "zh"
    if chosen == "en":
        return "en"
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> Language:
    """The first of the two in an Accept-Language header, by its weights; English by default."""
    weighted: list[tuple[float, Language]] = []
    for entry in accepted.split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        name = tag.strip().lower().partition("-")[0]
        if name == "zh" and quality > 0:
            weighted.append((quality, "zh"))
        elif name == "en" and quality > 0:
            weighted.append((quality, "en"))
    return max(weighted, key=lambda each: each[0])[1] if weighted else "en"
