"""Sales: pipelines, opportunities, products.

Words: a *pipeline* is a way of selling with its own *stages*; an *opportunity* (deal) is one possible sale on its way
through them; *line items* say what is sold; the *buying committee* says who decides. May import relationship (none
yet),
interactions, parties, platform, ui, base.
"""
