"""Writes the two models that read text from those that a rapidocr wheel carries: trim_letters.py WHEEL [FOLDER]

Of the 18,708 characters that the reading model knows, those of English, Spanish and their neighbours stay: its last
layer shrinks to them, and what is no Latin letter cannot be mistaken for one.
"""

import hashlib
import sys
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import numpy_helper

FOLDER = Path(__file__).parents[2] / "adapters" / "pictures" / "models"
LINES = ("rapidocr/models/PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
LETTERS = (
    "rapidocr/models/PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
CHARACTERS = "character"
Floats = npt.NDArray[np.float32]
BLANK, SPACE = 1, 1
"""Before the characters the model has one output for "nothing", and one for a space behind them."""


def main(wheel: str, folder: str = str(FOLDER)) -> None:
    archive = zipfile.ZipFile(wheel)
    Path(folder, "lines.onnx").write_bytes(known(archive, *LINES))
    whole = known(archive, *LETTERS)
    model = onnx.load_from_string(whole)
    characters = {each.key: each.value for each in model.metadata_props}[CHARACTERS].splitlines()
    kept = [place for place, character in enumerate(characters) if is_latin(character)]
    columns = [0, *(BLANK + place for place in kept), BLANK + len(characters)]
    shrink(model, BLANK + len(characters) + SPACE, columns)
    next(each for each in model.metadata_props if each.key == CHARACTERS).value = "\n".join(characters[i] for i in kept)
    compare(whole, model.SerializeToString(), columns)
    Path(folder, "letters.onnx").write_bytes(model.SerializeToString())
    print(f"{len(kept)} of {len(characters)} characters, {len(model.SerializeToString())} of {len(whole)} bytes")


def known(archive: zipfile.ZipFile, name: str, sha256: str) -> bytes:
    content = archive.read(name)
    if hashlib.sha256(content).hexdigest() != sha256:
        sys.exit(f"{name} is not the one that is known.")
    return content


def is_latin(character: str) -> bool:
    """Letters with a Latin name, digits, and the signs that stand beside them in Western print."""
    if ord(character[0]) < 0x180:
        name = unicodedata.name(character, "")
        return (
            character.isascii()
            or "LATIN" in name
            or (unicodedata.category(character)[0] in "PSN" and ord(character) < 0x100)
        )
    return character in "–—‘’“”„†•…‹›€™№−≤≥≠→←"


def shrink(model: onnx.ModelProto, outputs: int, columns: list[int]) -> None:
    """Keeps those columns of every weight whose last side counts the outputs."""
    shrunk = 0
    for weight in model.graph.initializer:
        if weight.dims and weight.dims[-1] == outputs:
            weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight)[..., columns].copy(), weight.name))
            shrunk += 1
    if shrunk != 2:
        sys.exit(f"A matrix and its bias were expected, and {shrunk} weights found.")
    model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(columns)
    del model.graph.value_info[:]


def compare(whole: bytes, trimmed: bytes, columns: list[int]) -> None:
    """What is kept must come out as before, but for the share that the characters left out had taken."""
    picture = np.random.default_rng(7).uniform(-1, 1, (1, 3, 48, 320)).astype(np.float32)
    before, after = (run(model, picture) for model in (whole, trimmed))
    wanted = before[..., columns] / before[..., columns].sum(axis=-1, keepdims=True)
    difference = float(np.abs(wanted - after).max())
    if difference > 1e-3:
        sys.exit(f"The outputs differ by {difference}, so nothing was written.")


def run(model: bytes, picture: Floats) -> Floats:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: Floats = session.run(None, {session.get_inputs()[0].name: picture})[0]
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
