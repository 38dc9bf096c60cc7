"""What to do about a refusal: servers say what is wrong, seldom which setting would help."""

from __future__ import annotations

TOO_LONG = ("context length", "context window", "model length", "model_len", "too long")
TOO_MANY_IMAGES = ("image(s) may be provided", "images may be provided", "too many images")
BLIND = ("not a multimodal model", "does not support image", "does not support vision")

KEY = "set THEMIS_MODEL_KEY, or the key under Settings -> Model"
NAME = "check the address and the model's name against what the server lists at /v1/models"
SIZE = "let the server, or the proxy before it, take larger requests"
CONTEXT = "give the model a longer context (vLLM: --max-model-len)"
IMAGES = "let a prompt hold more images (vLLM: --limit-mm-per-prompt)"
SIGHT = "choose a model that reads images"

BY_STATUS = {401: KEY, 403: KEY, 404: NAME, 413: SIZE}
BY_WORDS = ((TOO_MANY_IMAGES, IMAGES), (BLIND, SIGHT), (TOO_LONG, CONTEXT))


def remedy(status: int, message: str) -> str | None:
    """What may help against a refusal with this status and these words, where that is known."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    said = message.lower()
    return next((helps for words, helps in BY_WORDS if any(word in said for word in words)), None)
