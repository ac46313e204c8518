"""What people, firms and places are called in the story. Lists only; the choosing is done by the chapters."""

GIVEN_F = (  # noqa: SIM905
    "Anna Mara Ines Birte Lena Sofia Clara Emma Hannah Nora Ida Greta Johanna Marie Charlotte Eva Julia Katrin "
    "Sabine Petra Monika Renate Aylin Fatma Elif Zeynep Agnieszka Kasia Olga Elena Chiara Giulia Camille Juliette "
    "Ingrid Astrid Freya Saoirse Priya Mei Yuki Nadia Leila "
).split()  # a list of words reads best as words
GIVEN_M = (  # noqa: SIM905
    "Jonas Tom Ole Max Felix Paul Lukas Ben Finn Emil Anton Karl Henrik Jens Lars Sven Thomas Michael Stefan "
    "Andreas Bernd Klaus Günther Murat Mehmet Emre Piotr Marek Ivan Dmitri Luca Matteo Hugo Louis Bjørn Nils "
    "Aidan Conor Arjun Wei Kenji Omar Karim Jörg Tobias "
).split()  # a list of words reads best as words
FAMILY = (  # noqa: SIM905
    "Lind Falk Reuter Kranz Keller Berg Müller Schröder Weiß Hofmann Krüger Lang Fuchs Vogel Jäger Brandt Sommer "
    "Winter Engel Busch Kühn Pohl Arnold Böhm Ludwig Seidel Ziegler Haas Franke Albrecht Schuster Yilmaz Demir "
    "Kaya Öztürk Kowalski Nowak Wiśniewski Ivanov Petrova Rossi Bianchi Dubois Lefèvre Moreau Hansen Nielsen "
    "Johansson Eriksson O'Brien Murphy Sharma Patel Chen Tanaka Haddad Nasser Sandberg Halvorsen Brunner Egger "
    "Steiner Gruber Wagner-Thiel van-Dijk Castro Silva "
).split()  # a list of words reads best as words
PLACES = (
    ("20457", "Hamburg", "Speicherstraße", "DE"),
    ("24103", "Kiel", "Hafenweg", "DE"),
    ("28195", "Bremen", "Am Wall", "DE"),
    ("30159", "Hannover", "Leinestraße", "DE"),
    ("10115", "Berlin", "Invalidenstraße", "DE"),
    ("04109", "Leipzig", "Messeallee", "DE"),
    ("50667", "Köln", "Rheinufer", "DE"),
    ("60311", "Frankfurt am Main", "Mainzer Gasse", "DE"),
    ("70173", "Stuttgart", "Werkstraße", "DE"),
    ("80331", "München", "Isarring", "DE"),
    ("23552", "Lübeck", "An der Trave", "DE"),
    ("18055", "Rostock", "Strandweg", "DE"),
    ("1010", "Wien", "Ringstraße", "AT"),
    ("8001", "Zürich", "Limmatquai", "CH"),
    ("2100", "København", "Havnegade", "DK"),
    ("1012", "Amsterdam", "Keizersgracht", "NL"),
)
FIRM_WORDS = (  # noqa: SIM905
    "Nordlicht Hafen Alster Elbe Küsten Deich Förde Hanse Anker Leuchtturm Möwen Watt Aurora Vega Kestrel Lumière "
    "Sandberg Fjord Optika Brunnen Linden Eichen Birken Ahorn Rosen Mühlen Sonnen Winter Granit Basalt Kobalt "
    "Bernstein Silber Kupfer Ferro Vitra Tessera Meridian Polar Atlas Pegasus Orion Castor Boreas Zephyr Solvej "
    "Kranich Falken Adler Fuchs "
).split()  # a list of words reads best as words
FIRM_TRADES = (
    ("Werke", "manufacturing"),
    ("Maschinenbau", "manufacturing"),
    ("Logistik", "logistics"),
    ("Molkerei", "food"),
    ("Bäckereien", "food"),
    ("Hotels", "hospitality"),
    ("Klinik", "medical"),
    ("Pharma", "pharma"),
    ("Druck", "media"),
    ("Immobilien", "construction"),
    ("Bau", "construction"),
    ("Chemie", "chemicals"),
    ("Märkte", "retail"),
    ("Agrar", "agriculture"),
    ("Software", "software"),
    ("Schule", "education"),
    ("Stadtwerke", "energy"),
    ("Spedition", "logistics"),
    ("Textil", "manufacturing"),
    ("Kühlhaus", "food"),
)
LEGAL_FORMS = ("GmbH", "AG", "GmbH & Co. KG", "KG", "eG", "SE", "e. K.")
JOBS = (
    "Managing Director",
    "Head of Purchasing",
    "Facility Manager",
    "Head of Production",
    "Finance Director",
    "Energy Officer",
    "Project Engineer",
    "Assistant to the Board",
    "Site Manager",
    "Head of Sustainability",
)
PRODUCTS = (
    ("Sunfield 100", "SF-100", "Sunfield", "goods", 84_000, "plant"),
    ("Sunfield 250", "SF-250", "Sunfield", "goods", 189_000, "plant"),
    ("Sunfield 750", "SF-750", "Sunfield", "goods", 512_000, "plant"),
    ("Rooftop Home 8", "RH-8", "Rooftop", "goods", 14_900, "plant"),
    ("Rooftop Home 14", "RH-14", "Rooftop", "goods", 22_400, "plant"),
    ("Keeper 10", "KP-10", "Keeper", "goods", 7_800, "unit"),
    ("Keeper 200", "KP-200", "Keeper", "goods", 96_000, "unit"),
    ("Charge point 22", "CP-22", "Charge", "goods", 1_950, "unit"),
    ("Planning study", "ST-1", "Services", "service", 6_500, "study"),
    ("Care contract", "CC-12", "Services", "subscription", 1_200, "year"),
    ("Care contract plus", "CC-24", "Services", "subscription", 3_600, "year"),
    ("Inverter exchange", "IX-1", "Services", "service", 4_300, "job"),
)
# (given, family, e-mail name, team, role, is lead)
STAFF = (
    ("Jonas", "Keller", "jonas.keller", "Management", "owner", True),
    ("Mara", "Lind", "mara.lind", "Sales", "sales_manager", True),
    ("Oskar", "Adler", "oskar.adler", "Sales North", "sales", True),
    ("Johanna", "Krüger", "johanna.krueger", "Sales North", "sales", False),
    ("Emre", "Demir", "emre.demir", "Sales North", "sales", False),
    ("Lena", "Vogel", "lena.vogel", "Sales South", "sales", True),
    ("Matteo", "Rossi", "matteo.rossi", "Sales South", "sales", False),
    ("Greta", "Busch", "greta.busch", "Homes", "sales", True),
    ("Tobias", "Haas", "tobias.haas", "Homes", "sales", False),
    ("Birte", "Sommer", "birte.sommer", "Service", "service", True),
    ("Karim", "Nasser", "karim.nasser", "Service", "service", False),
    ("Clara", "Seidel", "clara.seidel", "Marketing", "marketing", True),
    ("Ida", "Franke", "ida.franke", "Management", "administrator", False),
    ("Paul", "Engel", "paul.engel", "Management", "read_only", False),
)
TEAMS = (
    ("Management", ""),
    ("Sales", ""),
    ("Sales North", "Sales"),
    ("Sales South", "Sales"),
    ("Homes", "Sales"),
    ("Service", ""),
    ("Marketing", ""),
)
DOMAIN = "helianth.example"
PASSWORD = "sunny-side-up"  # shown to everybody who starts the demonstration
