"""Whatever happens to Redis, nobody who rings or waits notices more than a delay."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

import pytest
from structlog.testing import capture_logs

from adapters.wakeup.redis import STREAM, RedisBell
from tests.servers import RedisServer

LONG = timedelta(seconds=20)


@asynccontextmanager
async def two_replicas(server: RedisServer) -> AsyncIterator[tuple[RedisBell, RedisBell]]:
    """Two bells of one Redis, both listening."""
    one, other = RedisBell(server.url, away_seconds=0.02), RedisBell(server.url, away_seconds=0.02)
    try:
        await heard_across(one, other)
        await heard_across(other, one)
        yield one, other
    finally:
        await one.close()
        await other.close()


async def heard_across(one: RedisBell, other: RedisBell) -> None:
    """Rings here until it sounds there: what a replica does that has something to do again and again."""
    async with asyncio.timeout(15):
        while True:
            await one.ring("inbox")
            started = monotonic()
            await other.wait("inbox", at_most=timedelta(milliseconds=50))
            if monotonic() - started < 0.05:
                return


async def drained(bell: RedisBell, name: str) -> None:
    """Waits until a bell has nothing more to sound."""
    while True:
        started = monotonic()
        await bell.wait(name, at_most=timedelta(milliseconds=100))
        if monotonic() - started >= 0.1:
            return


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_a_ring_in_one_replica_wakes_the_other(redis: RedisServer) -> None:
    async with two_replicas(redis) as (one, other):
        await drained(other, "outbox")
        waiting = asyncio.create_task(other.wait("outbox", at_most=LONG))
        started = monotonic()

        await one.ring("outbox")
        await waiting

        assert monotonic() - started < 2


async def test_flushall_in_mid_run_costs_no_ring_after_it(redis: RedisServer) -> None:
    async with two_replicas(redis) as (one, other):
        for _ in range(5):
            with redis.client() as client:
                client.flushall()
            await drained(other, "outbox")
            waiting = asyncio.create_task(other.wait("outbox", at_most=LONG))
            started = monotonic()

            await one.ring("outbox")
            await waiting

            assert monotonic() - started < 2


async def test_a_redis_that_is_killed_and_comes_back_empty_is_heard_again(redis: RedisServer) -> None:
    async with two_replicas(redis) as (one, other):
        redis.kill()
        await one.ring("inbox")
        await asyncio.to_thread(redis.start)

        await heard_across(one, other)
        await heard_across(other, one)


async def test_while_redis_is_away_a_replica_still_hears_itself(redis: RedisServer) -> None:
    async with two_replicas(redis) as (one, _):
        redis.kill()
        await drained(one, "outbox")
        waiting = asyncio.create_task(one.wait("outbox", at_most=LONG))
        started = monotonic()

        await one.ring("outbox")
        await waiting

        assert monotonic() - started < 1


async def test_a_redis_that_never_was_is_said_once_and_costs_nothing_else(redis: RedisServer) -> None:
    redis.kill()
    with capture_logs() as logs:
        bell = RedisBell(redis.url, away_seconds=0.001)
        for _ in range(20):
            await bell.ring("inbox")
            await bell.wait("inbox", at_most=timedelta(milliseconds=10))
            await asyncio.sleep(0.005)
        await bell.close()

    assert sorted(line["part"] for line in logs if line["event"] == "bell.redis_away") == ["listen", "ring"]


@pytest.mark.parametrize(
    ("setting", "broken", "mended"), [("maxmemory", "1", "0"), ("min-replicas-to-write", "1", "0")]
)
async def test_a_redis_that_takes_no_writes_is_got_over(
    redis: RedisServer, setting: str, broken: str, mended: str
) -> None:
    """Full memory, and a server that refuses writes as a read-only replica does."""
    with capture_logs() as logs:
        async with two_replicas(redis) as (one, other):
            with redis.client() as client:
                client.config_set(setting, broken)
                await one.ring("inbox")
                await until(lambda: any(line["event"] == "bell.redis_away" for line in logs))
                client.config_set(setting, mended)

            await heard_across(one, other)
            await until(lambda: any(line["event"] == "bell.redis_back" for line in logs))


async def test_a_redis_in_its_place_with_an_earlier_clock_is_heard(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.wakeup.redis.LISTEN_SECONDS", 0.05)
    with redis.client() as client:
        client.xadd(STREAM, {"name": "inbox"}, id="99999999999999-0")
        async with two_replicas_of_future(redis) as (one, other):
            client.delete(STREAM)
            await heard_across(one, other)


@asynccontextmanager
async def two_replicas_of_future(server: RedisServer) -> AsyncIterator[tuple[RedisBell, RedisBell]]:
    """Two bells that have heard up to an entry which that server's clock will only reach in a thousand years."""
    one, other = RedisBell(server.url, away_seconds=0.02), RedisBell(server.url, away_seconds=0.02)
    try:
        await until(lambda: one._heard[0] == other._heard[0] == 99999999999999)
        yield one, other
    finally:
        await one.close()
        await other.close()


async def test_old_rings_are_trimmed_by_age(redis: RedisServer) -> None:
    with redis.client() as client:
        with client.pipeline() as pipeline:
            for count in range(1, 2001):
                pipeline.xadd(STREAM, {"name": "inbox"}, id=f"1000-{count}")
            pipeline.execute()
        async with two_replicas(redis) as (one, other), asyncio.timeout(15):
            while int(client.xlen(STREAM)) > 1000:
                await heard_across(one, other)

        assert client.xlen(STREAM)
