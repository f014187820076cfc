"""The bounds of pictures for people; also the daemon needs them, which decodes nothing."""

LONGEST_SIDE = 1600
"""The pixels of the longer side of a picture for people. Print of ten points on a page of paper is
19 pixels high then."""
LONGEST_STRIP = 4 * LONGEST_SIDE
"""The same of a page that is so long that nobody could read it otherwise, such as a receipt of a
till. Its picture has no more pixels than any other."""
MOST_BYTES = 4 * 2**20
"""The most bytes of an encoded picture. One of noise alone has about three fifths of it."""
