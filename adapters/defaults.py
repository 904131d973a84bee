"""What holds where nothing is set, for those who do not wait for the settings."""

DEFAULT_PACK = "crec"
