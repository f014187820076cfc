"""Changes the detector's graph in OpenVINO, so that it holds less memory and finds the same lines.

As RapidOCR ships it (PP-OCRv6), the detector holds up to 104 bytes for each pixel of a page between
its layers. Most of its layers are sums, which may be computed in another order:

- The convolution of two concatenated pictures is the sum of a convolution of each, so they need not
  be concatenated.
- The mean of a convolution of 1 by 1 is the convolution of the mean.
- A convolution of 1 by 1 is the sum over groups of its channels. If the layers before it treat each
  channel by itself, the groups are computed one after the other.

With these changes it holds up to 70 bytes for each pixel, and takes no longer. The results differ
by rounding: by 0.00001.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONVOLUTION, _BY_CHANNEL = "Convolution", "GroupConvolution"
"""The names of OpenVINO's operations: a convolution, and one of each channel by itself."""

_GROUPS = 3
"""The number of groups of channels. With 3 groups, each has 32 of the 96 channels, which fill two
registers of the processor. With 2 or 4 groups more memory is held, and with 2 it takes longer."""


def rearrange(model: Any) -> None:
    """Change the graph of a detector; a graph without such layers stays as it is.

    Args:
        model: An ``openvino.Model``.
    """
    convolutions = [
        node for node in model.get_ordered_ops() if node.get_type_name() == _CONVOLUTION
    ]
    for node in convolutions:
        if _is_of_a_concatenation(node):
            _replace(node, _sum_of_parts(node))
    separable = [node for node in convolutions if _is_of_groups(node)]
    if separable:
        _replace(separable[-1], _sum_of_groups(separable[-1]))  # that of the largest picture
    model.validate_nodes_and_infer_types()


def _is_of_a_concatenation(node: Any) -> bool:
    before = _input(node, 0).get_node()
    return before.get_type_name() == "Concat" and len(_users(before)) == 1


def _sum_of_parts(node: Any) -> Any:
    """Return the convolution of a concatenation as the sum of the convolutions of its parts."""
    joined, weights = _input(node, 0).get_node(), _weights(node)
    parts, start = [], 0
    for at in range(len(joined.inputs())):
        picture = _input(joined, at)
        end = start + _channels(picture)
        parts.append(_convolution(node, picture, weights[:, start:end]))
        start = end
    return _sum(parts)


def _is_of_groups(node: Any) -> bool:
    """Return whether the layers before a convolution of 1 by 1 can be computed in groups.

    These are a sum with an enlarged picture, a convolution of each channel by itself, and a sum.
    """
    kinds = ("Add", _BY_CHANNEL, "Add")
    for kind in kinds:
        node = _input(node, 0).get_node()
        if node.get_type_name() != kind:
            return False
    return bool(_input(node, 1).get_node().get_type_name() == "Interpolate")


def _sum_of_groups(node: Any) -> Any:
    """Return the convolution of 1 by 1 as the sum over groups of its channels."""
    picture, weights = _input(node, 0), _weights(node)
    size = -(-_channels(picture) // _GROUPS)
    starts = range(0, _channels(picture), size)
    return _sum(
        [
            _convolution(node, _Group(at, at + size).of(picture), weights[:, at : at + size])
            for at in starts
        ]
    )


class _Group:
    """Builds the graph before a convolution again for a few of its channels.

    Args:
        start: The first channel.
        end: The channel after the last one.
    """

    def __init__(self, start: int, end: int) -> None:
        self._start = start
        self._end = end
        self._made: dict[str, Any] = {}

    def of(self, picture: Any) -> Any:
        """Return the few channels of a picture, computed without the others where possible."""
        node = picture.get_node()
        name = node.get_friendly_name()
        if name not in self._made:
            self._made[name] = self._computed(node)
        return self._made[name]

    def _computed(self, node: Any) -> Any:
        from openvino import opset13  # noqa: PLC0415  an extra

        match node.get_type_name():
            case "Add":
                return opset13.add(self._before(node), self._before(node, 1)).output(0)
            case "Multiply":
                return opset13.multiply(self._before(node), self._before(node, 1)).output(0)
            case "Interpolate":
                return _interpolation(node, self._cut(_input(node, 0)))
            case "GroupConvolution":
                return _convolution(node, self._before(node), self._of_weights(node))
            case "Convolution":
                _take_mean_before(node)
                return _convolution(node, _input(node, 0), self._of_weights(node))
        return self._cut(node.output(0))

    def _before(self, node: Any, at: int = 0) -> Any:
        return self.of(_input(node, at))

    def _of_weights(self, node: Any) -> Any:
        return _weights(node)[self._start : self._end]

    def _cut(self, picture: Any) -> Any:
        from openvino import opset13  # noqa: PLC0415  an extra

        start, end, step, axis = ([number] for number in (self._start, self._end, 1, 1))
        return opset13.slice(picture, start, end, step, axis).output(0)


def _take_mean_before(node: Any) -> None:
    """Replace the mean of a convolution of 1 by 1 with the convolution of the mean."""
    from openvino import opset13  # noqa: PLC0415  an extra

    for user in _users(node):
        if user.get_type_name() == "ReduceMean":
            mean = opset13.reduce_mean(_input(node, 0), [2, 3], keep_dims=True)
            _replace(user, _convolution(node, mean.output(0), _weights(node)))


def _convolution(like: Any, picture: Any, weights: Any) -> Any:
    """Return a convolution with the attributes of another, but of other pixels or weights."""
    import numpy as np  # noqa: PLC0415  comes with the extra
    from openvino import opset13  # noqa: PLC0415  an extra

    kinds = {_CONVOLUTION: opset13.convolution, _BY_CHANNEL: opset13.group_convolution}
    names = ("strides", "pads_begin", "pads_end", "dilations", "auto_pad")
    given = like.get_attributes()
    made = kinds[like.get_type_name()](
        picture, np.ascontiguousarray(weights), *(given[name] for name in names)
    )
    return made.output(0)


def _interpolation(like: Any, picture: Any) -> Any:
    from openvino import opset13  # noqa: PLC0415  an extra

    return opset13.interpolate(picture, _input(like, 1), **like.get_attributes()).output(0)


def _sum(parts: Sequence[Any]) -> Any:
    from openvino import opset13  # noqa: PLC0415  an extra

    return reduce(lambda total, part: opset13.add(total, part).output(0), parts)


def _replace(node: Any, output: Any) -> None:
    for target in list(node.output(0).get_target_inputs()):
        target.replace_source_output(output)


def _channels(picture: Any) -> int:
    number: int = picture.get_partial_shape()[1].get_length()
    return number


def _weights(node: Any) -> Any:
    """Return the weights of a convolution, also where a node of the graph reshapes them."""
    constant = _input(node, 1).get_node()
    if constant.get_type_name() == "Reshape":
        shape = [side.get_length() for side in constant.get_output_partial_shape(0)]
        return _input(constant, 0).get_node().data.reshape(shape)
    return constant.data


def _input(node: Any, at: int) -> Any:
    """Return the output that goes into a node; an ``Identity``, which only names it, is skipped."""
    output = node.input_value(at)
    while output.get_node().get_type_name() == "Identity":
        output = output.get_node().input_value(0)
    return output


def _users(node: Any) -> list[Any]:
    """Return the nodes that take the output of a node; an ``Identity`` is skipped."""
    users: list[Any] = []
    for target in node.output(0).get_target_inputs():
        user = target.get_node()
        users += _users(user) if user.get_type_name() == "Identity" else [user]
    return users
