"""The sentence encoder (as all-MiniLM-L6-v2, or slimmer) with a head for several labels, for training only."""

from dataclasses import dataclass

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEAD = 384, 32
"""Numbers for each piece, and of these for each head."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many layers there are, how wide each is inside, and in how many ways each looks from piece to piece."""

    layers: int
    inner: int
    heads: int


PUBLIC = Shape(layers=6, inner=1536, heads=12)
"""That of the public weights."""


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.mix = nn.Linear(WIDTH, 3 * heads * HEAD)
        self.out = nn.Linear(heads * HEAD, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, inner)
        self.down = nn.Linear(inner, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, states: Tensor, bias: Tensor, dropout: float) -> Tensor:
        query, key, value = self._parted(states)
        mixed = functional.scaled_dot_product_attention(query, key, value, bias.to(query.dtype))
        mixed = mixed.transpose(1, 2).flatten(2)
        states = self.norm(states + functional.dropout(self.out(mixed), dropout, self.training))
        inner = self.down(functional.gelu(self.up(states)))
        return self.norm_out(states + functional.dropout(inner, dropout, self.training))

    def plainly(self, states: Tensor) -> Tensor:
        """The same without dropout and mask, in operations that every runtime has."""
        query, key, value = self._parted(states)
        weights = (query @ key.transpose(-1, -2) * HEAD**-0.5).softmax(-1)
        states = self.norm(states + self.out((weights @ value).transpose(1, 2).flatten(2)))
        return self.norm_out(states + self.down(functional.gelu(self.up(states))))

    def _parted(self, states: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of each head."""
        parts = self.mix(states).split([self.heads * HEAD] * 3, -1)
        query, key, value = [part.unflatten(2, (self.heads, HEAD)).transpose(1, 2) for part in parts]
        return query, key, value


class Encoder(nn.Module):
    """Token ids in; a logit for each label out, and the states before the first layer and after each."""

    def __init__(self, words: int, labels: int, shape: Shape = PUBLIC, frozen: int = 0, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.kinds = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(shape.inner, shape.heads) for _ in range(shape.layers))
        self.head = nn.Linear(2 * WIDTH, labels)
        self.dropout = dropout
        self.frozen = frozen
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, list[Tensor]]:
        bias = ((1.0 - mask) * -1e4)[:, None, None, :]
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            places = torch.arange(ids.shape[1], device=ids.device)
            states = self.norm(self.words(ids) + self.places(places) + self.kinds(kinds))
            every = [states]
            for layer in self.layers[: self.frozen]:
                every.append(layer(every[-1], bias, 0.0))
        for layer in self.layers[self.frozen :]:
            every.append(layer(every[-1], bias, self.dropout))
        states = every[-1]
        # The header (who writes where, what was said before) steers the words; only the words themselves are pooled.
        own = (mask * kinds)[..., None]
        mean = (states * own).sum(1) / own.sum(1).clamp(min=1)
        both = functional.dropout(torch.cat([mean, states[:, 0]], 1), 0.2, self.training)
        return self.head(both), every


def load_base(model: Encoder, path: str) -> None:
    """Takes the public weights over into a model of their shape; the head starts fresh."""
    given = load_file(path)
    taken = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "places.weight": given["embeddings.position_embeddings.weight"],
        "kinds.weight": given["embeddings.token_type_embeddings.weight"],
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm_out": "output.LayerNorm",
    }
    for number in range(PUBLIC.layers):
        base = f"encoder.layer.{number}"
        for kind in ("weight", "bias"):
            parts = [given[f"{base}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            taken[f"layers.{number}.mix.{kind}"] = torch.cat(parts)
            for ours, theirs in names.items():
                taken[f"layers.{number}.{ours}.{kind}"] = given[f"{base}.{theirs}.{kind}"]
    # The two kinds (header, message) begin alike.
    taken["kinds.weight"] = taken["kinds.weight"][:1].repeat(2, 1)
    missing, unexpected = model.load_state_dict(taken, strict=False)
    if unexpected or {name.split(".")[0] for name in missing} != {"head"}:
        raise ValueError(f"The weights do not fit: {missing} {unexpected}")
