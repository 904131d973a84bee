"""The cards about pictures: to whoever posted them, to reviewers, to parents."""
