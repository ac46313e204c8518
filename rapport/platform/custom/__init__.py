"""Own fields and own Objects: what an administrator adds to the house while it runs.

models    OwnField and OwnObject, the definitions (Records like any other), and Entry, the rows of own Objects
types     type of an own field -> the Field it becomes; another module may add one
field     how the ordinary Field classes read, write and query a value inside of the JSON column `custom`
current   definitions in the database -> the set that this process works with
indexes   an expression index for every own field by which people filter
change    what happens to values when a definition changes its type
sheet     definitions as a file, out and in
"""
