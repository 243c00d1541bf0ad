"""What learners open. Views parse, call and answer; rules live beside the models."""
