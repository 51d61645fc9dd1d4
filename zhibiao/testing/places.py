"""Real regions with their GB/T 2260 codes, as places for synthetic reports."""

from __future__ import annotations

from dataclasses import dataclass

_PROVINCES = {
    "13": "河北省",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "51": "四川省",
    "61": "陕西省",
}
_NAMES = """
130100石家庄市 130200唐山市 130300秦皇岛市 130400邯郸市 130600保定市 130800承德市
320100南京市 320200无锡市 320300徐州市 320400常州市 320500苏州市 320600南通市 320700连云港市
320900盐城市 321000扬州市 321100镇江市 320281江阴市 320282宜兴市 320481溧阳市 320581常熟市
320582张家港市 320583昆山市 320682如皋市 320981东台市 321182扬中市 321183句容市
330100杭州市 330200宁波市 330300温州市 330400嘉兴市 330600绍兴市 330700金华市 330900舟山市
330282慈溪市 330481海宁市 330483桐乡市 330681诸暨市 330782义乌市 331081温岭市
340100合肥市 340200芜湖市 340300蚌埠市 341000黄山市 341100滁州市 341181天长市
350200厦门市 350500泉州市 350600漳州市 350582晋江市 350583南安市
360100南昌市 360400九江市 360700赣州市 361100上饶市
370100济南市 370200青岛市 370600烟台市 370700潍坊市 370800济宁市 370681龙口市 370783寿光市
410100郑州市 410300洛阳市 410700新乡市 411300南阳市
420500宜昌市 420600襄阳市 420583枝江市
430100长沙市 430600岳阳市 430900益阳市 430181浏阳市
440400珠海市 440600佛山市 441300惠州市 441400梅州市 441900东莞市
510500泸州市 510700绵阳市 511500宜宾市 510181都江堰市
610300宝鸡市 610400咸阳市 610500渭南市 611000商洛市
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A region that reports: a prefecture-level or a county-level city."""

    code: str  # GB/T 2260, six digits
    name: str  # full official name
    province: str  # full official name

    @property
    def county(self) -> bool:
        """Whether this is a county-level city (its code does not end in 00)."""
        return not self.code.endswith("00")

    @property
    def short(self) -> str:
        """The name without its 市: 彬州."""
        return self.name.removesuffix("市")


PLACES: tuple[Place, ...] = tuple(
    Place(code=entry[:6], name=entry[6:], province=_PROVINCES[entry[:2]])
    for entry in _NAMES.split()
)


def place(region: str) -> Place:
    """The place of a full name or a code.

    Raises:
        ValueError: `region` is none of `PLACES`.
    """
    for known in PLACES:
        if region in (known.name, known.code):
            return known
    raise ValueError(f"no synthetic reports for {region!r}: see zhibiao.testing.places.PLACES")
