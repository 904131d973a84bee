"""The figures of `/metrics`, in Prometheus' words."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.workers.health import Health


class Figures(Collector):
    """One reading of the health figures: counts and seconds, no ids, words or names."""

    def __init__(self, now: Health) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        queues = GaugeMetricFamily("chaperone_queue_items", "Items in a queue.", labels=["queue", "state"])
        oldest = GaugeMetricFamily(
            "chaperone_queue_oldest_due_seconds", "Age of the oldest due item.", labels=["queue"]
        )
        queued = {"inbox": self._now.inbox, "outbox": self._now.outbox, "duties": self._now.duties}
        for name, counts in queued.items():
            for state in ("waiting", "leased", "dead"):
                queues.add_metric([name, state], getattr(counts, state))
            oldest.add_metric([name], counts.oldest_due_seconds)
        yield queues
        yield oldest
        yield _by_state("chaperone_revisions", "Judged revisions of messages.", self._now.checked)
        yield _by_state("chaperone_incidents", "Incidents by state of their review.", self._now.incidents)
        yield GaugeMetricFamily(
            "chaperone_incidents_unrouted", "Incidents that nobody was told of.", self._now.unrouted
        )


def _by_state(name: str, help_: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=["state"])
    for state, count in sorted(counts.items()):
        family.add_metric([state], count)
    return family
