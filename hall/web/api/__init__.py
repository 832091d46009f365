"""The JSON interface under /api/v1: one module per resource, its OpenAPI document made from the code."""
