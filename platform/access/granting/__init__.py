"""Give and take roles, shares and memberships, with the consequence of each change."""
