"""Draws people on open ground as a drone sees them: terrain, solids made of capsules, sun, shadows, haze and camera."""
