"""How good each rule is on the held-out rows, with what the package carries: into `policy/model/data/quality.json`.

`make train` writes it at its end. Run alone (`make rules`) it measures anew, and needs no PyTorch for that."""

import json
from pathlib import Path
from typing import Any

from data import LABELS, Row, read_rows
from measuring import measured

from policy import load_packs
from policy.loading.model import load_model
from policy.verdict import PackId

MODEL = Path(__file__).parents[2] / "policy" / "model"
CORPUS = MODEL / "corpus"
QUALITY = MODEL / "data" / "quality.json"


def write_quality(judged_by: str, figures: Any, held: list[Row]) -> None:  # noqa: ANN401 - as `scoring.report` made them
    """Precision, recall and F1 of each rule out of a report. `judged_by` tells when it is stale."""
    rules = {
        label: {
            "messages": sum(label in row.labels for row in held),
            **{name: round(value, 3) for name, value in zip(("precision", "recall", "f1"), each, strict=True)},
        }
        for label, each in figures["rules"].items()
        if label in LABELS
    }
    fields = {"judged_by": judged_by, "rows": len(held), "rules": rules}
    QUALITY.write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    whole = load_packs(check_cases=False)[PackId("crec")].with_model(load_model())
    rows = [row for row in read_rows(*sorted(CORPUS.glob("*.jsonl"))) if row.is_held_out]
    write_quality(whole.version, measured(whole, rows), rows)
