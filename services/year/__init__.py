"""A whole year played: two chambers and the house, every participant answering over its own topic. Seeded."""
