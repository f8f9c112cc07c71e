"""Draws figures as SVG without styles: half circles of seats, bars, maps. Pure."""
