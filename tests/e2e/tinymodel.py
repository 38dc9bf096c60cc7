"""Writes a Qwen2.5-VL of random weights, about 0.4 million, with a tokenizer of its own.

Usage: .vllm/bin/python tests/e2e/tinymodel.py FOLDER [--terse]

It takes pictures and answers noise: enough to try the plumbing with, and never the quality. With
--terse it ends each part of a reply as soon as the schema lets it, so that a whole panel is done
in seconds. The same folder comes out each time. Runs in the environment that scripts/vllm.py makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2VLImageProcessor,
)
from transformers import Qwen2_5_VLForConditionalGeneration as Drawn

ROOT = Path(__file__).resolve().parents[2]
WORDS = 4096
CONTEXT = 131_072
END, PAD = "<|im_end|>", "<|endoftext|>"
START, IMAGE, VIDEO = "<|im_start|>", "<|image_pad|>", "<|video_pad|>"
ENDS = '"]},'  # what ends a part of a reply, the most wanted first
LOUD = 0.2  # ten times what the weights differ by
VISION = ("<|vision_start|>", "<|vision_end|>")
SPECIAL = [PAD, START, END, *VISION, IMAGE, VIDEO]
TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message['role'] }}
{% if message['content'] is string -%}
{{ message['content'] }}
{%- else -%}
{%- for part in message['content'] -%}
{%- if part['type'] == 'image' or part['type'] == 'image_url' or 'image' in part -%}
<|vision_start|><|image_pad|><|vision_end|>
{%- elif 'text' in part -%}
{{ part['text'] }}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""


def main() -> None:
    """Write everything a server loads into the folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--terse", action="store_true")
    options = parser.parse_args()
    folder: Path = options.folder
    tokenizer = trained()
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    # The bounds that Qwen2.5-VL is published with; those of the class are narrower.
    bounds = {"shortest_edge": 56 * 56, "longest_edge": 12_845_056}
    Qwen2VLImageProcessor(size=bounds).save_pretrained(folder)
    processor = {"processor_class": "Qwen2_5_VLProcessor"}
    for name in ("preprocessor_config.json", "tokenizer_config.json"):
        kept = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**kept, **processor}, indent=2))
    model = drawn(tokenizer)
    if options.terse:
        make_terse(model, tokenizer)
    model.save_pretrained(folder)
    n_parameters = sum(each.numel() for each in model.parameters())
    sys.stdout.write(f"{n_parameters:,} parameters in {folder}\n")


def trained() -> PreTrainedTokenizerFast:
    """A byte level BPE, trained on the critics' own prompts."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=WORDS,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts(), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens={
            "vision_start_token": VISION[0],
            "vision_end_token": VISION[1],
            "image_token": IMAGE,
            "video_token": VIDEO,
        },
        model_max_length=CONTEXT,
        chat_template=TEMPLATE,
    )


def texts() -> Iterator[str]:
    """The words that prompts are made of."""
    for pattern in ("themis/critic/**/*.md", "themis/critic/**/*.json"):
        for file in sorted(ROOT.glob(pattern)):
            yield file.read_text()


def drawn(tokenizer: PreTrainedTokenizerFast) -> Drawn:
    """A model of the family's shape and of random weights."""
    token = tokenizer.convert_tokens_to_ids
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": CONTEXT,
            "rope_parameters": {
                "rope_type": "default",
                "mrope_section": [4, 6, 6],
                "rope_theta": 10000.0,
            },
            "bos_token_id": token(PAD),
            "eos_token_id": token(END),
            "pad_token_id": token(PAD),
        },
        vision_config={
            "depth": 1,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_heads": 2,
            "out_hidden_size": 64,
            "fullatt_block_indexes": [0],
        },
        image_token_id=token(IMAGE),
        video_token_id=token(VIDEO),
        vision_start_token_id=token(VISION[0]),
        vision_end_token_id=token(VISION[1]),
        tie_word_embeddings=False,
    )
    torch.manual_seed(1)
    model = Drawn(config).to(torch.bfloat16)
    model.generation_config.eos_token_id = token(END)
    model.generation_config.pad_token_id = token(PAD)
    return model


def make_terse(model: Drawn, tokenizer: PreTrainedTokenizerFast) -> None:
    """Let tokens that end something outweigh all the others, whatever was read before.

    The first number of the state is the same at every place, for every token brings it along and
    no layer changes it; so what a token makes of it is a weight that never varies.
    """
    state, head = model.get_input_embeddings().weight.data, model.lm_head.weight.data
    state[:, 0] = LOUD
    head[:, 0] = 0
    for layer in model.model.language_model.layers:
        layer.self_attn.o_proj.weight.data[0] = 0
        layer.mlp.down_proj.weight.data[0] = 0
    for name, token in tokenizer.get_vocab().items():
        if name[0] in ENDS:
            head[token, 0] = LOUD * (len(ENDS) - ENDS.index(name[0]))


if __name__ == "__main__":
    main()
