"""What `benchmarks.parts.page` needs: texts of many images, and visitors who mean ill."""
