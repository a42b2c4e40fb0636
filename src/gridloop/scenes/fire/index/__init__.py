"""The four-colour map: facts of every grid, the score they make, its colour, and the editions of the method."""
