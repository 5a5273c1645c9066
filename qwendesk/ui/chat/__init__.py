"""The conversation in the centre of the window: header, transcript, composer."""
