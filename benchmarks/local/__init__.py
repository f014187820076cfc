"""What `benchmarks.parts.local` needs: pages, who reads them, and what is told of both."""
