"""Survey waves: inviting, answering, opening answers."""
