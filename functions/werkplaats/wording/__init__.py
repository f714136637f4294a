"""Words on paper and screen: Dutch, the templates' environment, and text that people typed."""
