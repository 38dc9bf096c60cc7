"""What arrives from outside: names made safe, archives unpacked, all of it inside one folder."""
