"""Reports: figures with a definition each, made from the facts up to a place in the log and from nothing else."""
