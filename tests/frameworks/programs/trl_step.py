"""TRL: one whole step of GRPO on the processor, paid by Themis.

Usage: trl_step.py PASSED FAILED UNDECIDED, each the reference of a run

Each completion is about a run of its own, as with an agent whose environment records it: the
rollout says which. The model is random, and whatever it writes is worth nothing.
"""

from __future__ import annotations

import sys
import tempfile
from typing import Any

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

from tests.frameworks.programs.parts import tell
from themis.client.adapters.trl import themis_reward

WORDS = ["<pad>", "<end>", "<unk>", "book", "order", "save", "note", "tap", "type"]
GROUP = 4


def main(passed: str, failed: str, undecided: str) -> None:
    """Train one step, and tell what TRL logged of it."""
    runs = [passed, failed, failed, undecided, passed, passed, failed, undecided]
    seen: dict[str, Any] = {}

    async def themis(**given: Any) -> list[float | None]:
        rewards: list[float | None] = await themis_reward(**given)
        seen["rewards"] = rewards
        return rewards

    def rollout(prompts: list[str], trainer: GRPOTrainer) -> dict[str, Any]:
        ids = trainer.processing_class(prompts)["input_ids"]
        written = torch.randint(3, len(WORDS), (len(prompts), 6)).tolist()
        logprobs = [[-1.0] * 6 for _ in prompts]
        said = {"prompt_ids": ids, "completion_ids": written, "logprobs": logprobs}
        return {**said, "metadata": [{"run": run} for run in runs[: len(prompts)]]}

    with tempfile.TemporaryDirectory() as folder:
        trainer = GRPOTrainer(
            model=model(),
            args=config(folder),
            reward_funcs=[themis],
            train_dataset=Dataset.from_dict({"prompt": ["save note", "open order"] * 2}),
            processing_class=tokenizer(),
            rollout_func=rollout,
        )
        before = {name: held.clone() for name, held in trainer.model.named_parameters()}
        trainer.train()
    after = dict(trainer.model.named_parameters())
    tell(
        rewards=seen["rewards"],
        changed=sum(not torch.equal(before[name], after[name]) for name in before),
        finite=all(bool(torch.isfinite(held).all()) for held in after.values()),
        logged=trainer.state.log_history[0],
    )


def config(folder: str) -> GRPOConfig:
    """The smallest step there is, with all that a step has."""
    return GRPOConfig(
        output_dir=folder,
        use_cpu=True,
        bf16=False,
        max_steps=1,
        per_device_train_batch_size=2 * GROUP,
        num_generations=GROUP,
        max_completion_length=6,
        learning_rate=0.1,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        gradient_checkpointing=False,
        disable_tqdm=True,
    )


def tokenizer() -> PreTrainedTokenizerFast:
    """A dozen words."""
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, "<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="<end>", unk_token="<unk>"
    )


def model() -> LlamaForCausalLM:
    """A model of a language's shape and of random weights."""
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 1}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(WORDS), **shape, **heads))


if __name__ == "__main__":
    main(*sys.argv[1:])
