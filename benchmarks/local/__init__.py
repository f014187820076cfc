"""The pages, the readers and the figures that `benchmarks.parts.local` needs."""
