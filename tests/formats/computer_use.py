"""Small logs of models that use a computer, with pictures that show what is where."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

from PIL import Image, ImageDraw

from tests.formats.recordings import write_json, write_lines
from themis.domain.jsontypes import Json

WIDTH, HEIGHT = 1280, 800
LEFT, TOP, RIGHT, BOTTOM = 1010, 590, 1033, 605  # the target, at 80 % of the width
RED, WHITE = (255, 0, 0), (255, 255, 255)
ASKED = "Press the red button"

Object = dict[str, Json]


def screen(width: int = WIDTH, height: int = HEIGHT, shade: int = 255) -> bytes:
    """A screen with one red target; `shade` makes pictures differ."""
    image = Image.new("RGB", (width, height), (shade, shade, 255))
    wide, high = width / WIDTH, height / HEIGHT
    box = (LEFT * wide, TOP * high, RIGHT * wide, BOTTOM * high)
    ImageDraw.Draw(image).rectangle(box, fill=RED)
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def colour(content: bytes, x: float, y: float) -> object:
    """The colour of one pixel."""
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").getpixel((int(x), int(y)))


def aim(wide: float = WIDTH, high: float = HEIGHT) -> tuple[int, int]:
    """The middle of the target, where the screen counts as so wide and high."""
    x, y = (LEFT + RIGHT) / 2 / WIDTH * wide, (TOP + BOTTOM) / 2 / HEIGHT * high
    return round(x), round(y)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def uri(content: bytes) -> str:
    return f"data:image/png;base64,{encoded(content)}"


# Anthropic


def image(content: bytes) -> Object:
    source: Object = {"type": "base64", "media_type": "image/png", "data": encoded(content)}
    return {"type": "image", "source": source}


def words(text: str) -> Object:
    return {"type": "text", "text": text}


def use(identity: str, action: str, **given: Json) -> Object:
    called: Object = {"action": action, **given}
    return {"type": "tool_use", "id": identity, "name": "computer", "input": called}


def member(identity: str, name: str, toolset: str = "computer", **given: Json) -> Object:
    block: Object = {"type": "tool_use", "id": identity, "name": name, "toolset_name": toolset}
    return {**block, "input": dict(given)}


def result(identity: str, *content: Object, failed: bool = False) -> Object:
    block: Object = {"type": "tool_result", "tool_use_id": identity, "content": list(content)}
    return {**block, "is_error": True} if failed else block


def user(*content: Object) -> Object:
    return {"role": "user", "content": list(content)}


def assistant(*content: Object) -> Object:
    return {"role": "assistant", "content": list(content)}


def request(*messages: Object, display: tuple[int, int] | None = None) -> Object:
    tool: Object = {"type": "computer_toolset_20260801"}
    if display is not None:
        tool = {"type": "computer_20250124", "name": "computer"}
        tool |= {"display_width_px": display[0], "display_height_px": display[1]}
    return {"model": "claude-x", "max_tokens": 9, "tools": [tool], "messages": list(messages)}


# OpenAI


def computer_call(identity: str, *actions: Object) -> Object:
    item: Object = {"type": "computer_call", "id": f"cu_{identity}", "call_id": identity}
    item |= {"status": "completed", "pending_safety_checks": []}
    return (
        {**item, "actions": list(actions)} if len(actions) > 1 else {**item, "action": actions[0]}
    )


def call_output(identity: str, picture: str) -> Object:
    output: Object = {"type": "computer_screenshot", "image_url": picture}
    return {"type": "computer_call_output", "call_id": identity, "output": output}


def asked(text: str = ASKED) -> Object:
    return {"role": "user", "content": [{"type": "input_text", "text": text}]}


def answered(text: str) -> Object:
    part: Object = {"type": "output_text", "text": text, "annotations": []}
    message: Object = {"type": "message", "id": "msg_1", "role": "assistant"}
    return {**message, "status": "completed", "content": [part]}


# Gemini


def content(role: str, *parts: Object) -> Object:
    return {"role": role, "parts": list(parts)}


def function_call(name: str, **given: Json) -> Object:
    return {"functionCall": {"name": name, "args": dict(given)}}


def function_response(name: str, picture: bytes | None = None, **response: Json) -> Object:
    held: Object = {"name": name, "response": dict(response)}
    if picture is not None:
        blob: Object = {"mimeType": "image/png", "data": encoded(picture)}
        held["parts"] = [{"inlineData": blob}]
    return {"functionResponse": held}


# UI-TARS


def report(*replies: str, model: str = "UI-TARS-1.5-7B", picture: bytes = b"") -> Object:
    """What the desktop program saves: a screenshot before each reply."""
    shot = encoded(picture or screen())
    told: list[Json] = [{"from": "human", "value": ASKED}]
    for reply in replies:
        told.append({"from": "human", "value": "<image>", "screenshotBase64": shot})
        told.append({"from": "gpt", "value": reply})
    about: Object = {"version": "1", "instruction": ASKED, "modelName": model, "status": "end"}
    return {**about, "conversations": told}


# cua


def cua(folder: Path, *, with_new_items: bool = False) -> Path:
    """A folder as the trajectory saver writes it: one screenshot, one click, an answer."""
    x, y = aim()
    look, click = computer_call("a", {"type": "screenshot"}), computer_call("b", _click(x, y))
    answer = answered("Pressed.")
    metadata: Object = {"trajectory_id": "2026-01-01_x", "status": "completed"}
    metadata["kwargs"] = {"messages": [asked()], "model": "openai/x"}
    if with_new_items:
        shots = (call_output("a", uri(screen())), call_output("b", "/home/x/shots/b.png"))
        metadata["new_items"] = [look, shots[0], click, shots[1], answer]
        (folder / "screenshots").mkdir(parents=True)
        (folder / "screenshots" / "b.png").write_bytes(screen(shade=200))
    else:
        _artifact(folder, "turn_000/0001_agent_response", {"response": {"output": [look]}})
        _shot(folder, "turn_001/0002_screenshot_after", screen())
        _artifact(folder, "turn_001/0003_computer_call_result", _result(look))
        _artifact(folder, "turn_002/0004_agent_response", {"response": {"output": [click]}})
        _shot(folder, "turn_003/0005_screenshot_after", screen(shade=200))
        _artifact(folder, "turn_003/0006_computer_call_result", _result(click))
        _shot(folder, "turn_003/0007_screenshot_action", screen(shade=10))
        _artifact(folder, "turn_004/0008_agent_response", {"response": {"output": [answer]}})
    write_json(folder / "metadata.json", metadata)
    return folder


def _click(x: float, y: float) -> Object:
    return {"type": "click", "button": "left", "x": x, "y": y}


def _result(item: Object) -> Object:
    return {"item": item, "result": [call_output(str(item["call_id"]), "[omitted]")]}


def _artifact(folder: Path, name: str, value: Object) -> None:
    write_json(folder / f"{name}.json", value)


def _shot(folder: Path, name: str, picture: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(picture)


# One log for each way of counting: the model sees the screen and presses the target.


def claude_log(folder: Path, *, display: tuple[int, int] | None = None) -> Path:
    at: list[Json] = list(aim(*(display or (WIDTH, HEIGHT))))
    return write_json(
        folder / "log.json",
        request(
            user(words(ASKED)),
            assistant(use("1", "screenshot")),
            user(result("1", image(screen()))),
            assistant(use("2", "left_click", coordinate=at)),
            display=display,
        ),
    )


def claude_toolset_log(folder: Path) -> Path:
    at: list[Json] = list(aim())
    return write_json(
        folder / "log.json",
        [user(words(ASKED), image(screen())), assistant(member("1", "left_click", coordinate=at))],
    )


def openai_log(folder: Path, *, display: tuple[int, int] | None = None) -> Path:
    x, y = aim(*(display or (WIDTH, HEIGHT)))
    tool: Object = {"type": "computer"}
    if display:
        tool = {"type": "computer_use_preview", "environment": "browser"}
        tool |= {"display_width": display[0], "display_height": display[1]}
    items: list[Json] = [
        asked(),
        computer_call("1", {"type": "screenshot"}),
        call_output("1", uri(screen())),
        computer_call("2", _click(x, y)),
    ]
    return write_json(folder / "log.json", {"model": "x", "tools": [tool], "input": items})


def gemini_log(folder: Path, name: str = "click_at") -> Path:
    x, y = aim(1000, 1000)
    shown: Object = {"inlineData": {"mimeType": "image/png", "data": encoded(screen())}}
    contents: list[Json] = [
        content("user", {"text": ASKED}, shown),
        content("model", function_call(name, x=x, y=y)),
    ]
    return write_json(folder / "log.json", {"contents": contents})


def uitars_log(folder: Path, model: str, wide: float, high: float) -> Path:
    x, y = aim(wide, high)
    reply = f"Thought: there\nAction: click(start_box='({x},{y})')"
    return write_json(folder / "log.json", report(reply, model=model))


def uitars_parsed_log(folder: Path) -> Path:
    x, y = (LEFT + RIGHT) / 2 / WIDTH, (TOP + BOTTOM) / 2 / HEIGHT
    told = report("Action: click(start_box='(9,9)')")
    inputs: Object = {"start_box": json.dumps([x, y, x, y]), "start_coords": [9, 9]}
    parsed: Object = {"action_type": "click", "thought": "there", "action_inputs": inputs}
    entries = told["conversations"]
    assert isinstance(entries, list)
    assert isinstance(entries[-1], dict)
    entries[-1]["predictionParsed"] = [parsed]
    return write_json(folder / "log.json", told)


def lines(folder: Path, *values: Object) -> Path:
    return write_lines(folder / "log.jsonl", *values)
