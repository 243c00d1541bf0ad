"""Settings, addresses and the door for web servers. May import every room."""
