"""The critic `evidence-only`: four roles over recorded facts, no model, nothing made up."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace

from themis.critic.contract import Case, Docket, Turn, VisionModel
from themis.critic.evidence_only import judge, reviewer, selector, verifier
from themis.critic.evidence_only.evidence_room import open_room
from themis.critic.evidence_only.orders import orders_in_pictures
from themis.critic.evidence_only.proof import Proof
from themis.critic.evidence_only.reading import Reading
from themis.critic.evidence_only.selector import Task
from themis.critic.injection.reporting import reporting
from themis.domain import wire
from themis.domain.evidence import Round
from themis.domain.jsontypes import Json
from themis.domain.verdict import Finding


@reporting
class EvidenceOnly:
    """Judges by screens, UI trees, typed text and actions alone; undecided wherever they end."""

    name = "evidence-only"
    version = "2"
    uses_model = False

    def __init__(self, reading: Reading | None = None) -> None:
        self._reading = reading or Reading()

    @property
    def settings(self) -> dict[str, Json]:
        """Whether pictures could be read changes outcomes, so it is told."""
        return {"ocr": self._reading.is_possible}

    async def judge(self, case: Case, model: VisionModel, docket: Docket) -> Finding:  # noqa: ARG002
        """Take one case to a finding; the model is never asked."""
        room = await asyncio.to_thread(open_room, case, self._reading)
        record = _Record(docket=docket, mark=self._mark(case))
        tasks = await asyncio.to_thread(selector.select, room.run)
        milestones = tuple(task.milestone for task in tasks)
        current = Round(number=1, milestones=milestones)
        await record.keep("selector/1", "selector", wire.encode(milestones))
        await docket.show((current,))
        proofs: tuple[Proof, ...] = ()
        for task in tasks:
            proof = await asyncio.to_thread(verifier.verify, task, room.run, tasks)
            proofs = (*proofs, proof)
            current = await self._verified(task, proof, current, record)
        charges = await asyncio.to_thread(
            reviewer.review, room.run, tasks, proofs, change=room.change
        )
        objections = tuple(charge.objection for charge in charges)
        current = replace(current, objections=objections, reviewed=True)
        await record.keep("reviewer/1", "reviewer", wire.encode(objections), room.looked_at)
        await docket.show((current,))
        finding = judge.conclude((current,), tasks, proofs, charges, room.notes)
        injections = await asyncio.to_thread(orders_in_pictures, room.run)
        finding = replace(finding, injections=injections)
        told = replace(finding, rounds=())
        await record.keep("judge", "judge", wire.encode(told))
        return finding

    async def _verified(self, task: Task, proof: Proof, current: Round, record: _Record) -> Round:
        found = verifier.verification(task, proof)
        screens = tuple(dict.fromkeys(s for e in found.evidence for s in e.screens))
        key = f"verifier/1/{task.milestone.id}"
        await record.keep(key, "verifier", wire.encode(found), screens)
        grown = replace(current, verifications=(*current.verifications, found))
        await record.docket.show((grown,))
        return grown

    def _mark(self, case: Case) -> str:
        """What stands for prompt and settings: the same facts give the same turns."""
        facts = json.dumps([self.name, self.version, self.settings, wire.encode(case.trajectory)])
        return hashlib.sha256(facts.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """Writes each role's act down once, also over several tries at the same case."""

    docket: Docket
    mark: str

    async def keep(self, key: str, role: str, parsed: Json, screens: tuple[int, ...] = ()) -> None:
        prompt_hash = hashlib.sha256(f"{self.mark}/{key}".encode()).hexdigest()
        if await self.docket.recall(key, prompt_hash) is None:
            await self.docket.record(
                Turn(key=key, role=role, round=1, prompt_hash=prompt_hash, parsed=parsed,
                     screens=screens)
            )  # fmt: skip
