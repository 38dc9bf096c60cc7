"""A run without a word of the agent: what it did, not what it thinks or says of it."""

from __future__ import annotations

from dataclasses import replace

from themis.critic.transcript import SPEAKING, Transcript, history
from themis.domain.action import Action
from themis.domain.trajectory import Ending, Step, Trajectory

ACTS_CHARS = 20_000  # about 5,000 tokens: some 300 steps in full


def acts_only(trajectory: Trajectory) -> Trajectory:
    """The run with its actions and what the environment answered, and nothing the agent says."""
    steps = tuple(silenced(step) for step in trajectory.steps)
    return replace(trajectory, steps=steps, ending=Ending())


def acts(trajectory: Trajectory, *, limit: int = ACTS_CHARS) -> Transcript:
    """All that was done, in words, bounded."""
    return history(acts_only(trajectory), len(trajectory.steps) - 1, limit=limit)


def silenced(step: Step) -> Step:
    """One step with what it did and what the environment answered, and nothing the agent says."""
    actions = tuple(_mute(action) for action in step.actions)
    return replace(step, thought="", claim=None, actions=actions)


def _mute(action: Action) -> Action:
    return Action(type=action.type) if action.type in SPEAKING else action
