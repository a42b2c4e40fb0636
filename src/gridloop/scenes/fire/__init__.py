"""Fire early warning: from a sensor to a closed hazard, with a four-colour map."""
