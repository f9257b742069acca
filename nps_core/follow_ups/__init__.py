"""The closed loop: whom to call and in which order, by when, what was promised, and whether it helped."""
