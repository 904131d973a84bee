"""Writes the encoder as ONNX, its weights as signed bytes, one scale for each channel."""

from pathlib import Path

import torch
from encoder import Encoder
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional


class _Single(nn.Module):
    """One message at a time: nothing is padded, so nothing needs a mask."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        model = self.model
        states = model.norm(model.words(ids) + model.places(torch.arange(ids.shape[1])) + model.kinds(kinds))
        for layer in model.layers:
            states = layer.plainly(states)
        own = kinds.float()[..., None]
        mean = (states * own).sum(1) / own.sum(1)
        logits = model.head(torch.cat([mean, states[:, 0]], 1))
        # What each piece adds to the logits through the mean: the words that moved the model.
        moved = functional.linear(states, model.head.weight[:, : mean.shape[1]])
        return logits[0], moved[0], mean[0]


def export(model: Encoder, path: Path) -> None:
    """Writes `path`. The full-precision file beside it is removed."""
    full = path.with_suffix(".full.onnx")
    example = (torch.tensor([[101, 2000, 102, 3000, 102]]), torch.tensor([[0, 0, 0, 1, 1]]))
    lengths = {"ids": {1: "pieces"}, "kinds": {1: "pieces"}, "moved": {0: "pieces"}}
    torch.onnx.export(
        _Single(model).eval(),
        example,
        str(full),
        input_names=["ids", "kinds"],
        output_names=["logits", "moved", "mean"],
        dynamic_axes=lengths,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(full, path, per_channel=True, weight_type=QuantType.QInt8)
    full.unlink()
