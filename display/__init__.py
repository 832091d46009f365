"""The hall's screens and its voice: boards, window screens, phrases, playback."""
