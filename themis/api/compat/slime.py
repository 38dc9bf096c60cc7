"""slime's remote reward model: `--rm-type remote_rm --rm-url`. The reply itself is the reward."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from ninja import Router

from themis.api.compat import pulling
from themis.api.compat.doors import KEYS
from themis.api.compat.pulling import patience_of
from themis.api.replies import Refused

PATIENCE = 100  # seconds; the client gives up after 120
FORMS = ("number", "dict")

router = Router(tags=["compat"], auth=KEYS)


@router.post("/slime/rm", operation_id="slime_reward")
def reward(request: HttpRequest) -> JsonResponse:
    """A bare number; with `?form=dict` an object, for `--reward-key reward`."""
    form = request.GET.get("form", FORMS[0])
    if form not in FORMS:
        raise Refused(422, "invalid", f"form: expected one of {', '.join(FORMS)}", field="form")
    data = pulling.read(request)
    told = [data.get(name) for name in ("label", "metadata", "prompt", "response")]
    pk = pulling.trajectory_of(*told, where="the sample's label or its response", field="label")
    rows = pulling.ask(request, [pk])
    (answer,) = pulling.answers(rows, patience_of(request, PATIENCE))
    number = pulling.number(answer, "slime")
    if form == "number":
        return JsonResponse(number, safe=False)
    return JsonResponse(
        {
            "reward": number,
            "passed": answer.passed,
            "outcome": answer.row.outcome,
            "confidence": answer.confidence,
            "trajectory": pk,
            "id": answer.row.pk,
        }
    )
