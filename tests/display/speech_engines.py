"""Engines of a hall's own, good and bad, that the real worker loads by their names ("module:Class")."""

import math
import os
import signal
import sys
import time
import wave
from array import array
from pathlib import Path


class Tone:
    """Says everything as a tone, 44.1 kHz stereo, and writes down in order.log what it was asked to say."""

    def __init__(self, voice: str, rate: int) -> None:
        self.voice, self.rate = voice, rate

    def speak_to_file(self, text: str, path: str) -> None:
        with (Path(path).parent / "order.log").open("a", encoding="utf-8") as order:
            order.write(f"{self.voice} {self.rate} {text}\n")
        samples = array("h")
        for place in range(13_230):
            samples.extend([int(3_000 * math.sin(place / 16)), 0])
        with wave.open(path, "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(44_100)
            file.writeframes(samples.tobytes())


class Patient(Tone):
    """A Tone that waits, from its second text on, until the file `go` stands beside the WAVs."""

    spoken = 0

    def speak_to_file(self, text: str, path: str) -> None:
        while self.spoken and not (Path(path).parent / "go").exists():
            time.sleep(0.005)
        self.spoken += 1
        super().speak_to_file(text, path)


class Fragile(Tone):
    """Dies as native engines do, at one text only."""

    def speak_to_file(self, text: str, path: str) -> None:
        super().speak_to_file(text, path)
        if "C" in text:
            os.kill(os.getpid(), signal.SIGKILL)


class Crashing(Tone):
    """Dies at every text."""

    def speak_to_file(self, text: str, path: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Unlicensed(Tone):
    """Raises at every text."""

    def speak_to_file(self, text: str, path: str) -> None:
        raise ValueError("the licence has ended")


class Unstartable(Tone):
    """Raises when it is made."""

    def __init__(self, voice: str, rate: int) -> None:
        raise ConnectionError("no speech server")


class Hanging(Tone):
    """Never comes back."""

    def speak_to_file(self, text: str, path: str) -> None:
        signal.pause()


class Silent(Tone):
    """Writes a WAV with nothing in it."""

    def speak_to_file(self, text: str, path: str) -> None:
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22_050)
            file.writeframes(bytes(22_050))


class Mp3(Tone):
    """Writes something that is no WAV."""

    def speak_to_file(self, text: str, path: str) -> None:
        Path(path).write_bytes(b"ID3\x04" * 100)


class Telephone(Tone):
    """Writes 8-bit sound."""

    def speak_to_file(self, text: str, path: str) -> None:
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(1)
            file.setframerate(8_000)
            file.writeframes(bytes(range(256)) * 20)


class Talkative(Tone):
    """Prints on stdout, which the answers to the server must survive."""

    def speak_to_file(self, text: str, path: str) -> None:
        sys.stdout.write('{"id": "forged", "error": null}\n')
        sys.stdout.flush()
        os.write(1, b"native chatter\n")
        super().speak_to_file(text, path)
