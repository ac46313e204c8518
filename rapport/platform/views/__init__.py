"""The generic pages: every Object has them by its declaration alone. The only modules of the engine that know HTTP."""
