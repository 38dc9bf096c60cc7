"""A form of a critic's options, made from their types: the bounds and words stand there once."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from annotated_types import Ge, Le, MaxLen
from django import forms
from django.forms.boundfield import BoundField
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from themis.critic.options import Options
from themis.domain.jsontypes import Json

DOT = "."  # between a group and its option, as in "judge.model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One option, wherever it stands."""

    path: str
    group: str  # empty: none
    info: FieldInfo
    default: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that are shown together."""

    name: str
    fields: list[BoundField]


class OptionsForm(forms.Form):
    """All the options of one critic. Only what a person may choose is checked here."""

    def __init__(
        self, kind: type[Options], models: Sequence[str], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._places = list(_places(kind))
        for place in self._places:
            self.fields[place.path] = _field(place, models)

    @property
    def groups(self) -> list[Group]:
        """The fields in their groups, those of none first."""
        names = dict.fromkeys(["", *(place.group for place in self._places)])
        found = [
            Group(
                name=name.replace("_", " ").capitalize(),
                fields=[self[place.path] for place in self._places if place.group == name],
            )
            for name in names
        ]
        return [group for group in found if group.fields]

    def options(self) -> dict[str, Json]:
        """What was typed, as options are read."""
        typed: dict[str, Json] = {}
        for place in self._places:
            value = self.cleaned_data[place.path]
            if _is_list(place.info.annotation):
                value = [word.strip() for word in value.split(",") if word.strip()]
            if not place.group:
                typed[place.path] = value
                continue
            inner = typed.setdefault(place.group, {})
            if isinstance(inner, dict):
                inner[place.path.removeprefix(place.group + DOT)] = value
        return typed


def initial_of(options: Options) -> dict[str, object]:
    """What the form shows of options that are set."""
    flat: dict[str, object] = {}
    for name, value in options.model_dump(mode="json").items():
        if isinstance(value, dict):
            flat |= {f"{name}{DOT}{inner}": held for inner, held in value.items()}
        else:
            flat[name] = ", ".join(map(str, value)) if isinstance(value, list) else value
    return flat


def _places(kind: type[BaseModel], group: str = "", default: object = None) -> Iterator[Place]:
    for name, info in kind.model_fields.items():
        usual = info.get_default(call_default_factory=True)
        if default is not None:
            usual = getattr(default, name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from _places(info.annotation, name, usual)
        else:
            path = f"{group}{DOT}{name}" if group else name
            yield Place(path=path, group=group, info=info, default=usual)


def _field(place: Place, models: Sequence[str]) -> forms.Field:
    kind, is_optional = _plain(place.info.annotation)
    told: dict[str, typing.Any] = {
        "label": place.path.rpartition(DOT)[2].replace("_", " ").capitalize(),
        "help_text": f"{place.info.description}.{_by_default(place.default)}",
        "required": not is_optional,
    }
    least, most, longest = (_bound(place.info, each) for each in (Ge, Le, MaxLen))
    if place.path.rpartition(DOT)[2] == "model":
        names = [("", "the default one"), *((name, name) for name in models if name)]
        return forms.ChoiceField(choices=names, **told | {"required": False})
    if kind is bool:
        return forms.BooleanField(**told | {"required": False})
    if isinstance(kind, type) and issubclass(kind, Enum):
        words = [(each.value, str(each.value).replace("_", " ")) for each in kind]
        return forms.ChoiceField(choices=words, **told)
    if kind is int:
        return forms.IntegerField(min_value=least, max_value=most, **told)
    if kind is float:
        return forms.FloatField(min_value=least, max_value=most, **told)
    return forms.CharField(max_length=None if _is_list(kind) else longest, **told)


def _plain(annotation: object) -> tuple[object, bool]:
    """The type itself, and whether there may be none."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        members = typing.get_args(annotation)
        (kind,) = (each for each in members if each is not type(None))
        return kind, type(None) in members
    return annotation, False


def _is_list(annotation: object) -> bool:
    return typing.get_origin(annotation) in (tuple, list)


def _by_default(value: object) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        said = "on" if value else "off"
    elif isinstance(value, Enum):
        said = str(value.value).replace("_", " ")
    else:
        said = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f" By default {said}."


def _bound(info: FieldInfo, kind: type[Ge | Le | MaxLen]) -> typing.Any:  # noqa: ANN401 a number
    for each in info.metadata:
        match each:
            case Ge(ge=bound) | Le(le=bound) | MaxLen(max_length=bound) if isinstance(each, kind):
                return bound
    return None
