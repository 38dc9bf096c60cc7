"""The API's document, in which each operation says which keys it takes."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from themis.api.keys import BearerKey

SCOPE = "x-key-scope"
PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    403: "The key is of another scope, or belongs to a job",
    429: "The key is used too often; Retry-After says how long to wait",
}


class Document(OpenAPISchema):
    """What ninja tells, and of keys: the scope that each operation takes, and their refusals."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation."""
        told: dict[str, Any] = super().operation_details(operation)
        found = [each.takes for each in operation.auth_callbacks if isinstance(each, BearerKey)]
        if found:
            told[SCOPE] = found[0].needed(operation.methods[0]).value
            for status, about in REFUSALS.items():
                told["responses"].setdefault(status, {"description": about, "content": PROBLEM})
        return told


class KeyedApi(NinjaAPI):
    """An API whose document tells of keys."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return Document(self, prefix)
