"""What can be set of critics: bounded, said in words, and standing in every verdict."""

from __future__ import annotations

import pytest

from tests.critic.exam import heard
from themis.critic.loader import (
    CRITICS,
    OPTIONS,
    Given,
    critic,
    models_asked,
    options_of,
    settings_hash,
)
from themis.critic.models.obliging import oblige
from themis.domain.errors import Misconfigured

ASKING = [name for name in CRITICS if "max_tokens" in OPTIONS[name].model_fields]


@pytest.mark.parametrize("name", CRITICS)
def test_every_option_says_what_it_does_and_has_a_default(name: str) -> None:
    for field in OPTIONS[name].model_fields.values():
        assert field.description
        assert not field.is_required()


@pytest.mark.parametrize("name", CRITICS)
def test_every_option_stands_in_the_settings(name: str) -> None:
    settings = critic(name).settings
    assert set(OPTIONS[name].model_fields) <= set(settings)


@pytest.mark.parametrize("name", ASKING)
def test_another_model_makes_other_settings(name: str) -> None:
    given: Given = {name: {"max_tokens": 4096}}
    assert settings_hash(critic(name, given)) != settings_hash(critic(name))


async def test_model_and_sampling_reach_every_question() -> None:
    given: Given = {"webjudge": {"model": "large", "temperature": 0.5, "max_tokens": 999}}
    _, model, _ = await heard(critic("webjudge", given), oblige)
    asked = {(each.model, each.temperature, each.max_tokens) for each in model.calls}
    assert asked == {("large", 0.5, 999)}


def test_members_of_an_ensemble_keep_their_own_options() -> None:
    given: Given = {"ensemble": {"members": ["zerogui"]}, "zerogui": {"votes": 2, "model": "large"}}
    members = critic("ensemble", given).settings["members"]
    assert members == [
        {
            "name": "zerogui",
            "version": critic("zerogui").version,
            "settings_hash": settings_hash(critic("zerogui", given)),
        }
    ]
    assert models_asked("ensemble", given) == ("large",)


def test_who_asks_the_default_model_asks_the_nameless_one() -> None:
    assert models_asked("zerogui") == ("",)
    assert models_asked("ensemble") == ("",)
    assert models_asked("evidence-only") == ()


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("zerogui", {"screens": "many"}, r"zerogui\.screens: .*integer"),
        ("zerogui", {"rule": "tossed"}, r"zerogui\.rule: .*majority"),
        ("zerogui", {"colour": 1}, r"zerogui\.colour: .*the options are model, "),
        ("evidence-only", {"votes": 1}, r"the options are none"),
        ("ensemble", {"members": []}, r"ensemble\.members: .*at least 1"),
        ("ensemble", {"members": ["ensemble"]}, "name its members instead"),
        ("ensemble", {"members": ["nobody"]}, "there is no critic 'nobody'"),
        ("ensemble", {"members": ["zerogui"], "quorum": 2}, "more than half"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    name: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(Misconfigured, match=told):
        critic(name, {name: options})  # type: ignore[dict-item]


def test_options_of_others_are_no_matter() -> None:
    assert options_of("digirl", {"zerogui": {"votes": 2}}) == options_of("digirl")
