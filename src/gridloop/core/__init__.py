"""The nouns every scene stands on; core names no scene. Imports run one way: see docs/map.md."""
