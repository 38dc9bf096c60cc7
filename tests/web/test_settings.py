"""Settings: the model. Secrets go in and never come out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from themis.accounts.models import Team, User
from themis.critic.models.pricing import Prices
from themis.pipeline import own_models
from themis.pipeline.endpoints import Endpoint, Origin, endpoint_of
from themis.pipeline.models import ModelEndpoint
from themis.pipeline.modelsfile import ModelsFile
from themis.web import probe
from themis.web.forms import EndpointForm
from themis.web.pages import model

pytestmark = pytest.mark.django_db

SECRET = "sk-very-secret-0123456789"
TYPED = {
    "url": "http://models.test/v1",
    "model": "a-model",
    "key": SECRET,
    "concurrency": "8",
    "timeout": "60",
}
FILED = Endpoint(
    url="http://file.test/v1",
    model="filed-vl",
    key=SECRET,
    concurrency=4,
    timeout=60,
    origin=Origin.FILE,
)


def page(client: Client) -> str:
    return client.get(reverse("settings:model")).content.decode()


def added(team: Team, **typed: str) -> ModelEndpoint:
    fresh = EndpointForm({**TYPED, **typed})
    assert fresh.is_valid(), fresh.errors
    return own_models.add(
        team=team,
        name=fresh.cleaned_data["name"],
        endpoint=fresh.endpoint(None),
        at=timezone.now(),
    )


def of(row: ModelEndpoint, what: str = "endpoint") -> str:
    return reverse(f"settings:{what}", args=[row.pk])


def test_an_owner_adds_a_model_and_its_key_is_never_shown(as_owner: Client, team: Team) -> None:
    as_owner.post(reverse("settings:model"), TYPED)
    endpoint = endpoint_of(team)
    assert endpoint is not None
    assert (endpoint.model, endpoint.key, endpoint.concurrency) == ("a-model", SECRET, 8)
    assert (endpoint.prices, endpoint.image_ids) == (None, None)
    assert "set by the team" in page(as_owner)
    assert "key set" in page(as_owner)
    row = ModelEndpoint.objects.get()
    for shown in (page(as_owner), as_owner.get(of(row)).content.decode()):
        assert SECRET not in shown


def test_prices_are_typed_and_shown(as_owner: Client, team: Team) -> None:
    prices = {"price_read": "0.2", "price_cached": "", "price_written": "0.6"}
    as_owner.post(reverse("settings:model"), {**TYPED, **prices, "image_ids": "no"})
    endpoint = endpoint_of(team)
    assert endpoint is not None
    assert endpoint.prices == Prices(read=0.2, written=0.6)
    assert endpoint.image_ids is False
    assert "0.2 read, 0.6 written a million tokens" in page(as_owner)
    assert "pictures never named" in page(as_owner)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"url": "ftp://there"}, "must be an http or https address"),
        ({"url": f"http://me:{SECRET}@there"}, "must not hold a password"),
        ({"name": "two words"}, "Letters, digits"),
        ({"price_cached": "1"}, "Needed as soon as another price is given"),
        ({"price_read": "-1", "price_written": "1"}, "greater than or equal to 0"),
        ({"price_read": "nan", "price_written": "1"}, "Enter a number"),
    ],
)
def test_what_cannot_work_is_told_at_its_field(
    as_owner: Client, team: Team, typed: dict[str, str], told: str
) -> None:
    body = as_owner.post(reverse("settings:model"), {**TYPED, **typed}).content.decode()
    assert told in body
    assert not ModelEndpoint.objects.exists()


def test_a_host_of_one_word_is_an_address(as_owner: Client, team: Team) -> None:
    as_owner.post(reverse("settings:model"), {**TYPED, "url": "vllm:8000/v1"})
    assert ModelEndpoint.objects.get().url == "http://vllm:8000/v1"


def test_an_empty_key_stays_only_with_its_address(as_owner: Client, team: Team) -> None:
    row = added(team)
    as_owner.post(of(row), {**TYPED, "key": "", "model": "another"})
    kept = endpoint_of(team)
    assert kept is not None
    assert (kept.model, kept.key) == ("another", SECRET)
    as_owner.post(of(row), {**TYPED, "key": "", "url": "http://elsewhere.test/v1"})
    moved = endpoint_of(team)
    assert moved is not None
    assert moved.key == ""


def test_a_key_sealed_by_another_secret_is_asked_for_again(
    as_owner: Client, team: Team, settings: Settings
) -> None:
    row = added(team)
    settings.SECRET_KEY = "another"
    as_owner.force_login(User.objects.get(username="owner"))
    assert "enter it again" in page(as_owner)
    assert "enter it again" in as_owner.post(of(row), {**TYPED, "key": ""}).content.decode()
    typed = {**TYPED, "key": "", "row": str(row.pk)}
    assert (
        "enter it again" in as_owner.post(reverse("settings:model-check"), typed).content.decode()
    )
    as_owner.post(of(row), TYPED)
    assert "enter it again" not in page(as_owner)


def test_models_stand_by_name_with_their_stand_ins_in_order(as_owner: Client, team: Team) -> None:
    added(team)
    added(team, name="judge", model="first-vl")
    last = added(team, name="judge", model="second-vl")
    body = page(as_owner)
    assert body.index("Asked by default") < body.index("first-vl") < body.index("second-vl")
    as_owner.post(of(last, "endpoint-rise"))
    body = page(as_owner)
    assert body.index("second-vl") < body.index("first-vl")


def test_an_endpoint_is_removed_only_when_it_is_named(as_owner: Client, team: Team) -> None:
    row = added(team)
    as_owner.post(of(row, "endpoint-removal"), {"model": "changed-meanwhile"})
    assert ModelEndpoint.objects.exists()
    as_owner.post(of(row, "endpoint-removal"), {"model": "a-model"})
    assert not ModelEndpoint.objects.exists()


def test_a_mate_sees_but_does_not_change(as_mate: Client, team: Team) -> None:
    row = added(team)
    body = page(as_mate)
    assert "Only engineers and admins" in body
    assert "a-model" in body
    assert "<form" not in body.split("<main")[1].split("</main>")[0]
    assert as_mate.get(of(row)).status_code == 403
    for url in (
        reverse("settings:model"),
        reverse("settings:model-check"),
        *(of(row, what) for what in ("endpoint", "endpoint-rise", "endpoint-removal")),
    ):
        assert as_mate.post(url, {**TYPED, "model": "a-model"}).status_code == 403
    assert ModelEndpoint.objects.get().url == TYPED["url"]


def test_another_teams_endpoint_is_not_found(as_stranger: Client, team: Team) -> None:
    row = added(team)
    assert as_stranger.get(of(row)).status_code == 404
    for what in ("endpoint", "endpoint-rise", "endpoint-removal"):
        assert as_stranger.post(of(row, what), TYPED).status_code == 404
    typed = {**TYPED, "key": "", "row": str(row.pk)}
    assert as_stranger.post(reverse("settings:model-check"), typed).status_code == 404
    assert "a-model" not in page(as_stranger)


def test_the_page_tells_what_comes_from_the_installation(
    as_owner: Client, team: Team, settings: Settings
) -> None:
    settings.MODEL_URL, settings.MODEL, settings.MODEL_KEY = "http://env.test/v1", "env-vl", SECRET
    settings.MODEL_URL += f"?api-key={SECRET}"
    added(team, name="judge")
    settings.MODELS = ModelsFile(models={"judge": (FILED,), "eyes": (FILED,)}, default="eyes")
    body = page(as_owner)
    assert "from the environment" in body
    assert "from the models file" in body
    assert "Goes before the one that the installation has" in body
    assert SECRET not in body


def test_the_default_of_the_file_stands_once(as_owner: Client, settings: Settings) -> None:
    settings.MODELS = ModelsFile(models={"eyes": (FILED,)}, default="eyes")
    body = page(as_owner)
    assert body.count("<strong>filed-vl</strong>") == 1
    assert "asked by default" in body


def test_without_a_model_the_page_teaches(as_owner: Client, as_mate: Client, team: Team) -> None:
    assert "vllm serve" in page(as_owner)
    assert "An engineer or admin of" in page(as_mate)
    added(team)
    assert "vllm serve" not in page(as_owner)


def test_without_a_default_the_page_warns(as_owner: Client, team: Team) -> None:
    added(team, name="judge")
    assert "No model is asked by default" in page(as_owner)


def test_a_check_shows_what_the_server_says(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(endpoint: object) -> probe.Answer:
        return probe.Answer(model="a-model", seconds=0.4, said="<b>ok</b>")

    monkeypatch.setattr(model, "ask", answers)
    body = as_owner.post(reverse("settings:model-check"), TYPED).content.decode()
    assert "answered in 0.4 s" in body
    assert "&lt;b&gt;ok" in body


def test_a_check_uses_the_key_that_is_kept_for_the_address(
    as_owner: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []

    async def answers(endpoint: Endpoint) -> probe.Answer:
        keys.append(endpoint.key)
        return probe.Answer(model="a-model", seconds=0.4)

    monkeypatch.setattr(model, "ask", answers)
    typed = {**TYPED, "key": "", "row": str(added(team).pk)}
    as_owner.post(reverse("settings:model-check"), typed)
    as_owner.post(reverse("settings:model-check"), {**typed, "url": "http://elsewhere.test/v1"})
    assert keys == [SECRET, ""]


def test_a_check_of_a_server_that_is_away_tells_so(as_owner: Client) -> None:
    typed = {**TYPED, "url": "http://127.0.0.1:9/v1"}
    body = as_owner.post(reverse("settings:model-check"), typed).content.decode()
    assert "did not answer" in body
    assert SECRET not in body
