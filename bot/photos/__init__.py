"""Pictures in a channel: looked at here, who is shown asked of the poster, permission asked of the parents."""
