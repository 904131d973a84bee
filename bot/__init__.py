"""What the product does with a message, an alert, a review: talks to the outside only through `bot.ports`."""
