"""Scene manifests: found, validated, switched on per area."""
