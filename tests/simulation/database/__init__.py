"""A Firestore in memory, held against the emulator by random histories."""
