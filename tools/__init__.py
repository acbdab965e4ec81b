"""Programs that stand alone: each is one file on the standard library, for whoever wants nothing of ours."""
