"""Writes BlazeFace (full range) as ONNX from the model in a mediapipe wheel: convert_faces.py WHEEL [TARGET]"""

# ruff: noqa: ANN401 - what the model file holds carries no types
import hashlib
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from ai_edge_litert import schema_py_generated as tfl
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from onnx import TensorProto, helper, numpy_helper

MODEL = "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite"
MODEL_SHA256 = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"
TARGET = Path(__file__).parents[2] / "adapters" / "pictures" / "models" / "faces.onnx"
MOST_DIFFERENCE = 1e-3  # of outputs up to about 180

OPERATORS = {code: name for name, code in vars(tfl.BuiltinOperator).items() if isinstance(code, int)}
ACTIVATIONS = {code: name for name, code in vars(tfl.ActivationFunctionType).items() if isinstance(code, int)}


def main(wheel: str, target: str = str(TARGET)) -> None:
    content = zipfile.ZipFile(wheel).read(MODEL)
    found = hashlib.sha256(content).hexdigest()
    if found != MODEL_SHA256:
        sys.exit(f"{MODEL} is not the one that is known: {found}")
    model = Graph(content).model()
    onnx.checker.check_model(model, full_check=True)
    difference = compare(content, model)
    if difference > MOST_DIFFERENCE:
        sys.exit(f"The outputs differ by {difference}, so nothing was written.")
    Path(target).write_bytes(model.SerializeToString())
    print(f"{target}: {Path(target).stat().st_size} bytes, outputs differ by at most {difference:.1e}")


class Graph:
    """Carries the model over, operator by operator. TFLite keeps channels last, ONNX before height and width."""

    def __init__(self, content: bytes) -> None:
        self.graph = tfl.ModelT.InitFromObj(tfl.Model.GetRootAs(content)).subgraphs[0]
        self.read = tfl.ModelT.InitFromObj(tfl.Model.GetRootAs(content))
        # Sparse and half-precision weights are undone by the interpreter, which keeps what it made of them.
        self.interpreter = Interpreter(
            model_content=content,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        self.interpreter.allocate_tensors()
        self.interpreter.invoke()
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> onnx.ModelProto:
        source = self.graph.inputs[0]
        self.nodes.append(helper.make_node("Transpose", ["picture"], [self.name(source)], perm=[0, 3, 1, 2]))
        for operator in self.graph.operators:
            kind = OPERATORS[self.read.operatorCodes[operator.opcodeIndex].builtinCode]
            getattr(self, f"_{kind.lower()}")(operator)
        outputs = [(self.name(each), [1, *self.shape(each)[1:]]) for each in self.graph.outputs]
        graph = helper.make_graph(
            self.nodes,
            "blazeface_full_range",
            [helper.make_tensor_value_info("picture", TensorProto.FLOAT, self.shape(source))],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
            self.constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def _dequantize(self, operator: Any) -> None:
        """Weights are read where they are used."""

    _densify = _dequantize

    def _pad(self, operator: Any) -> None:
        # Rows are batch, height, width, channels, each with what comes before and after.
        rows = self.value(operator.inputs[1])[[0, 3, 1, 2]]
        pads = self.constant(np.concatenate([rows[:, 0], rows[:, 1]]).astype(np.int64))
        self.node("Pad", [self.name(operator.inputs[0]), pads], operator)

    def _conv_2d(self, operator: Any) -> None:
        self.convolve(operator, self.value(operator.inputs[1]).transpose(0, 3, 1, 2), group=1)

    def _depthwise_conv_2d(self, operator: Any) -> None:
        weights = self.value(operator.inputs[1]).transpose(3, 0, 1, 2)
        self.convolve(operator, weights, group=weights.shape[0])

    def _add(self, operator: Any) -> None:
        self.node("Add", [self.name(each) for each in operator.inputs], operator, operator.builtinOptions)

    def _resize_bilinear(self, operator: Any) -> None:
        options = operator.builtinOptions
        size = [int(each) for each in self.value(operator.inputs[1])]
        channels = self.shape(operator.inputs[0])[3]
        how = "align_corners" if options.alignCorners else "half_pixel" if options.halfPixelCenters else "asymmetric"
        target = self.constant(np.array([1, channels, *size], dtype=np.int64))
        names = [self.name(operator.inputs[0]), "", "", target]
        self.node("Resize", names, operator, mode="linear", coordinate_transformation_mode=how)

    def _depth_to_space(self, operator: Any) -> None:
        size = operator.builtinOptions.blockSize
        self.node("DepthToSpace", [self.name(operator.inputs[0])], operator, blocksize=size, mode="DCR")

    def _reshape(self, operator: Any) -> None:
        last = f"{self.name(operator.inputs[0])}_last"
        self.nodes.append(helper.make_node("Transpose", [self.name(operator.inputs[0])], [last], perm=[0, 2, 3, 1]))
        shape = self.constant(np.array(self.shape(operator.outputs[0]), dtype=np.int64))
        self.node("Reshape", [last, shape], operator)

    def convolve(self, operator: Any, weights: Any, group: int) -> None:
        options = operator.builtinOptions
        strides = [options.strideH, options.strideW]
        kernel = list(weights.shape[2:])
        pads = [0, 0, 0, 0]
        if options.padding == tfl.Padding.SAME:
            size = self.shape(operator.inputs[0])[1:3]
            lacking = [
                max((-(-length // stride) - 1) * stride + reach - length, 0)
                for length, stride, reach in zip(size, strides, kernel, strict=True)
            ]
            pads = [each // 2 for each in lacking] + [each - each // 2 for each in lacking]
        names = [self.name(operator.inputs[0]), self.constant(weights), self.constant(self.value(operator.inputs[2]))]
        more = {"kernel_shape": kernel, "strides": strides, "pads": pads, "group": group}
        self.node("Conv", names, operator, options, **more)

    def node(self, kind: str, inputs: list[str], operator: Any, options: Any = None, **more: Any) -> None:
        """Adds a node, and the activation that TFLite holds within it."""
        output = self.name(operator.outputs[0])
        activation = ACTIVATIONS[options.fusedActivationFunction] if options else "NONE"
        before = output if activation == "NONE" else f"{output}_before"
        self.nodes.append(helper.make_node(kind, inputs, [before], **more))
        if activation == "RELU":
            self.nodes.append(helper.make_node("Relu", [before], [output]))
        elif activation == "RELU6":
            ends = [self.constant(np.array(each, dtype=np.float32)) for each in (0, 6)]
            self.nodes.append(helper.make_node("Clip", [before, *ends], [output]))
        elif activation != "NONE":
            sys.exit(f"An activation that this script does not know: {activation}")

    def constant(self, value: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def name(self, index: int) -> str:
        return f"tensor_{index}"

    def shape(self, index: int) -> list[int]:
        return [int(each) for each in self.graph.tensors[index].shape]

    def value(self, index: int) -> Any:
        return self.interpreter.get_tensor(index)


def compare(content: bytes, model: onnx.ModelProto) -> float:
    """The largest difference of any output over random pictures."""
    one = Interpreter(model_content=content)
    one.allocate_tensors()
    other = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    chance = np.random.default_rng(7)
    largest = 0.0
    for _ in range(10):
        picture = chance.uniform(-1, 1, (1, 192, 192, 3)).astype(np.float32)
        one.set_tensor(one.get_input_details()[0]["index"], picture)
        one.invoke()
        wanted = [one.get_tensor(each["index"]) for each in one.get_output_details()]
        found = other.run(None, {"picture": picture})
        largest = max(largest, *(float(np.abs(a - b).max()) for a, b in zip(wanted, found, strict=True)))
    return largest


if __name__ == "__main__":
    main(*sys.argv[1:])
