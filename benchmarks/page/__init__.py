"""The texts of many images and the hostile visitors that `benchmarks.parts.page` needs."""
