"""How easily critics are deceived: `python -m benchmarks.red_team [FOLDER]...`.

Builds adversarial variants of labelled recordings (those of the demo, where no folder is named),
has critics judge them, and reports how often each class of attack is believed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.red_team.attacks import Attack, Original, Variant, originals
from benchmarks.red_team.report import Report, Tally
from benchmarks.red_team.trial import hear
from benchmarks.red_team.variants import SEED, variants
from themis.critic import loader
from themis.critic.contract import Critic, VisionModel
from themis.critic.models.absent import Absent
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.domain.errors import ThemisError, UnreadableTrajectory
from themis.domain.trajectory import Label
from themis.formats import native

DEMO = Path(__file__).resolve().parents[2] / "demo" / "trajectories"
USAGE = 2


def parser() -> argparse.ArgumentParser:
    """The options."""
    told = argparse.ArgumentParser(prog="benchmarks.red_team", description=__doc__)
    told.add_argument("folders", nargs="*", type=Path, help="labelled recordings (the demo)")
    told.add_argument("--critic", action="append", choices=loader.CRITICS, metavar="NAME",
                      help="whom to test, several times if you like: evidence-only without a"
                      " model, every critic with one")  # fmt: skip
    told.add_argument(
        "--model-url", help="an OpenAI-compatible server; its key is THEMIS_MODEL_KEY"
    )
    told.add_argument("--model", default="", help="the model's name there")
    told.add_argument("--most", type=int, help="at most so many variants of each class")
    told.add_argument("--seed", type=int, default=SEED, help="of the draw that --most makes")
    told.add_argument("--json", action="store_true", help="one JSON object in place of tables")
    told.add_argument("--keep", type=Path, metavar="DIR", help="write the variants there")
    return told


async def tried(
    critic: Critic, model: VisionModel, found: Sequence[Original], made: Sequence[Variant]
) -> Report:
    """One critic before every variant, and before the failed runs as they were."""
    failed = [each for each in found if each.label is Label.FAILED]
    untouched = await hear(critic, model, [(each.name, each.recording) for each in failed])
    tallies = {}
    for attack in Attack:
        of_class = [(each.name, each.recording) for each in made if each.attack is attack]
        tallies[attack] = Tally(heard=tuple(await hear(critic, model, of_class)))
    return Report(
        critic=critic.name,
        version=critic.version,
        model=model.name if critic.uses_model else "",
        attacks=tallies,
        untouched=Tally(heard=tuple(untouched)),
    )


def keep(made: Sequence[Variant], folder: Path) -> None:
    """Write every variant as a recording of its own, by class."""
    for each in made:
        native.write(each.recording, folder / each.attack.value.replace(" ", "-") / each.name)


async def work(chosen: argparse.Namespace) -> list[Report]:
    """Build, judge, and let go of the model."""
    found = list(originals(chosen.folders or [DEMO]))
    if not found:
        where = ", ".join(map(str, chosen.folders))
        raise UnreadableTrajectory(
            f"{where}: no labelled recording there; attacks are made of runs whose truth is known"
        )
    made = variants(found, most=chosen.most, seed=chosen.seed)
    if chosen.keep:
        keep(made, chosen.keep)
    names = chosen.critic or (loader.CRITICS if chosen.model_url else [loader.WITHOUT_MODEL])
    critics = [loader.critic(name) for name in names]
    if not chosen.model_url:
        return [await tried(critic, Absent(), found, made) for critic in critics]
    model = OpenAICompatible(
        url=chosen.model_url, model=chosen.model, key=os.environ.get("THEMIS_MODEL_KEY")
    )
    try:
        return [await tried(critic, model, found, made) for critic in critics]
    finally:
        await model.aclose()


def main(arguments: Sequence[str]) -> int:
    """Report; 2 for wrong use."""
    told = parser()
    chosen = told.parse_args(arguments)
    if chosen.model_url and not chosen.model:
        told.error("--model-url needs --model: which of its models should judge?")
    try:
        reports = asyncio.run(work(chosen))
    except ThemisError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    if chosen.json:
        document = {"seed": chosen.seed, "critics": [each.encoded() for each in reports]}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        sys.stdout.write("\n\n".join("\n".join(each.lines()) for each in reports) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
