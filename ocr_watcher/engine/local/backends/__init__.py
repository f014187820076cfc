"""What runs the models: OpenVINO or onnxruntime, behind one interface.

`interface` defines a backend, a model and its networks. `registry` lists the backends in the order
in which they are tried, by the settings and the `processor`. `unusable` are the errors of a backend
that does not work here. `openvino_backend` and `onnxruntime_backend` are the only modules that
import a runtime, with `openvino_pages` and `openvino_lines`, whose large networks take turns in
`openvino_memory`; `openvino_sums` makes the detector hold less. `eight_bits` makes a model quicker
that reads lines; `picture_sizes` are the few sizes to which pages and lines are padded; `colours`
makes floats of pixels.
"""
