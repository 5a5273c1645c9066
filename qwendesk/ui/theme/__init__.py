"""How everything looks: tokens in one file, a palette and a style sheet made of them."""
