"""The clients of the endpoints that a process asks, shared by all its verdicts."""

from __future__ import annotations

from themis.critic.models.breaker import LASTING, Breaker
from themis.critic.models.failover import Failover
from themis.critic.models.openai_compatible import OpenAICompatible
from themis.critic.models.roster import Roster
from themis.pipeline.endpoint import Endpoint
from themis.pipeline.endpoints import Models
from themis.pipeline.slots.places import Places

Group = tuple[Endpoint, ...]


class Clients:
    """One client an endpoint, so that connections, breaker and encoded pictures are shared."""

    def __init__(self) -> None:
        self._places = Places()
        self._groups: dict[Group, Failover] = {}

    def roster_of(self, models: Models) -> Roster:
        """The models of a team, each under its name."""
        return Roster({name: self._group(endpoints) for name, endpoints in models.items()})

    async def aclose(self) -> None:
        """Let go of connections and slots."""
        for group in self._groups.values():
            for client in group.endpoints:
                await client.aclose()
        await self._places.aclose()

    def _group(self, endpoints: Group) -> Failover:
        if endpoints not in self._groups:
            # Where others stand in, an endpoint is left at once; alone it is given some time.
            lasting = LASTING if len(endpoints) == 1 else 0.0
            self._groups[endpoints] = Failover(
                [self._client(endpoint, lasting) for endpoint in endpoints]
            )
        return self._groups[endpoints]

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
