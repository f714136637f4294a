"""Every change of a registration, and what gives free seats away."""
