"""What `benchmarks.parts.cluster` needs: a scheduler and workers as processes."""
