"""The trained model: what no keyword shows. Loaded beforehand, pure while judging."""
