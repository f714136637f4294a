"""The words of the program in Dutch, for tests that show something."""

from werkplaats.wording.catalogues import words_in

DUTCH = words_in("nl")
