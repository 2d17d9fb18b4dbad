"""Programs: the rubric, what ends when a grant does, realigning, and investments in cycles."""
