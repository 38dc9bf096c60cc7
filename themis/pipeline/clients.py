"""The clients of the endpoints that a process asks, shared by all its verdicts."""

from __future__ import annotations

from themis.critic.models.breaker import LASTING, Breaker
from themis.critic.models.failover import Failover
from themis.critic.models.local import LocalModel, is_local, local_from
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.roster import Roster
from themis.domain.errors import Misconfigured
from themis.pipeline.endpoint import Endpoint
from themis.pipeline.endpoints import Models
from themis.pipeline.slots.places import Places

Group = tuple[Endpoint, ...]


class Clients:
    """One client an endpoint, so that connections, breaker and encoded pictures are shared."""

    def __init__(self) -> None:
        self._places = Places()
        self._groups: dict[Group, Failover | LocalModel] = {}

    def roster_of(self, models: Models) -> Roster:
        """The models of a team, each under its name."""
        return Roster({name: self._group(endpoints) for name, endpoints in models.items()})

    async def aclose(self) -> None:
        """Let go of connections and slots."""
        for group in self._groups.values():
            await group.aclose()
        await self._places.aclose()

    def _group(self, endpoints: Group) -> Failover | LocalModel:
        if endpoints not in self._groups:
            is_local = any(map(_is_local, endpoints))
            self._groups[endpoints] = _here(endpoints) if is_local else self._there(endpoints)
        return self._groups[endpoints]

    def _there(self, endpoints: Group) -> Failover:
        # Where others stand in, an endpoint is left at once; alone it is given some time.
        lasting = LASTING if len(endpoints) == 1 else 0.0
        return Failover([self._client(endpoint, lasting) for endpoint in endpoints])

    def _client(self, endpoint: Endpoint, lasting: float) -> OpenAICompatible:
        return OpenAICompatible(
            url=endpoint.url,
            model=endpoint.model,
            key=endpoint.key or None,
            timeout=endpoint.timeout,
            concurrency=endpoint.concurrency,
            prices=endpoint.prices,
            image_ids=endpoint.image_ids,
            places=self._places.of(endpoint.url, endpoint.concurrency),
            breaker=Breaker(lasting=lasting),
        )


def _is_local(endpoint: Endpoint) -> bool:
    return is_local(endpoint.url)


def _here(endpoints: Group) -> LocalModel:
    """Weights on this machine; nobody can stand in for them, for they are asked one by one."""
    if len(endpoints) > 1:
        raise Misconfigured(f"{endpoints[0].model}: a model at local: stands alone under its name")
    (only,) = endpoints
    return local_from(only.url, model=only.model, timeout=only.timeout)
