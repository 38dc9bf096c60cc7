"""UI trees in XML: Android's uiautomator and the accessibility dumps of desktops."""

from __future__ import annotations

from xml.etree.ElementTree import Element as Node

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from themis.critic.evidence_only.attributes import element_of, is_system_bar
from themis.critic.evidence_only.elements import Element


def read(text: str, limit: int) -> tuple[Element, ...] | None:
    """The elements of an XML tree; None if it is not one."""
    root = root_of(text)
    if root is None:
        return None
    found: list[Element] = []
    for node in root.iter():
        if len(found) >= limit:
            break
        if any(is_system_bar(node.get(key) or "") for key in ("package", "resource-id")):
            continue
        found.append(element_of(plain(node)))
    return tuple(e for e in found if e.texts or e.hint or e.checked is not None)


def root_of(text: str) -> Node | None:
    """The root of an XML tree; None if it is not one, or one that declares entities."""
    if not text.startswith("<"):
        return None
    try:
        return fromstring(text)
    except (ParseError, DefusedXmlException, ValueError):
        return None


def plain(node: Node) -> dict[str, str]:
    """Attributes without their namespaces; the tag is the role where no attribute names one."""
    held = {key.rsplit("}", 1)[-1]: value for key, value in node.attrib.items()}
    held.setdefault("role", held.get("class") or str(node.tag).rsplit("}", 1)[-1])
    words = (node.text or "").strip()
    if words:
        held.setdefault("value" if "name" in held else "text", words)
    return held
