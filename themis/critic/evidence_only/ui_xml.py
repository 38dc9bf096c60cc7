"""UI trees in XML: Android's uiautomator and the accessibility dumps of desktops."""

from __future__ import annotations

from collections.abc import Mapping

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from themis.critic.evidence_only.attributes import element_of, is_system_bar
from themis.critic.evidence_only.elements import Element


def read(text: str, limit: int) -> tuple[Element, ...] | None:
    """The elements of an XML tree; None if it is not one."""
    if not text.startswith("<"):
        return None
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    found: list[Element] = []
    for node in root.iter():
        if len(found) >= limit:
            break
        if any(is_system_bar(node.get(key) or "") for key in ("package", "resource-id")):
            continue
        found.append(element_of(_plain(node.attrib, str(node.tag), node.text or "")))
    return tuple(e for e in found if e.texts or e.hint or e.checked is not None)


def _plain(attributes: Mapping[str, str], tag: str, text: str) -> dict[str, str]:
    """Attributes without their namespaces; the tag is the role where no attribute names one."""
    plain = {key.rsplit("}", 1)[-1]: value for key, value in attributes.items()}
    plain.setdefault("role", plain.get("class") or tag.rsplit("}", 1)[-1])
    if text.strip():
        plain.setdefault("value" if "name" in plain else "text", text.strip())
    return plain
