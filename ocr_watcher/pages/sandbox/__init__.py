"""The processes in which pages are decoded and made to fit, and how we speak with them."""
