"""Microsoft Teams: what arrives there becomes events, what people must see goes out as cards."""
