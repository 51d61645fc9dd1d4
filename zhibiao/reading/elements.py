"""Elements of Office's XML by their local names, whichever namespace a document was written in."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def local_name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def children(parent: ET.Element, kind: str) -> list[ET.Element]:
    return [child for child in parent if local_name(child) == kind]


def first_child(parent: ET.Element, kind: str) -> ET.Element | None:
    return next((child for child in parent if local_name(child) == kind), None)


def attribute(element: ET.Element, name: str) -> str:
    """An attribute's value; "" where there is none."""
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )
