"""Everything known of one trajectory, as one JSON document: recording, verdicts, turns."""

from __future__ import annotations

from themis.domain import wire
from themis.domain.jsontypes import Json
from themis.trajectories.models import Trajectory
from themis.verdicts import queries as verdicts
from themis.verdicts.models import Verdict


def dossier(trajectory: Trajectory) -> dict[str, Json]:
    """The recording and every verdict on it with its whole evidence chain, the newest first."""
    recording = wire.dump(trajectory.recording) if trajectory.is_open else dict(trajectory.payload)
    recording.pop("v", None)
    return {
        "id": trajectory.pk,
        "state": trajectory.state,
        "source": trajectory.source,
        "created_at": trajectory.created_at.isoformat(),
        "trajectory": recording,
        "verdicts": [_verdict(verdict) for verdict in verdicts.all_of(trajectory)],
    }


def _verdict(verdict: Verdict) -> dict[str, Json]:
    finding = dict(verdict.finding or {})
    return {
        "verdict": verdict.pk,
        "status": verdict.status,
        "provisional": verdict.provisional,
        "n_steps": verdict.n_steps,
        "critic": verdict.critic,
        "critic_version": verdict.critic_version,
        "settings_hash": verdict.settings_hash,
        "model": verdict.model or None,
        "outcome": verdict.outcome or None,
        "confidence": verdict.confidence,
        "reward": verdict.reward,
        "reason": verdict.reason,
        "error": verdict.cause or None,
        "opened_at": verdict.opened_at.isoformat(),
        "closed_at": verdict.closed_at.isoformat() if verdict.closed_at else None,
        "seconds": round(verdict.seconds, 3),
        "calls": verdict.calls,
        "prompt_tokens": verdict.prompt_tokens,
        "completion_tokens": verdict.completion_tokens,
        "cached_tokens": verdict.cached_tokens,
        "price": verdict.price,
        "rounds": verdict.rounds,
        "evidence": finding.get("evidence", []),
        "injections": finding.get("injections", []),
        "turns": [wire.encode(turn) for turn in verdicts.turns(verdict)],
    }
