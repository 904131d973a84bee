"""What `chaperone bench` measures: is the judge right, and how quick is it."""
