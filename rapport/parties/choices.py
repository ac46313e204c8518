"""The fixed lists of answers that parties share, from kinds and life-cycle to industries and languages."""

from rapport.platform.fields import Option
from rapport.platform.words import gettext_lazy as _

KINDS = (("person", _("Person")), ("organisation", _("Organisation")), ("household", _("Household")))

LIFECYCLE = (
    Option("stranger", _("Stranger")),
    Option("prospect", _("Prospect"), "info"),
    Option("customer", _("Customer"), "good"),
    Option("former", _("Former customer"), "warn"),
)

ROLES = (
    Option("customer", _("Customer"), "good"),
    Option("supplier", _("Supplier"), "info"),
    Option("partner", _("Partner"), "accent"),
    Option("donor", _("Donor")),
    Option("volunteer", _("Volunteer")),
    Option("member", _("Member")),
    Option("competitor", _("Competitor"), "warn"),
    Option("press", _("Press")),
    Option("authority", _("Public authority")),
    Option("investor", _("Investor")),
    Option("applicant", _("Applicant")),
)

RATINGS = (Option("A", _("A: vital"), "good"), Option("B", _("B: important"), "info"), Option("C", _("C: ordinary")))

SOURCES = (
    ("referral", _("Referral")),
    ("web", _("Web site")),
    ("event", _("Event or fair")),
    ("campaign", _("Campaign")),
    ("cold", _("Own approach")),
    ("partner", _("Partner")),
    ("inbound", _("They got in touch")),
    ("card", _("Business card")),
    ("bought", _("Bought list")),
    ("import", _("Imported")),
    ("other", _("Other")),
)

CHANNELS = (
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("visit", _("Visit")),
    ("video", _("Video call")),
    ("sms", _("Text message")),
    ("chat", _("Chat")),
    ("letter", _("Letter")),
    ("fax", _("Fax")),
    ("social", _("Social media")),
    ("web", _("Web portal")),
)

TIMES = (
    ("early", _("Before 9")),
    ("morning", _("Morning")),
    ("midday", _("Midday")),
    ("afternoon", _("Afternoon")),
    ("evening", _("Evening")),
    ("weekend", _("Weekend")),
)

DRIVERS = (
    ("quality", _("Quality")),
    ("price", _("Price")),
    ("product", _("Product")),
    ("location", _("Location")),
    ("service", _("Service")),
    ("safety", _("Safety")),
    ("compatibility", _("Compatibility")),
    ("contract", _("Contract terms")),
    ("distribution", _("Distribution and delivery")),
    ("technical_support", _("Technical support")),
    ("troubleshooting", _("Troubleshooting")),
    ("people", _("Our people")),
    ("reliability", _("Reliability")),
    ("innovation", _("Innovation")),
    ("sustainability", _("Sustainability")),
)

INDUSTRIES = (
    ("agriculture", _("Agriculture, forestry")),
    ("automotive", _("Automotive")),
    ("charity", _("Charity, association")),
    ("chemicals", _("Chemicals")),
    ("construction", _("Construction, property")),
    ("consulting", _("Consulting, law, tax")),
    ("crafts", _("Crafts, trades")),
    ("education", _("Education, research")),
    ("employment", _("Employment")),
    ("energy", _("Energy, utilities")),
    ("entertainment", _("Entertainment")),
    ("finance", _("Finance")),
    ("food", _("Food, beverages")),
    ("government", _("Government")),
    ("hospitality", _("Hotels, restaurants, travel")),
    ("insurance", _("Insurance")),
    ("logistics", _("Transport, logistics")),
    ("manufacturing", _("Manufacturing, engineering")),
    ("marketing", _("Marketing")),
    ("media", _("Media, publishing")),
    ("medical", _("Medical")),
    ("mining", _("Mining, metals")),
    ("pharma", _("Pharmaceuticals")),
    ("retail", _("Retail")),
    ("services", _("Services")),
    ("software", _("Software")),
    ("technology", _("Technology")),
    ("telecommunications", _("Telecommunications")),
    ("wholesale", _("Wholesale")),
    ("other", _("Other")),
)

# Languages people are written to in, by their own names; keys are ISO 639-1.
LANGUAGES = (
    ("ar", "العربية"),
    ("bg", "Български"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nb", "Norsk"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Srpski"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
)

GENDERS = (("female", _("Female")), ("male", _("Male")), ("diverse", _("Diverse")))
MARITAL = (
    ("single", _("Single")),
    ("married", _("Married or partnered")),
    ("divorced", _("Divorced")),
    ("widowed", _("Widowed")),
)
EDUCATION = (
    ("school", _("School")),
    ("vocational", _("Vocational training")),
    ("bachelor", _("Bachelor")),
    ("master", _("Master or diploma")),
    ("doctorate", _("Doctorate")),
)
INCOME = (
    ("low", _("Under 20,000")),
    ("lower_middle", _("20,000 to 40,000")),
    ("middle", _("40,000 to 70,000")),
    ("upper_middle", _("70,000 to 120,000")),
    ("high", _("Over 120,000")),
)
ADDRESSING = (("formal", _("Formally")), ("first_name", _("By first name")))
