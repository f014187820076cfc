"""The watching of folders: find their images, and decide when each is whole."""
