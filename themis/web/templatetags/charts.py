"""Values of charts as people read them."""

from __future__ import annotations

from django import template

from themis.web.plots import addresses
from themis.web.plots.sheet import Cell, Column
from themis.web.templatetags.figures import price

register = template.Library()


@register.filter
def valued(cell: Cell, column: Column) -> str:
    """A value by what its column holds; a dash where there is none."""
    value = cell.value
    if value is None:
        return "–"
    if isinstance(value, str):
        return value or "unknown"
    if column.kind == "share":
        return f"{value * 100:.1f} %"
    if column.kind == "price":
        return price(float(value))
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


@register.filter
def spoken(error_class: str) -> str:
    """A class of error in words."""
    return addresses.spoken(error_class)
