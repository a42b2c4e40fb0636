"""How much one device may say: beyond that its telemetry is dropped and counted, its alarms never."""

from collections import OrderedDict


class Allowance:
    """A bucket of tokens for each source; the sources heard longest ago are forgotten."""

    def __init__(self, rate: float = 50.0, burst: float = 500.0, most: int = 200_000) -> None:
        self.rate, self.burst, self.most = rate, burst, most
        self.buckets: OrderedDict[tuple[str, bytes], tuple[float, float]] = OrderedDict()

    def admits(self, vendor: str, source: bytes, now: float, cost: int = 1) -> bool:
        tokens, since = self.buckets.pop((vendor, source), (self.burst, now))
        tokens = min(self.burst, tokens + (now - since) * self.rate)
        admitted = tokens >= cost
        self.buckets[vendor, source] = (tokens - cost if admitted else tokens, now)
        if len(self.buckets) > self.most:
            self.buckets.popitem(last=False)
        return admitted
