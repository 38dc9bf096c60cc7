"""OpenRLHF's remote reward model, `--reward.remote_url`, and that of older forks."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from ninja import Router

from themis.api.compat import pulling
from themis.api.compat.doors import KEYS
from themis.api.compat.pulling import patience_of
from themis.api.replies import Refused
from themis.domain.jsontypes import Json

PATIENCE = 150  # seconds; the client gives up after 180
WHERE = "its label, its prompt or its response"

router = Router(tags=["compat"], auth=KEYS)


@router.post("/openrlhf/{path:rest}", operation_id="openrlhf_reward")
def get_reward(request: HttpRequest, rest: str) -> JsonResponse:  # noqa: ARG001  any path will do
    """`rewards`, `scores` and `extra_logs` of each item; none of none.

    With several addresses the client sends the item to the first and empty lists to the others.
    """
    data = pulling.read(request)
    ids = [_named(item, number) for number, item in enumerate(_items(data))]
    rows = pulling.ask(request, ids) if ids else []
    answers = pulling.answers(rows, patience_of(request, PATIENCE))
    rewards = [pulling.number(each, "OpenRLHF") for each in answers]
    return JsonResponse(
        {
            "rewards": rewards,
            "scores": [_score(each, reward) for each, reward in zip(answers, rewards, strict=True)],
            "extra_logs": _logs(answers),
        }
    )


def _items(data: dict[str, Json]) -> list[tuple[Json, Json, Json]]:
    """Label, prompt and query of each; labels, and prompts, may be missing."""
    queries = data.get("query")
    if isinstance(queries, str | dict):
        queries = [queries]
    if not isinstance(queries, list):
        raise Refused(422, "invalid", "query: expected a list of texts", field="query")
    labels, prompts = (_beside(data, name, len(queries)) for name in ("labels", "prompts"))
    return list(zip(labels, prompts, queries, strict=True))


def _beside(data: dict[str, Json], name: str, n_items: int) -> list[Json]:
    given = data.get(name)
    if given is None or (given == [] and n_items):
        return [None] * n_items
    each: list[Json] = given if isinstance(given, list) else [given]
    if len(each) != n_items:
        said = f"{name}: {len(each)} for {n_items} queries; one each"
        raise Refused(422, "invalid", said, field=name)
    return each


def _named(item: tuple[Json, Json, Json], number: int) -> str:
    """What a model wrote is looked at last: it must not choose whose reward it gets."""
    label, prompt, query = item
    own = pulling.own_id(query.get("id")) if isinstance(query, dict) else None
    return pulling.trajectory_of(label, own, prompt, query, where=WHERE, field=f"query[{number}]")


def _score(answer: pulling.Answer, reward: float) -> float:
    """From 0 to 1, as the client's filter of tasks expects."""
    return reward if 0 <= reward <= 1 else answer.passed


def _logs(answers: list[pulling.Answer]) -> dict[str, list[float]]:
    """Numbers that each item has: the client stacks them."""
    if not answers:
        return {}
    return {
        "themis_passed": [each.passed for each in answers],
        "themis_undecided": [float(each.row.outcome == "undecided") for each in answers],
    }
