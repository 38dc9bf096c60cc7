"""Critics by name."""

from __future__ import annotations

import pytest

from themis.critic.loader import CRITICS, critic, default_name, settings_hash
from themis.critic.themis.panel import ThemisPanel
from themis.domain.errors import Misconfigured
from themis.domain.jsontypes import Json


def test_every_name_makes_its_critic() -> None:
    assert [critic(name).name for name in CRITICS] == list(CRITICS)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match=r"'tehmis'.*themis"):
        critic("tehmis")


def test_without_a_model_the_evidence_alone_decides() -> None:
    assert default_name(has_model=True) == "themis"
    assert default_name(has_model=False) == "evidence-only"


class Changed(ThemisPanel):
    @property
    def settings(self) -> dict[str, Json]:
        return {**super().settings, "audits": 9}


class Newer(ThemisPanel):
    version = "2"


def test_the_settings_hash_tells_critics_apart() -> None:
    assert settings_hash(ThemisPanel()) == settings_hash(critic("themis"))
    hashes = {settings_hash(each) for each in (ThemisPanel(), Changed(), Newer())}
    assert len(hashes) == 3
    assert all(len(each) == 64 for each in hashes)
