"""The waves of the survey: inviting and reminding people, storing answers, opening answers."""
