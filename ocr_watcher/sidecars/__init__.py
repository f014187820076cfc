"""The files beside an image: how they are named, what they hold, whether they are there."""
