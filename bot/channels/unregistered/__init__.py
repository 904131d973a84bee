"""Channels that nobody registered: noticed when Chaperone is put into one, or by how it looks, and asked about once."""
