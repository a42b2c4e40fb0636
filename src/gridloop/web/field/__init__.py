"""The grid worker's phone: today's list, snap, patrol; everything works without a network and is sent once."""
