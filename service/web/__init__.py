"""The web door: Flask, and Flask nowhere else."""
