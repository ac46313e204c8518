"""What others made and our people look at: foreign HTML and pictures. Nothing of it acts, loads or tells.

`html.clean` leaves the words and their order; `frame.page` puts them into a document that the browser keeps apart.
`pictures.drawn` decodes a picture and writes it anew, so that what is shown is ours to the last byte.
"""
