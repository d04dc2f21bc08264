"""Links between mentions, and from quotations to those who speak and are spoken to: what the encoder learns of who is who."""
