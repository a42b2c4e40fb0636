"""The pages: shell, worklist, case page, map, cockpit, components, and the offline field app."""
