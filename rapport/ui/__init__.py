"""The look: template backend, components, styles and scripts. Knows no Object; see README.md."""
