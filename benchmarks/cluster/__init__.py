"""The scheduler and the workers, as processes, that `benchmarks.parts.cluster` needs."""
