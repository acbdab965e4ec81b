"""The one-file verifier by itself: its parts against published vectors, and against what others wrote."""
