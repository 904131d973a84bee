"""What is allowed: judges one message against one policy pack."""

from policy.judge import judge
from policy.loading import PackError, Packs, load_pack, load_packs

__all__ = ["PackError", "Packs", "judge", "load_pack", "load_packs"]
