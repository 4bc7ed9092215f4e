"""The options that all training scripts have."""

import argparse
from pathlib import Path


def parser(description, name, steps):
    """What `loop.train` goes by, for model `name`; a script adds its own."""
    result = argparse.ArgumentParser(description=description)
    work = Path("out") / name
    result.add_argument("--work", type=Path, default=work, help="checkpoints and what is drawn; goes on there")
    result.add_argument("--steps", type=int, default=steps)
    result.add_argument("--seed", type=int, default=1)
    begin = "last.pt of another training to go on from: of the same form, of a deeper one or one without a reference"
    result.add_argument("--begin", type=Path, help=begin)
    arete = Path(__file__).resolve().parents[2] / ".build/release/arete"
    result.add_argument("--arete", type=Path, default=arete, help="the program that quantizes")
    return result
