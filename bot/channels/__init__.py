"""A channel's life: noticed, registered, approved, opened to parents, granted exceptions, handed over."""
