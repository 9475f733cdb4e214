"""What a change of rights means for people and pages, and the one step that confirms it."""
