"""The bell behind `bot.ports.Bell`: within one process, or through Redis between several."""

from bot.errors import ChaperoneError
from bot.ports import Bell


async def open_bell(redis_url: str | None) -> Bell:
    """A bell for this process alone or, where `REDIS_URL` names a Redis, one that all replicas hear. Redis may be down:
    then each replica hears itself and looks by itself now and then. Raises ChaperoneError where the address is none."""
    if not redis_url:
        from adapters.wakeup.local import LocalBell

        return LocalBell()
    from adapters.wakeup.redis import RedisBell

    try:
        return RedisBell(redis_url)
    except ValueError as error:
        raise ChaperoneError(
            f"REDIS_URL is no address of a Redis ({error}). Write redis://host:6379/0, rediss:// for TLS, or "
            "unix:///path/to/socket; or leave it out where one process runs alone."
        ) from error
