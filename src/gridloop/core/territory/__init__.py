"""Areas from county to building: codes, shapes, and which grid a point lies in."""
