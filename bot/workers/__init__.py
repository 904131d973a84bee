"""What runs by itself: cards shown, duties done, words forgotten when their time is over."""
