"""Hides the repository from imports until all that judges is loaded: the first import of a runner, before any other.

It needs nothing but what the interpreter has loaded at its start. Python puts the folder of the script first, so that no file of
the repository stands in for this one.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.realpath(os.getcwd())


def _inside_repository(place):
    place = os.path.realpath(place or ".")
    return place == root or place.startswith(root + os.sep)


hidden = [place for place in sys.path if _inside_repository(place) and os.path.abspath(place) != here]
sys.path[:] = [here] + [place for place in sys.path if place not in hidden and os.path.abspath(place or ".") != here]
