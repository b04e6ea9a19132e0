"""What Trackwell keeps and the rules it keeps it by, free of any database, wire format or environment."""
