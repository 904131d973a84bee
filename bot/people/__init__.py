"""Who somebody is and may use what, who answers for whom, and who is told of something when."""
