"""Invented people and content that show what each kind of page is for; `samples remove` takes all of it away."""
