"""Measures how many people can sign up per second on one machine, and checks that every answered sign-up is stored."""

import sys

from local.catalogue import ROOT

if (_functions := str(ROOT / "functions")) not in sys.path:
    sys.path.insert(0, _functions)
