"""Where people's words to Chaperone arrive: the one door for what they type and press."""
