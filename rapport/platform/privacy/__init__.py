"""Privacy: everything held about a customer, given to them or erased, by declaration and for every Object.

subject.gather(party)      what belongs to somebody: their records of every kind, and the values they are known by
bundle.write(actor, …)     a subject access bundle (zip)
erase.preview / request    what goes, what stays and why; the job that does it, and its receipt
@stores.store("jobs")      where else values may stand; each says how many, and erases them
"""
