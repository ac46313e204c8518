"""Ways of contact that Rapport itself can use, one package each; `interactions.channel` is their interface."""
