"""How fast people can sign up, measured on one machine, and whether every sign-up that was answered is there."""

import sys

from local.catalogue import ROOT

if (_functions := str(ROOT / "functions")) not in sys.path:
    sys.path.insert(0, _functions)
