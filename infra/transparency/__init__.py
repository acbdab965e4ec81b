"""The transparency log: every fact a leaf of one Merkle tree, every state of it signed, kept, and open to check."""
