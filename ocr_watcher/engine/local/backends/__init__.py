"""The backends, which run the models: OpenVINO and onnxruntime, behind one interface.

`interface` defines a backend, a model and its networks. `registry` lists the backends in the order
in which they are tried; the order depends on the settings and the `processor`. `unusable` has the
errors of a backend that does not work here.

`onnxruntime_backend` and `openvino_backend` import the runtimes. Three modules are parts of the
latter: `openvino_pages` finds lines, `openvino_lines` reads them, and `openvino_sums` reduces the
memory of the detector. Their large networks take turns in `openvino_memory`. `eight_bits` makes the
recognition model faster. `picture_sizes` has the few sizes to which pages and lines are padded, and
`colours` converts pixels to floats.
"""
