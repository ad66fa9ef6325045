"""Databases that earlier versions made are brought up to date with what is in them."""
