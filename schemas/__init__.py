"""The JSON Schemas of the documents that ianalint reads and writes, and their models."""
