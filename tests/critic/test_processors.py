"""Pictures are counted by the model's processor where it is at hand, else by the rule."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from themis.critic.imagecost import by_rule
from themis.critic.models import extras, processors
from themis.critic.models.processors import Processors, folder_for


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def keep(hub: Path, name: str, file: str = "preprocessor_config.json") -> Path:
    """Put a model's processor into the cache."""
    folder = hub / f"models--{name.replace('/', '--')}" / "snapshots" / "one"
    folder.mkdir(parents=True)
    (folder / file).write_text("{}")
    return folder


class Processor:
    """Counts a patch for every ten pixels, and how often it was loaded and asked."""

    merge_size = 2

    def __init__(self) -> None:
        self.loaded = 0
        self.asked = 0

    def from_pretrained(self, folder: str, **options: bool) -> Processor:
        assert options == {"local_files_only": True, "trust_remote_code": False}
        self.loaded += 1
        return self

    def get_number_of_image_patches(self, height: int, width: int, _: dict[str, int]) -> int:
        self.asked += 1
        if width > 200 * height:
            raise ValueError("far too narrow")
        return height * width // 10


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Processor:
    """Stands for transformers."""
    made = Processor()
    monkeypatch.setattr(extras, "missing", list)
    monkeypatch.setattr(extras, "package", lambda _: SimpleNamespace(AutoImageProcessor=made))
    return made


def test_without_its_files_the_rule_stands(hub: Path, processor: Processor) -> None:
    assert Processors().image_tokens("qwen2.5-vl", 1280, 800) == by_rule("qwen2.5-vl", 1280, 800)
    assert processor.loaded == 0


def test_without_the_packages_the_rule_stands(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(hub, "Qwen/Qwen2.5-VL-3B-Instruct")
    monkeypatch.setattr(extras, "missing", lambda: ["transformers"])
    assert Processors().image_tokens("qwen2.5-vl", 1280, 800) == by_rule("qwen2.5-vl", 1280, 800)


def test_the_processor_of_the_model_counts_and_is_loaded_once(
    hub: Path, processor: Processor
) -> None:
    keep(hub, "Qwen/Qwen2.5-VL-3B-Instruct")
    counting = Processors()
    assert counting.image_tokens("qwen2.5-vl", 100, 80) == 800 // 4 + processors.MARKS
    counting.image_tokens("qwen2.5-vl", 100, 80)
    counting.image_tokens("qwen2.5-vl", 100, 60)
    assert (processor.loaded, processor.asked) == (1, 2)


def test_threads_that_ask_at_once_load_it_once(hub: Path, processor: Processor) -> None:
    keep(hub, "Qwen/Qwen2.5-VL-3B-Instruct")
    counting, at_once = Processors(), threading.Barrier(8)

    def ask(width: int) -> None:
        at_once.wait()
        counting.image_tokens("qwen2.5-vl", width, 80)

    threads = [threading.Thread(target=ask, args=(100 + n % 2,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (processor.loaded, processor.asked) == (1, 2)


def test_a_picture_that_the_processor_refuses_is_counted_by_the_rule(
    hub: Path, processor: Processor
) -> None:
    keep(hub, "Qwen/Qwen2.5-VL-3B-Instruct")
    assert Processors().image_tokens("qwen2.5-vl", 9_000, 10) == by_rule("qwen2.5-vl", 9_000, 10)


def test_a_model_in_a_folder_counts_with_its_own_files(tmp_path: Path) -> None:
    assert folder_for(str(tmp_path)) is None
    (tmp_path / "preprocessor_config.json").write_text("{}")
    assert folder_for(str(tmp_path)) == tmp_path


def test_another_of_the_family_stands_in_and_no_other(hub: Path) -> None:
    keep(hub, "Qwen/Qwen3-VL-8B-Instruct")
    assert folder_for("qwen2.5-vl") is None
    older = keep(hub, "Qwen/Qwen2.5-VL-3B-Instruct")
    assert folder_for("qwen2.5-vl") == older
    assert folder_for("UI-TARS-1.5-7B") == older
    assert folder_for("a model of no known family") is None


def test_words_alone_do_not_stand_in(hub: Path) -> None:
    keep(hub, "Qwen/Qwen2.5-7B-Instruct", "tokenizer_config.json")
    assert folder_for("qwen2.5-vl") is None
