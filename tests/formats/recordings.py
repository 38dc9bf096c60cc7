"""Small recordings made by hand, in every format."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

from themis.domain.jsontypes import Json

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NO_DATA = f"the real recordings are not at {DATA}"


def png(width: int = 100, height: int = 200) -> bytes:
    """The first bytes of a PNG: all that a reader ever looks at."""
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02"


def write_json(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def write_lines(path: Path, *lines: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png())


def webvoyager(folder: Path, *turns: str, first: str = "", screens: int | None = None) -> Path:
    """A WebVoyager run whose turns alternate: observation, reply, observation, reply, ..."""
    task = first or "Now given a task: Find it.  Please interact with https://a.example/ and get"
    task += "" if first else " the answer."
    opening = f"{task}Observation: please analyze the attached screenshot.\n{turns[0]}"
    said = [{"role": "system", "content": "You browse."}, {"role": "user", "content": opening}]
    for position, turn in enumerate(turns[1:]):
        role = "assistant" if position % 2 == 0 else "user"
        said.append({"role": role, "content": turn})
    write_json(folder / "interact_messages.json", said)
    replies = sum(message["role"] == "assistant" for message in said)
    for number in range(1, (replies if screens is None else screens) + 1):
        touch(folder, f"screenshot{number}.png")
    return folder


def osworld(folder: Path, *actions: Json, task: str = "Open the file", result: str = "") -> Path:
    """A stock OSWorld run, one line and one step for each action."""
    lines = []
    for number, action in enumerate(actions, 1):
        shot = f"step_{number}.png"
        touch(folder, shot)
        lines.append({"step_num": number, "action": action, "screenshot_file": shot})
    write_lines(folder / "traj.jsonl", *lines)
    if task:
        write_json(folder / f"{folder.name}.json", {"id": folder.name, "instruction": task})
    if result:
        (folder / "result.txt").write_text(result, encoding="utf-8")
    return folder


INIT: Json = {"type": "system", "subtype": "init", "model": "a-model"}
DONE: Json = {"type": "result", "subtype": "success", "is_error": False, "result": "It is done."}


def say(words: str) -> Json:
    return {"type": "assistant", "message": {"content": [{"type": "text", "text": words}]}}


def call(identity: str, name: str, **given: Json) -> Json:
    block: Json = {"type": "tool_use", "id": identity, "name": name, "input": dict(given)}
    return {"type": "assistant", "message": {"content": [block]}}


def answer(identity: str, *parts: Json, is_error: bool = False) -> Json:
    block: dict[str, Json] = {"type": "tool_result", "tool_use_id": identity}
    block["content"] = list(parts)
    if is_error:
        block["is_error"] = True
    # The stream repeats what came back at the top level.
    return {"type": "user", "message": {"content": [block]}, "tool_use_result": list(parts)}


def words(text: str) -> Json:
    return {"type": "text", "text": text}


def picture(width: int = 100, height: int = 200) -> Json:
    data = base64.b64encode(png(width, height)).decode()
    return {"type": "image", "source": {"type": "base64", "data": data}}


def tree(label: str, width: int = 200, height: int = 400) -> Json:
    return words(
        json.dumps(
            {
                "ui_schema": {"platform": "android"},
                "elements": [{"b": f"[0,0][{width},{height}]", "txt": label}],
            }
        )
    )


def mcp(folder: Path, *lines: Json, verdict: str = "PASS", **meta: Json) -> Path:
    """A run of the benchmark's layout: results/<tool>/<task>/<run> below tasks/."""
    run = folder / "results" / "maestro" / "a1" / "run-1"
    write_lines(run / "transcript.jsonl", INIT, *lines)
    write_json(run / "meta.json", {"task": "a1", "verdict": verdict, **meta})
    tasks = folder / "tasks"
    tasks.mkdir(parents=True, exist_ok=True)
    (tasks / "a1-launch.yaml").write_text("id: a1\nprompt: |\n  Launch the app.\n", "utf-8")
    return run


def native(folder: Path, **changes: Json) -> Path:
    """A recording in Themis' own format."""
    touch(folder, "screens/1.png", "screens/2.png")
    action: Json = {"type": "click", "point": {"x": 1, "y": 2}}
    document: dict[str, Json] = {
        "themis": "trajectory/2",
        "instruction": "Save the note",
        "platform": "web",
        "screens": ["screens/1.png", "screens/2.png"],
        "steps": [{"before": 0, "after": 1, "actions": [action]}],
    }
    document.update(changes)
    write_json(folder / "trajectory.json", document)
    return folder


def agentnet_step(number: int, code: str, **more: Json) -> dict[str, Json]:
    """A step of AgentNetBench."""
    said: Json = {
        "observation": "A page.",
        "thought": "It is there.",
        "low_level_instruction": "Go",
    }
    step: dict[str, Json] = {"step_num": number, "image": f"d_{number}.png", "action": code}
    return {**step, "inner_monologue": said, "ground_truth_actions": [], **more}


def agentnet(folder: Path, *steps: dict[str, Json], **more: Json) -> Path:
    """A demonstration of AgentNetBench."""
    told: dict[str, Json] = {"task_id": "d", "high_level_task_description": "Look it up"}
    return write_json(folder / "d.json", {**told, "steps": list(steps), **more})


def atif(folder: Path, *steps: Json, file: str = "trajectory.json", **changes: Json) -> Path:
    """An ATIF document whose first step is the user's, the others as given."""
    first: Json = {"source": "user", "message": "Save the note"}
    numbered: list[Json] = [
        {"step_id": number, **step}
        for number, step in enumerate((first, *steps), 1)
        if isinstance(step, dict)
    ]
    document: dict[str, Json] = {
        "schema_version": "ATIF-v1.7",
        "session_id": "s-1",
        "agent": {"name": "an-agent", "version": "1.0"},
        "steps": numbered,
    }
    document.update(changes)
    write_json(folder / file, document)
    return folder


def shot(path: str) -> Json:
    """An ATIF content part: a picture beside the document."""
    return {"type": "image", "source": {"media_type": "image/png", "path": path}}


def tool(name: str, identity: str = "c1", **arguments: Json) -> Json:
    """An ATIF tool call."""
    return {"tool_call_id": identity, "function_name": name, "arguments": dict(arguments)}
