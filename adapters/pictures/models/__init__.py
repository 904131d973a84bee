"""The models, and how each is opened. NOTICE says whose they are."""

from pathlib import Path

import onnxruntime


def opened(name: str, threads: int) -> onnxruntime.InferenceSession:
    """One of the models in this folder."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    path = Path(__file__).with_name(f"{name}.onnx")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
