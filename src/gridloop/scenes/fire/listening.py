"""What `gridloop listen` does for this scene."""

from gridloop.scenes.fire.ingest.starting import listen

__all__ = ["listen"]
