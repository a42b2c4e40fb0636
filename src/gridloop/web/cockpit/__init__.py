"""The cockpit: what leaders and the duty room look at, on a wall and on a laptop; every number opens its cases."""
