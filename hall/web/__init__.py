"""Thin routes for each audience, their templates and their scripts."""
