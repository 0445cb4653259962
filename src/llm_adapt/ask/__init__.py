"""The conversation that fills a situation."""
