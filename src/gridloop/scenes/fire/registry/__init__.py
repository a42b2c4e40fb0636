"""What is watched: premises, devices, cameras and micro fire stations, and who may send for them."""
