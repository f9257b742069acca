"""Who speaks: companies, roles, and whose voice counts how much."""
