"""The panel as a critic: select, verify and review until the case stands, then judge."""

from __future__ import annotations

from themis.critic.contract import Case, Docket, VisionModel
from themis.critic.injection.reporting import reporting
from themis.critic.themis.chain import Chain
from themis.critic.themis.checks import verify_all
from themis.critic.themis.decided import is_decided
from themis.critic.themis.hearing import PROMPTS, Hearing, open_hearing
from themis.critic.themis.judge import decide
from themis.critic.themis.options import PanelOptions
from themis.critic.themis.reviewer import review
from themis.critic.themis.selector import select
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding, Outcome

EARLY = "judge/early"


@reporting
class ThemisPanel:
    """OS-Themis: Selector, Verifier, Reviewer and Judge, one model behind all unless told else."""

    name = "themis"
    version = PROMPTS.version
    uses_model = True

    def __init__(self, options: PanelOptions = PanelOptions()) -> None:  # noqa: B008  frozen
        self._options = options

    @property
    def settings(self) -> dict[str, Json]:
        """All options, and where the confidence comes from."""
        return {
            **self._options.model_dump(mode="json"),
            "confidence": "the outcome's probability where the model offers it, else its own",
        }

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:
        """Take a case to its finding; a run without a step goes straight to the Judge."""
        hearing = await open_hearing(case, model, docket, self._options)
        chain = Chain(docket)
        if case.trajectory.steps:
            early = await _deliberate(hearing, chain)
            if early is not None:
                return early
        return await decide(hearing, chain.rounds)


async def _deliberate(hearing: Hearing, chain: Chain) -> Finding | None:
    """Build the evidence chain; the finding where one failure decides the case before its end.

    The objections of the last audit are answered too, by a last round that nobody reviews.
    """
    options = hearing.options
    calls_left = options.selections
    may_stop = options.early_stop
    for audits in range(options.audits + 1):
        selection = await select(hearing, chain.rounds, tries=min(options.tries, calls_left))
        calls_left -= selection.calls
        await verify_all(hearing, chain, selection.milestones)
        if audits == options.audits:
            break
        objections = await review(hearing, chain.rounds)
        await chain.reviewed(objections)
        if not objections or not calls_left:
            break
        if may_stop and is_decided(chain.rounds[-1]):
            finding = await decide(hearing, chain.rounds, key=EARLY)
            if finding.outcome is Outcome.FAILED:
                return finding
            may_stop = False  # what a Judge doubts is heard to the end, and only once
    return None
