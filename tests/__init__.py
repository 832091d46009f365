"""A package by name, because some libraries install their own tests under this name as well."""
