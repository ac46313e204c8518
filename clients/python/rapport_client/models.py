"""Types of the Rapport REST API. Generated: `make reference` writes this file."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AnyLink(TypedDict):
    object: str
    id: str
    label: str


class AnyRef(TypedDict):
    object: str
    id: str


class Bulk(TypedDict):
    atomic: NotRequired[bool]
    items: list[BulkItems]


class BulkDone(TypedDict):
    done: int
    refused: int
    items: list[BulkDoneItems]


class BulkDoneItems(TypedDict):
    status: int
    id: str | None
    version: int | None
    problem: Problem | None


class BulkItems(TypedDict):
    do: Literal["create", "update", "upsert", "archive", "restore"]
    id: NotRequired[str]
    key: NotRequired[str]
    value: NotRequired[str]
    version: NotRequired[int | str]
    values: NotRequired[dict[str, Any]]


class BuyingRole(TypedDict):
    id: str
    version: int
    opportunity: NotRequired[Link | None]
    person: NotRequired[Link | None]
    role: NotRequired[str]
    stance: NotRequired[str]
    criteria: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class BuyingRoleChange(TypedDict):
    opportunity: NotRequired[str]
    person: NotRequired[str]
    role: NotRequired[Literal["decides", "pays", "influences", "uses", "buys", "champion", "blocks", "gatekeeper"]]
    stance: NotRequired[Literal["", "for", "neutral", "against", "unknown"]]
    criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class BuyingRoleNew(TypedDict):
    opportunity: str
    person: str
    role: NotRequired[Literal["decides", "pays", "influences", "uses", "buys", "champion", "blocks", "gatekeeper"]]
    stance: NotRequired[Literal["", "for", "neutral", "against", "unknown"]]
    criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Changes(TypedDict):
    items: list[ChangesItems]
    next: str
    more: bool


class ChangesItems(TypedDict):
    object: str
    id: str
    label: str
    gone: bool
    event: Event | None


class Consent(TypedDict):
    id: str
    version: int
    party: NotRequired[Link | None]
    purpose: NotRequired[Link | None]
    channel: NotRequired[str]
    state: NotRequired[str]
    at: NotRequired[str | None]
    basis: NotRequired[str]
    edition: NotRequired[Link | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]
    current: NotRequired[bool]
    title: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class ConsentChange(TypedDict):
    party: NotRequired[str]
    purpose: NotRequired[str]
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    state: NotRequired[Literal["given", "withdrawn", "objected"]]
    at: NotRequired[str]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ConsentNew(TypedDict):
    party: str
    purpose: str
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    state: Literal["given", "withdrawn", "objected"]
    at: NotRequired[str]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ContactPoint(TypedDict):
    id: str
    version: int
    party: NotRequired[Link | None]
    kind: NotRequired[str]
    value: NotRequired[str]
    label: NotRequired[str]
    primary: NotRequired[bool]
    state: NotRequired[str]
    preferred_times: NotRequired[list[str]]
    note: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class ContactPointChange(TypedDict):
    party: NotRequired[str]
    kind: NotRequired[Literal["email", "phone", "fax", "web", "messenger", "postal"]]
    value: NotRequired[str]
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]
    state: NotRequired[Literal["", "active", "bounced", "wrong", "opted_out"]]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    note: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ContactPointMakePrimary(TypedDict):
    pass


class ContactPointNew(TypedDict):
    party: str
    kind: Literal["email", "phone", "fax", "web", "messenger", "postal"]
    value: str
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]
    state: NotRequired[Literal["", "active", "bounced", "wrong", "opted_out"]]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    note: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Description(TypedDict):
    pass


class Erasure(TypedDict):
    id: str
    object: str
    record: str
    reason: str
    asked_at: str | None
    done_at: str | None
    receipt: list[ErasureReceipt]


class ErasureNew(TypedDict):
    reason: str


class ErasureReceipt(TypedDict):
    store: str
    count: int


class Erasures(TypedDict):
    items: list[Erasure]
    next: int | None


class Event(TypedDict):
    id: int
    kind: str
    action: str
    at: str | None
    recorded_at: str | None
    by: Link | None
    behalf_of: Link | None
    surface: str
    reason: str
    version: int
    changes: dict[str, list[Any]]


class Events(TypedDict):
    items: list[Event]
    next: int | None


class File(TypedDict):
    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: str | None
    content: str


class FilePage(TypedDict):
    items: list[File]
    next: str | None
    count: FilePageCount | None


class FilePageCount(TypedDict):
    number: int
    more: bool


class Files(TypedDict):
    items: list[FilesItems]


class FilesItems(TypedDict):
    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: str | None
    content: str


class Found(TypedDict):
    hits: list[FoundHits]
    more: bool
    instead: list[str]


class FoundHits(TypedDict):
    object: str
    id: str
    title: str
    subtitle: str
    corrected: bool
    snippet: list[FoundHitsSnippet]


class FoundHitsSnippet(TypedDict):
    text: str
    marked: bool


class Household(TypedDict):
    id: str
    version: int
    kind: NotRequired[str]
    name: NotRequired[str]
    sort_name: NotRequired[str]
    parent: NotRequired[Link | None]
    lifecycle: NotRequired[str]
    kinds: NotRequired[list[str]]
    rating: NotRequired[str]
    source: NotRequired[str]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[str]
    competitors: NotRequired[list[Link]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    restricted_at: NotRequired[str | None]
    restriction: NotRequired[str]
    next_step: NotRequired[str]
    next_step_at: NotRequired[str | None]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[str]
    preferred_channels: NotRequired[list[str]]
    preferred_times: NotRequired[list[str]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[list[str]]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class HouseholdAddContactPoint(TypedDict):
    kind: Literal["email", "phone", "fax", "web", "messenger", "postal"]
    value: str
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]


class HouseholdAddNote(TypedDict):
    body: str


class HouseholdAssign(TypedDict):
    owner: NotRequired[str | None]
    team: NotRequired[str | None]


class HouseholdBecomeCustomer(TypedDict):
    on: NotRequired[str | None]


class HouseholdChange(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[Literal["", "house", "flat", "farm", "shared"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class HouseholdChangeLifecycle(TypedDict):
    lifecycle: Literal["stranger", "prospect", "customer", "former"]
    on: NotRequired[str | None]


class HouseholdLiftRestriction(TypedDict):
    pass


class HouseholdLogCall(TypedDict):
    body: str
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]


class HouseholdLogMeeting(TypedDict):
    subject: str
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]
    body: NotRequired[str]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]


class HouseholdMarkFormer(TypedDict):
    on: NotRequired[str | None]
    reason: NotRequired[str]


class HouseholdNew(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[Literal["", "house", "flat", "farm", "shared"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class HouseholdPlanTask(TypedDict):
    subject: str
    due_at: NotRequired[str | None]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    assignee: NotRequired[str | None]


class HouseholdRecordConsent(TypedDict):
    purpose: str
    state: Literal["given", "withdrawn", "objected"]
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]


class HouseholdRestrict(TypedDict):
    reason: str


class HouseholdTakeMail(TypedDict):
    file: str


class HouseholdWriteFromTemplate(TypedDict):
    template: str


class HouseholdWriteMail(TypedDict):
    to: NotRequired[list[str]]
    subject: NotRequired[str]
    body: NotRequired[str]
    template: NotRequired[str | None]
    attachment: NotRequired[str | None]
    cc: NotRequired[str]
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    purpose: NotRequired[str | None]


class Interaction(TypedDict):
    id: str
    version: int
    kind: NotRequired[str]
    subject: NotRequired[str]
    direction: NotRequired[str]
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]
    customer: NotRequired[Link | None]
    about: NotRequired[AnyLink | None]
    people: NotRequired[list[Link]]
    colleagues: NotRequired[list[Link]]
    outcome: NotRequired[str]
    body: NotRequired[str]
    next_step: NotRequired[str]
    done_at: NotRequired[str | None]
    purpose: NotRequired[Link | None]
    thread: NotRequired[Link | None]
    answered_at: NotRequired[str | None]
    delivery: NotRequired[str]
    message_id: NotRequired[str]
    original: NotRequired[Link | None]
    problem: NotRequired[str]
    external_id: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class InteractionAnswer(TypedDict):
    body: str
    subject: NotRequired[str]
    attachment: NotRequired[str | None]
    cc: NotRequired[str]
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]


class InteractionChange(TypedDict):
    kind: NotRequired[
        Literal["call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"]
    ]
    subject: NotRequired[str]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str]
    duration: NotRequired[int | None]
    customer: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    people: NotRequired[list[str]]
    colleagues: NotRequired[list[str]]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    body: NotRequired[str]
    next_step: NotRequired[str]
    done_at: NotRequired[str | None]
    purpose: NotRequired[str | None]
    thread: NotRequired[str | None]
    message_id: NotRequired[str]
    original: NotRequired[str | None]
    external_id: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class InteractionHeld(TypedDict):
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    note: NotRequired[str]
    duration: NotRequired[int | None]


class InteractionNew(TypedDict):
    kind: Literal["call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"]
    subject: NotRequired[str]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str]
    duration: NotRequired[int | None]
    customer: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    people: NotRequired[list[str]]
    colleagues: NotRequired[list[str]]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    body: NotRequired[str]
    next_step: NotRequired[str]
    done_at: NotRequired[str | None]
    purpose: NotRequired[str | None]
    thread: NotRequired[str | None]
    message_id: NotRequired[str]
    original: NotRequired[str | None]
    external_id: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class InteractionNoReplyNeeded(TypedDict):
    pass


class InteractionReschedule(TypedDict):
    to: str


class InteractionSend(TypedDict):
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]


class InteractionSendAgain(TypedDict):
    pass


class InteractionTakeBack(TypedDict):
    pass


class Line(TypedDict):
    id: str
    version: int
    opportunity: NotRequired[Link | None]
    product: NotRequired[Link | None]
    name: NotRequired[str]
    quantity: NotRequired[str | None]
    price: NotRequired[Money | None]
    discount: NotRequired[str | None]
    total: NotRequired[Money | None]
    position: NotRequired[int | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class LineChange(TypedDict):
    opportunity: NotRequired[str]
    product: NotRequired[str | None]
    name: NotRequired[str]
    quantity: NotRequired[str | float | None]
    price: NotRequired[MoneySent | None]
    discount: NotRequired[str | float | None]
    position: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class LineNew(TypedDict):
    opportunity: str
    product: NotRequired[str | None]
    name: NotRequired[str]
    quantity: NotRequired[str | float | None]
    price: NotRequired[MoneySent | None]
    discount: NotRequired[str | float | None]
    position: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Link(TypedDict):
    id: str
    label: str


class Me(TypedDict):
    id: str | None
    name: str
    roles: list[str]
    locale: str
    time_zone: str
    token: MeToken
    may: dict[str, dict[str, Literal["none", "own", "team", "all"]]]


class MeToken(TypedDict):
    name: str
    scopes: list[str]
    expires_at: str | None


class Money(TypedDict):
    amount: str
    currency: str


class MoneySent(TypedDict):
    amount: str | float
    currency: str


class Opportunity(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    number: NotRequired[str]
    customer: NotRequired[Link | None]
    pipeline: NotRequired[Link | None]
    stage: NotRequired[Link | None]
    amount: NotRequired[Money | None]
    probability: NotRequired[str | None]
    closes_on: NotRequired[str | None]
    kind: NotRequired[str]
    source: NotRequired[str]
    criteria: NotRequired[str]
    competitors: NotRequired[list[Link]]
    reason: NotRequired[str]
    reason_note: NotRequired[str]
    description: NotRequired[str]
    external_id: NotRequired[str]
    open: NotRequired[bool]
    won: NotRequired[bool]
    stage_entered_at: NotRequired[str | None]
    opened_on: NotRequired[str | None]
    closed_at: NotRequired[str | None]
    next_step: NotRequired[str]
    next_step_at: NotRequired[str | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class OpportunityChange(TypedDict):
    name: NotRequired[str]
    customer: NotRequired[str | None]
    pipeline: NotRequired[str | None]
    stage: NotRequired[str | None]
    amount: NotRequired[MoneySent | None]
    probability: NotRequired[str | float | None]
    closes_on: NotRequired[str | None]
    kind: NotRequired[Literal["", "new", "more", "renewal", "service"]]
    source: NotRequired[Literal["", "referral", "web", "event", "campaign", "cold", "partner", "customer", "import"]]
    criteria: NotRequired[str]
    competitors: NotRequired[list[str]]
    reason: NotRequired[
        Literal[
            "",
            "fit",
            "relationship",
            "price",
            "delivery",
            "function",
            "competitor",
            "budget",
            "no_decision",
            "timing",
            "unknown",
        ]
    ]
    reason_note: NotRequired[str]
    description: NotRequired[str]
    external_id: NotRequired[str]
    opened_on: NotRequired[str | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OpportunityLose(TypedDict):
    reason: Literal[
        "fit",
        "relationship",
        "price",
        "delivery",
        "function",
        "competitor",
        "budget",
        "no_decision",
        "timing",
        "unknown",
    ]
    note: NotRequired[str]


class OpportunityMove(TypedDict):
    stage: str


class OpportunityNew(TypedDict):
    name: str
    customer: NotRequired[str | None]
    pipeline: NotRequired[str | None]
    stage: NotRequired[str | None]
    amount: NotRequired[MoneySent | None]
    probability: NotRequired[str | float | None]
    closes_on: NotRequired[str | None]
    kind: NotRequired[Literal["", "new", "more", "renewal", "service"]]
    source: NotRequired[Literal["", "referral", "web", "event", "campaign", "cold", "partner", "customer", "import"]]
    criteria: NotRequired[str]
    competitors: NotRequired[list[str]]
    reason: NotRequired[
        Literal[
            "",
            "fit",
            "relationship",
            "price",
            "delivery",
            "function",
            "competitor",
            "budget",
            "no_decision",
            "timing",
            "unknown",
        ]
    ]
    reason_note: NotRequired[str]
    description: NotRequired[str]
    external_id: NotRequired[str]
    opened_on: NotRequired[str | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OpportunityReopen(TypedDict):
    pass


class OpportunityWin(TypedDict):
    reason: NotRequired[
        Literal[
            "",
            "fit",
            "relationship",
            "price",
            "delivery",
            "function",
            "competitor",
            "budget",
            "no_decision",
            "timing",
            "unknown",
        ]
    ]
    note: NotRequired[str]


class Organisation(TypedDict):
    id: str
    version: int
    kind: NotRequired[str]
    name: NotRequired[str]
    sort_name: NotRequired[str]
    parent: NotRequired[Link | None]
    lifecycle: NotRequired[str]
    kinds: NotRequired[list[str]]
    rating: NotRequired[str]
    source: NotRequired[str]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[str]
    competitors: NotRequired[list[Link]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    restricted_at: NotRequired[str | None]
    restriction: NotRequired[str]
    next_step: NotRequired[str]
    next_step_at: NotRequired[str | None]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[str]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[Money | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    preferred_channels: NotRequired[list[str]]
    preferred_times: NotRequired[list[str]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[list[str]]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class OrganisationAddContactPoint(TypedDict):
    kind: Literal["email", "phone", "fax", "web", "messenger", "postal"]
    value: str
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]


class OrganisationAddNote(TypedDict):
    body: str


class OrganisationAssign(TypedDict):
    owner: NotRequired[str | None]
    team: NotRequired[str | None]


class OrganisationBecomeCustomer(TypedDict):
    on: NotRequired[str | None]


class OrganisationChange(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[
        Literal[
            "",
            "agriculture",
            "automotive",
            "charity",
            "chemicals",
            "construction",
            "consulting",
            "crafts",
            "education",
            "employment",
            "energy",
            "entertainment",
            "finance",
            "food",
            "government",
            "hospitality",
            "insurance",
            "logistics",
            "manufacturing",
            "marketing",
            "media",
            "medical",
            "mining",
            "pharma",
            "retail",
            "services",
            "software",
            "technology",
            "telecommunications",
            "wholesale",
            "other",
        ]
    ]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[MoneySent | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OrganisationChangeLifecycle(TypedDict):
    lifecycle: Literal["stranger", "prospect", "customer", "former"]
    on: NotRequired[str | None]


class OrganisationLiftRestriction(TypedDict):
    pass


class OrganisationLogCall(TypedDict):
    body: str
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]


class OrganisationLogMeeting(TypedDict):
    subject: str
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]
    body: NotRequired[str]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]


class OrganisationMarkFormer(TypedDict):
    on: NotRequired[str | None]
    reason: NotRequired[str]


class OrganisationNew(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[
        Literal[
            "",
            "agriculture",
            "automotive",
            "charity",
            "chemicals",
            "construction",
            "consulting",
            "crafts",
            "education",
            "employment",
            "energy",
            "entertainment",
            "finance",
            "food",
            "government",
            "hospitality",
            "insurance",
            "logistics",
            "manufacturing",
            "marketing",
            "media",
            "medical",
            "mining",
            "pharma",
            "retail",
            "services",
            "software",
            "technology",
            "telecommunications",
            "wholesale",
            "other",
        ]
    ]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[MoneySent | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OrganisationPlanTask(TypedDict):
    subject: str
    due_at: NotRequired[str | None]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    assignee: NotRequired[str | None]


class OrganisationRecordConsent(TypedDict):
    purpose: str
    state: Literal["given", "withdrawn", "objected"]
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]


class OrganisationRestrict(TypedDict):
    reason: str


class OrganisationTakeMail(TypedDict):
    file: str


class OrganisationWriteFromTemplate(TypedDict):
    template: str


class OrganisationWriteMail(TypedDict):
    to: NotRequired[list[str]]
    subject: NotRequired[str]
    body: NotRequired[str]
    template: NotRequired[str | None]
    attachment: NotRequired[str | None]
    cc: NotRequired[str]
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    purpose: NotRequired[str | None]


class OwnField(TypedDict):
    id: str
    version: int
    object: NotRequired[str]
    label: NotRequired[str]
    key: NotRequired[str]
    type: NotRequired[str]
    help: NotRequired[str]
    section: NotRequired[str]
    options: NotRequired[list[OwnFieldOptions]]
    target: NotRequired[str]
    formula: NotRequired[str]
    kept: NotRequired[bool]
    result: NotRequired[str]
    places: NotRequired[int | None]
    pattern: NotRequired[str]
    required_when: NotRequired[str]
    shown_when: NotRequired[str]
    locked_when: NotRequired[str]
    required: NotRequired[bool]
    unique: NotRequired[bool]
    searchable: NotRequired[bool]
    filterable: NotRequired[bool]
    sensitivity: NotRequired[str]
    position: NotRequired[int | None]
    stored: NotRequired[str]
    index_state: NotRequired[str]
    index_note: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class OwnFieldChange(TypedDict):
    object: NotRequired[str]
    label: NotRequired[str]
    key: NotRequired[str]
    type: NotRequired[
        Literal[
            "text",
            "long_text",
            "number",
            "decimal",
            "percent",
            "money",
            "date",
            "datetime",
            "duration",
            "boolean",
            "choice",
            "multi_choice",
            "email",
            "phone",
            "url",
            "address",
            "reference",
            "reference_many",
            "reference_any",
            "file",
            "user",
            "auto_number",
            "formula",
            "roll_up",
        ]
    ]
    help: NotRequired[str]
    section: NotRequired[str]
    options: NotRequired[list[OwnFieldChangeOptions]]
    target: NotRequired[str]
    formula: NotRequired[str]
    kept: NotRequired[bool]
    places: NotRequired[int | None]
    pattern: NotRequired[str]
    required_when: NotRequired[str]
    shown_when: NotRequired[str]
    locked_when: NotRequired[str]
    required: NotRequired[bool]
    unique: NotRequired[bool]
    searchable: NotRequired[bool]
    filterable: NotRequired[bool]
    sensitivity: NotRequired[Literal["", "public", "standard", "personal", "sensitive"]]
    position: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OwnFieldChangeOptions(TypedDict):
    key: NotRequired[str]
    label: str
    tone: NotRequired[Literal["", "good", "warn", "bad", "info", "accent"]]
    retired: NotRequired[bool]


class OwnFieldNew(TypedDict):
    object: str
    label: str
    key: NotRequired[str]
    type: Literal[
        "text",
        "long_text",
        "number",
        "decimal",
        "percent",
        "money",
        "date",
        "datetime",
        "duration",
        "boolean",
        "choice",
        "multi_choice",
        "email",
        "phone",
        "url",
        "address",
        "reference",
        "reference_many",
        "reference_any",
        "file",
        "user",
        "auto_number",
        "formula",
        "roll_up",
    ]
    help: NotRequired[str]
    section: NotRequired[str]
    options: NotRequired[list[OwnFieldNewOptions]]
    target: NotRequired[str]
    formula: NotRequired[str]
    kept: NotRequired[bool]
    places: NotRequired[int | None]
    pattern: NotRequired[str]
    required_when: NotRequired[str]
    shown_when: NotRequired[str]
    locked_when: NotRequired[str]
    required: NotRequired[bool]
    unique: NotRequired[bool]
    searchable: NotRequired[bool]
    filterable: NotRequired[bool]
    sensitivity: NotRequired[Literal["", "public", "standard", "personal", "sensitive"]]
    position: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OwnFieldNewOptions(TypedDict):
    key: NotRequired[str]
    label: str
    tone: NotRequired[Literal["", "good", "warn", "bad", "info", "accent"]]
    retired: NotRequired[bool]


class OwnFieldOptions(TypedDict):
    key: NotRequired[str]
    label: str
    tone: NotRequired[str]
    retired: NotRequired[bool]


class OwnObject(TypedDict):
    id: str
    version: int
    label: NotRequired[str]
    plural: NotRequired[str]
    key: NotRequired[str]
    slug: NotRequired[str]
    icon: NotRequired[str]
    help: NotRequired[str]
    name_label: NotRequired[str]
    navigation: NotRequired[int | None]
    board: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class OwnObjectChange(TypedDict):
    label: NotRequired[str]
    plural: NotRequired[str]
    slug: NotRequired[str]
    icon: NotRequired[str]
    help: NotRequired[str]
    name_label: NotRequired[str]
    navigation: NotRequired[int | None]
    board: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class OwnObjectNew(TypedDict):
    label: str
    plural: NotRequired[str]
    slug: NotRequired[str]
    icon: NotRequired[str]
    help: NotRequired[str]
    name_label: NotRequired[str]
    navigation: NotRequired[int | None]
    board: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Party(TypedDict):
    id: str
    version: int
    kind: NotRequired[str]
    name: NotRequired[str]
    sort_name: NotRequired[str]
    parent: NotRequired[Link | None]
    lifecycle: NotRequired[str]
    kinds: NotRequired[list[str]]
    rating: NotRequired[str]
    source: NotRequired[str]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[str]
    competitors: NotRequired[list[Link]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    restricted_at: NotRequired[str | None]
    restriction: NotRequired[str]
    next_step: NotRequired[str]
    next_step_at: NotRequired[str | None]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[str]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[str]
    marital_status: NotRequired[str]
    education: NotRequired[str]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[str]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[str]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[Money | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[str]
    preferred_channels: NotRequired[list[str]]
    preferred_times: NotRequired[list[str]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[list[str]]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class PartyAddContactPoint(TypedDict):
    kind: Literal["email", "phone", "fax", "web", "messenger", "postal"]
    value: str
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]


class PartyAddNote(TypedDict):
    body: str


class PartyAssign(TypedDict):
    owner: NotRequired[str | None]
    team: NotRequired[str | None]


class PartyBecomeCustomer(TypedDict):
    on: NotRequired[str | None]


class PartyChange(TypedDict):
    kind: NotRequired[Literal["person", "organisation", "household"]]
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[Literal["", "formal", "first_name"]]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[Literal["", "female", "male", "diverse"]]
    marital_status: NotRequired[Literal["", "single", "married", "divorced", "widowed"]]
    education: NotRequired[Literal["", "school", "vocational", "bachelor", "master", "doctorate"]]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[Literal["", "low", "lower_middle", "middle", "upper_middle", "high"]]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[
        Literal[
            "",
            "agriculture",
            "automotive",
            "charity",
            "chemicals",
            "construction",
            "consulting",
            "crafts",
            "education",
            "employment",
            "energy",
            "entertainment",
            "finance",
            "food",
            "government",
            "hospitality",
            "insurance",
            "logistics",
            "manufacturing",
            "marketing",
            "media",
            "medical",
            "mining",
            "pharma",
            "retail",
            "services",
            "software",
            "technology",
            "telecommunications",
            "wholesale",
            "other",
        ]
    ]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[MoneySent | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[Literal["", "house", "flat", "farm", "shared"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PartyChangeLifecycle(TypedDict):
    lifecycle: Literal["stranger", "prospect", "customer", "former"]
    on: NotRequired[str | None]


class PartyLiftRestriction(TypedDict):
    pass


class PartyLogCall(TypedDict):
    body: str
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]


class PartyLogMeeting(TypedDict):
    subject: str
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]
    body: NotRequired[str]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]


class PartyMarkFormer(TypedDict):
    on: NotRequired[str | None]
    reason: NotRequired[str]


class PartyNew(TypedDict):
    kind: Literal["person", "organisation", "household"]
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[Literal["", "formal", "first_name"]]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[Literal["", "female", "male", "diverse"]]
    marital_status: NotRequired[Literal["", "single", "married", "divorced", "widowed"]]
    education: NotRequired[Literal["", "school", "vocational", "bachelor", "master", "doctorate"]]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[Literal["", "low", "lower_middle", "middle", "upper_middle", "high"]]
    legal_name: NotRequired[str]
    legal_form: NotRequired[str]
    industry: NotRequired[
        Literal[
            "",
            "agriculture",
            "automotive",
            "charity",
            "chemicals",
            "construction",
            "consulting",
            "crafts",
            "education",
            "employment",
            "energy",
            "entertainment",
            "finance",
            "food",
            "government",
            "hospitality",
            "insurance",
            "logistics",
            "manufacturing",
            "marketing",
            "media",
            "medical",
            "mining",
            "pharma",
            "retail",
            "services",
            "software",
            "technology",
            "telecommunications",
            "wholesale",
            "other",
        ]
    ]
    industry_detail: NotRequired[str]
    employees: NotRequired[int | None]
    revenue: NotRequired[MoneySent | None]
    founded: NotRequired[int | None]
    website: NotRequired[str]
    domain: NotRequired[str]
    vat_id: NotRequired[str]
    registration_number: NotRequired[str]
    household_size: NotRequired[int | None]
    dwelling: NotRequired[Literal["", "house", "flat", "farm", "shared"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PartyPlanTask(TypedDict):
    subject: str
    due_at: NotRequired[str | None]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    assignee: NotRequired[str | None]


class PartyRecordConsent(TypedDict):
    purpose: str
    state: Literal["given", "withdrawn", "objected"]
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]


class PartyRestrict(TypedDict):
    reason: str


class PartyTakeMail(TypedDict):
    file: str


class PartyWriteFromTemplate(TypedDict):
    template: str


class PartyWriteMail(TypedDict):
    to: NotRequired[list[str]]
    subject: NotRequired[str]
    body: NotRequired[str]
    template: NotRequired[str | None]
    attachment: NotRequired[str | None]
    cc: NotRequired[str]
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    purpose: NotRequired[str | None]


class Person(TypedDict):
    id: str
    version: int
    kind: NotRequired[str]
    name: NotRequired[str]
    sort_name: NotRequired[str]
    parent: NotRequired[Link | None]
    lifecycle: NotRequired[str]
    kinds: NotRequired[list[str]]
    rating: NotRequired[str]
    source: NotRequired[str]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[str]
    competitors: NotRequired[list[Link]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    restricted_at: NotRequired[str | None]
    restriction: NotRequired[str]
    next_step: NotRequired[str]
    next_step_at: NotRequired[str | None]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[str]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[str]
    marital_status: NotRequired[str]
    education: NotRequired[str]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[str]
    preferred_channels: NotRequired[list[str]]
    preferred_times: NotRequired[list[str]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[list[str]]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class PersonAddContactPoint(TypedDict):
    kind: Literal["email", "phone", "fax", "web", "messenger", "postal"]
    value: str
    label: NotRequired[Literal["", "work", "home", "mobile", "billing", "delivery", "holiday", "other"]]
    primary: NotRequired[bool]


class PersonAddEmployment(TypedDict):
    organisation: str
    role: NotRequired[str]
    since: NotRequired[str | None]
    main: NotRequired[bool]


class PersonAddNote(TypedDict):
    body: str


class PersonAssign(TypedDict):
    owner: NotRequired[str | None]
    team: NotRequired[str | None]


class PersonBecomeCustomer(TypedDict):
    on: NotRequired[str | None]


class PersonChange(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[Literal["", "formal", "first_name"]]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[Literal["", "female", "male", "diverse"]]
    marital_status: NotRequired[Literal["", "single", "married", "divorced", "widowed"]]
    education: NotRequired[Literal["", "school", "vocational", "bachelor", "master", "doctorate"]]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[Literal["", "low", "lower_middle", "middle", "upper_middle", "high"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PersonChangeEmployer(TypedDict):
    organisation: str
    role: NotRequired[str]
    since: NotRequired[str | None]


class PersonChangeLifecycle(TypedDict):
    lifecycle: Literal["stranger", "prospect", "customer", "former"]
    on: NotRequired[str | None]


class PersonLeaveEmployer(TypedDict):
    on: NotRequired[str | None]


class PersonLiftRestriction(TypedDict):
    pass


class PersonLogCall(TypedDict):
    body: str
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]
    direction: NotRequired[Literal["", "in", "out", "internal"]]
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]


class PersonLogMeeting(TypedDict):
    subject: str
    occurred_at: NotRequired[str | None]
    duration: NotRequired[int | None]
    body: NotRequired[str]
    outcome: NotRequired[
        Literal[
            "",
            "reached",
            "no_answer",
            "message",
            "agreed",
            "interested",
            "undecided",
            "declined",
            "complaint",
            "solved",
            "cancelled",
        ]
    ]


class PersonMarkFormer(TypedDict):
    on: NotRequired[str | None]
    reason: NotRequired[str]


class PersonNew(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lifecycle: NotRequired[Literal["", "stranger", "prospect", "customer", "former"]]
    kinds: NotRequired[
        list[
            Literal[
                "customer",
                "supplier",
                "partner",
                "donor",
                "volunteer",
                "member",
                "competitor",
                "press",
                "authority",
                "investor",
                "applicant",
            ]
        ]
    ]
    rating: NotRequired[Literal["", "A", "B", "C"]]
    source: NotRequired[
        Literal[
            "",
            "referral",
            "web",
            "event",
            "campaign",
            "cold",
            "partner",
            "inbound",
            "card",
            "bought",
            "import",
            "other",
        ]
    ]
    source_detail: NotRequired[str]
    customer_since: NotRequired[str | None]
    customer_until: NotRequired[str | None]
    email: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[PostalAddress]
    visiting_address: NotRequired[PostalAddress]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    competitors: NotRequired[list[str]]
    description: NotRequired[str]
    external_id: NotRequired[str]
    prefix: NotRequired[str]
    given: NotRequired[str]
    middle: NotRequired[str]
    family: NotRequired[str]
    suffix: NotRequired[str]
    nickname: NotRequired[str]
    salutation: NotRequired[str]
    addressing: NotRequired[Literal["", "formal", "first_name"]]
    job_title: NotRequired[str]
    department: NotRequired[str]
    birthday: NotRequired[str | None]
    gender: NotRequired[Literal["", "female", "male", "diverse"]]
    marital_status: NotRequired[Literal["", "single", "married", "divorced", "widowed"]]
    education: NotRequired[Literal["", "school", "vocational", "bachelor", "master", "doctorate"]]
    occupation: NotRequired[str]
    children: NotRequired[int | None]
    income_band: NotRequired[Literal["", "low", "lower_middle", "middle", "upper_middle", "high"]]
    preferred_channels: NotRequired[
        list[Literal["email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]]
    ]
    preferred_times: NotRequired[list[Literal["early", "morning", "midday", "afternoon", "evening", "weekend"]]]
    time_note: NotRequired[str]
    interests: NotRequired[str]
    needs: NotRequired[str]
    loyalty_drivers: NotRequired[
        list[
            Literal[
                "quality",
                "price",
                "product",
                "location",
                "service",
                "safety",
                "compatibility",
                "contract",
                "distribution",
                "technical_support",
                "troubleshooting",
                "people",
                "reliability",
                "innovation",
                "sustainability",
            ]
        ]
    ]
    buying_process: NotRequired[str]
    decision_criteria: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PersonPlanTask(TypedDict):
    subject: str
    due_at: NotRequired[str | None]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    assignee: NotRequired[str | None]


class PersonRecordConsent(TypedDict):
    purpose: str
    state: Literal["given", "withdrawn", "objected"]
    channel: NotRequired[
        Literal["", "any", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    edition: NotRequired[str | None]
    wording: NotRequired[str]
    source: NotRequired[str]
    by_whom: NotRequired[str]
    address: NotRequired[str]


class PersonRestrict(TypedDict):
    reason: str


class PersonTakeMail(TypedDict):
    file: str


class PersonWriteFromTemplate(TypedDict):
    template: str


class PersonWriteMail(TypedDict):
    to: NotRequired[list[str]]
    subject: NotRequired[str]
    body: NotRequired[str]
    template: NotRequired[str | None]
    attachment: NotRequired[str | None]
    cc: NotRequired[str]
    sender: NotRequired[str | None]
    send_at: NotRequired[str | None]
    about: NotRequired[AnyRef | None]
    purpose: NotRequired[str | None]


class Pipeline(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    position: NotRequired[int | None]
    description: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class PipelineChange(TypedDict):
    name: NotRequired[str]
    position: NotRequired[int | None]
    description: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PipelineNew(TypedDict):
    name: str
    position: NotRequired[int | None]
    description: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PostalAddress(TypedDict):
    street: NotRequired[str]
    extra: NotRequired[str]
    postal_code: NotRequired[str]
    city: NotRequired[str]
    region: NotRequired[str]
    country: NotRequired[str]


class Privacy(TypedDict):
    restricted: bool
    held: list[PrivacyHeld]
    parts: list[PrivacyParts]


class PrivacyHeld(TypedDict):
    object: str
    label: str
    count: int
    goes: bool
    why: str


class PrivacyParts(TypedDict):
    key: str
    label: str
    lines: list[PrivacyPartsLines]


class PrivacyPartsLines(TypedDict):
    text: str
    note: str
    state: str
    why: str
    record: AnyLink | None


class PrivacyRequest(TypedDict):
    id: str
    version: int
    number: NotRequired[str]
    party: NotRequired[Link | None]
    kind: NotRequired[str]
    received_on: NotRequired[str | None]
    due_on: NotRequired[str | None]
    channel: NotRequired[str]
    words: NotRequired[str]
    asker: NotRequired[str]
    identified: NotRequired[bool]
    state: NotRequired[str]
    extended_because: NotRequired[str]
    answer: NotRequired[str]
    answered_at: NotRequired[str | None]
    answered_by: NotRequired[Link | None]
    receipt: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class PrivacyRequestAnswer(TypedDict):
    answer: str


class PrivacyRequestChange(TypedDict):
    party: NotRequired[str | None]
    kind: NotRequired[
        Literal["access", "portability", "rectification", "erasure", "restriction", "objection", "complaint", "other"]
    ]
    received_on: NotRequired[str]
    channel: NotRequired[
        Literal["", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    words: NotRequired[str]
    asker: NotRequired[str]
    identified: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PrivacyRequestExtend(TypedDict):
    reason: str


class PrivacyRequestNew(TypedDict):
    party: NotRequired[str | None]
    kind: NotRequired[
        Literal["access", "portability", "rectification", "erasure", "restriction", "objection", "complaint", "other"]
    ]
    received_on: NotRequired[str]
    channel: NotRequired[
        Literal["", "email", "phone", "visit", "video", "sms", "chat", "letter", "fax", "social", "web"]
    ]
    words: NotRequired[str]
    asker: NotRequired[str]
    identified: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PrivacyRequestRefuse(TypedDict):
    answer: str


class PrivacyRequestTakeBack(TypedDict):
    pass


class Problem(TypedDict):
    type: str
    title: str
    status: int
    code: Literal[
        "malformed",
        "unauthorised",
        "forbidden",
        "not_found",
        "method_not_allowed",
        "conflict",
        "gone",
        "stale",
        "too_large",
        "unsupported_media_type",
        "invalid",
        "version_required",
        "too_many",
        "busy",
    ]
    detail: str
    errors: list[ProblemErrors]
    version: NotRequired[int]
    theirs: NotRequired[dict[str, Any]]
    yours: NotRequired[dict[str, Any]]


class ProblemErrors(TypedDict):
    pointer: NotRequired[str]
    parameter: NotRequired[str]
    message: str
    at: NotRequired[int]
    length: NotRequired[int]
    suggestions: NotRequired[list[str]]


class Processing(TypedDict):
    house: str
    made_at: str | None
    entries: list[ProcessingEntries]
    tables: list[ProcessingTables]


class ProcessingActivity(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    part: NotRequired[str]
    position: NotRequired[int | None]
    contact: NotRequired[str]
    purposes: NotRequired[str]
    subjects: NotRequired[str]
    categories: NotRequired[str]
    recipients: NotRequired[str]
    countries: NotRequired[str]
    periods: NotRequired[str]
    measures: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class ProcessingActivityChange(TypedDict):
    name: NotRequired[str]
    part: NotRequired[Literal["controller", "activity"]]
    position: NotRequired[int | None]
    contact: NotRequired[str]
    purposes: NotRequired[str]
    subjects: NotRequired[str]
    categories: NotRequired[str]
    recipients: NotRequired[str]
    countries: NotRequired[str]
    periods: NotRequired[str]
    measures: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ProcessingActivityNew(TypedDict):
    name: str
    part: NotRequired[Literal["controller", "activity"]]
    position: NotRequired[int | None]
    contact: NotRequired[str]
    purposes: NotRequired[str]
    subjects: NotRequired[str]
    categories: NotRequired[str]
    recipients: NotRequired[str]
    countries: NotRequired[str]
    periods: NotRequired[str]
    measures: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ProcessingEntries(TypedDict):
    id: str
    part: str
    name: str
    texts: list[ProcessingEntriesTexts]


class ProcessingEntriesTexts(TypedDict):
    label: str
    text: str


class ProcessingTables(TypedDict):
    key: str
    label: str
    head: list[str]
    rows: list[list[str]]


class Product(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    code: NotRequired[str]
    series: NotRequired[str]
    kind: NotRequired[str]
    price: NotRequired[Money | None]
    unit: NotRequired[str]
    description: NotRequired[str]
    active: NotRequired[bool]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class ProductChange(TypedDict):
    name: NotRequired[str]
    code: NotRequired[str]
    series: NotRequired[str]
    kind: NotRequired[Literal["", "goods", "service", "subscription"]]
    price: NotRequired[MoneySent | None]
    unit: NotRequired[str]
    description: NotRequired[str]
    active: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ProductNew(TypedDict):
    name: str
    code: NotRequired[str]
    series: NotRequired[str]
    kind: NotRequired[Literal["", "goods", "service", "subscription"]]
    price: NotRequired[MoneySent | None]
    unit: NotRequired[str]
    description: NotRequired[str]
    active: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Purpose(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    basis: NotRequired[str]
    description: NotRequired[str]
    weighing: NotRequired[str]
    code: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class PurposeChange(TypedDict):
    name: NotRequired[str]
    basis: NotRequired[Literal["consent", "contract", "law", "vital", "public", "interest"]]
    description: NotRequired[str]
    weighing: NotRequired[str]
    code: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class PurposeNew(TypedDict):
    name: str
    basis: NotRequired[Literal["consent", "contract", "law", "vital", "public", "interest"]]
    description: NotRequired[str]
    weighing: NotRequired[str]
    code: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Relationship(TypedDict):
    id: str
    version: int
    type: NotRequired[str]
    party: NotRequired[Link | None]
    other: NotRequired[Link | None]
    colleague: NotRequired[Link | None]
    title: NotRequired[str]
    role: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    main: NotRequired[bool]
    strength: NotRequired[int | None]
    strength_at: NotRequired[str | None]
    note: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class RelationshipChange(TypedDict):
    type: NotRequired[
        Literal[
            "employment",
            "reports_to",
            "subsidiary",
            "member",
            "married",
            "partner_in_life",
            "child",
            "sibling",
            "friend",
            "knows",
            "referred",
            "partner",
            "supplies",
            "advises",
            "influences",
            "decides_with",
            "board",
            "owns",
            "invested",
            "membership",
            "assistant",
            "competes",
            "contact",
            "other",
        ]
    ]
    party: NotRequired[str]
    other: NotRequired[str | None]
    colleague: NotRequired[str | None]
    role: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    main: NotRequired[bool]
    note: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class RelationshipNew(TypedDict):
    type: Literal[
        "employment",
        "reports_to",
        "subsidiary",
        "member",
        "married",
        "partner_in_life",
        "child",
        "sibling",
        "friend",
        "knows",
        "referred",
        "partner",
        "supplies",
        "advises",
        "influences",
        "decides_with",
        "board",
        "owns",
        "invested",
        "membership",
        "assistant",
        "competes",
        "contact",
        "other",
    ]
    party: str
    other: NotRequired[str | None]
    colleague: NotRequired[str | None]
    role: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    main: NotRequired[bool]
    note: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Retention(TypedDict):
    number: int
    restricted: int
    sample: list[AnyLink | None]


class RetentionRule(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    object: NotRequired[str]
    condition: NotRequired[str]
    since: NotRequired[str]
    days: NotRequired[int | None]
    ending: NotRequired[str]
    fields: NotRequired[str]
    because: NotRequired[str]
    state: NotRequired[str]
    confirmed_at: NotRequired[str | None]
    confirmed_by: NotRequired[Link | None]
    expected: NotRequired[int | None]
    ran_at: NotRequired[str | None]
    problem: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class RetentionRuleChange(TypedDict):
    name: NotRequired[str]
    object: NotRequired[str]
    condition: NotRequired[str]
    since: NotRequired[str]
    days: NotRequired[int]
    ending: NotRequired[Literal["archive", "empty", "erase"]]
    fields: NotRequired[str]
    because: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class RetentionRuleConfirm(TypedDict):
    expected: int


class RetentionRuleNew(TypedDict):
    name: str
    object: str
    condition: NotRequired[str]
    since: str
    days: int
    ending: NotRequired[Literal["archive", "empty", "erase"]]
    fields: NotRequired[str]
    because: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class RetentionRuleStop(TypedDict):
    pass


class Role(TypedDict):
    key: str
    name: str
    description: str
    grants: dict[str, RoleGrants]
    classes: dict[str, RoleClasses]
    people: list[Link | None]
    count: int


class RoleChange(TypedDict):
    name: NotRequired[str]
    description: NotRequired[str]
    grants: NotRequired[dict[str, RoleChangeGrants]]
    classes: NotRequired[dict[str, RoleChangeClasses]]


class RoleChangeClasses(TypedDict):
    public: NotRequired[Literal["hidden", "read", "write"]]
    standard: NotRequired[Literal["hidden", "read", "write"]]
    personal: NotRequired[Literal["hidden", "read", "write"]]
    sensitive: NotRequired[Literal["hidden", "read", "write"]]


class RoleChangeGrants(TypedDict):
    read: NotRequired[Literal["none", "own", "team", "all"]]
    create: NotRequired[Literal["none", "own", "team", "all"]]
    edit: NotRequired[Literal["none", "own", "team", "all"]]
    delete: NotRequired[Literal["none", "own", "team", "all"]]
    export: NotRequired[Literal["none", "own", "team", "all"]]
    assign: NotRequired[Literal["none", "own", "team", "all"]]
    mass: NotRequired[Literal["none", "own", "team", "all"]]


class RoleClasses(TypedDict):
    public: NotRequired[Literal["hidden", "read", "write"]]
    standard: NotRequired[Literal["hidden", "read", "write"]]
    personal: NotRequired[Literal["hidden", "read", "write"]]
    sensitive: NotRequired[Literal["hidden", "read", "write"]]


class RoleGrants(TypedDict):
    read: NotRequired[Literal["none", "own", "team", "all"]]
    create: NotRequired[Literal["none", "own", "team", "all"]]
    edit: NotRequired[Literal["none", "own", "team", "all"]]
    delete: NotRequired[Literal["none", "own", "team", "all"]]
    export: NotRequired[Literal["none", "own", "team", "all"]]
    assign: NotRequired[Literal["none", "own", "team", "all"]]
    mass: NotRequired[Literal["none", "own", "team", "all"]]


class RoleNew(TypedDict):
    name: str
    description: NotRequired[str]
    grants: NotRequired[dict[str, RoleNewGrants]]
    classes: NotRequired[dict[str, RoleNewClasses]]


class RoleNewClasses(TypedDict):
    public: NotRequired[Literal["hidden", "read", "write"]]
    standard: NotRequired[Literal["hidden", "read", "write"]]
    personal: NotRequired[Literal["hidden", "read", "write"]]
    sensitive: NotRequired[Literal["hidden", "read", "write"]]


class RoleNewGrants(TypedDict):
    read: NotRequired[Literal["none", "own", "team", "all"]]
    create: NotRequired[Literal["none", "own", "team", "all"]]
    edit: NotRequired[Literal["none", "own", "team", "all"]]
    delete: NotRequired[Literal["none", "own", "team", "all"]]
    export: NotRequired[Literal["none", "own", "team", "all"]]
    assign: NotRequired[Literal["none", "own", "team", "all"]]
    mass: NotRequired[Literal["none", "own", "team", "all"]]


class Roles(TypedDict):
    items: list[Role]


class Run(TypedDict):
    id: str
    object: str
    do: str
    action: str | None
    state: Literal["queued", "running", "done", "failed", "undoing", "undone"]
    message: str
    total: int | None
    changed: int
    unchanged: int
    refused: int
    undone: int
    left: int
    created_at: str | None
    finished_at: str | None
    undone_at: str | None


class RunNew(TypedDict):
    do: Literal["set", "tag", "untag", "archive", "restore", "act"]
    q: NotRequired[str]
    ids: NotRequired[list[str]]
    action: NotRequired[str]
    values: NotRequired[dict[str, Any]]


class RunResults(TypedDict):
    items: list[RunResultsItems]
    next: int | None


class RunResultsItems(TypedDict):
    record: AnyLink | None
    outcome: Literal["changed", "unchanged", "refused"]
    reason: str
    left: str


class Schema(TypedDict):
    objects: list[SchemaObjects]


class SchemaObjects(TypedDict):
    key: str
    label: str
    plural: str
    help: str
    url: str
    of: str | None
    name: str
    keys: list[str]
    fields: list[SchemaObjectsFields]
    always: list[SchemaObjectsAlways]
    actions: list[SchemaObjectsActions]


class SchemaObjectsActions(TypedDict):
    key: str
    label: str
    help: str
    needs: str
    parameters: list[SchemaObjectsActionsParameters]


class SchemaObjectsActionsParameters(TypedDict):
    key: str
    label: str
    required: bool
    kind: str


class SchemaObjectsAlways(TypedDict):
    key: str
    label: str
    operators: list[str]


class SchemaObjectsFields(TypedDict):
    key: str
    label: str
    help: str
    kind: str
    family: str
    sensitivity: str
    required: bool
    writable: bool
    sortable: bool
    operators: list[str]
    options: list[SchemaObjectsFieldsOptions]
    refers_to: list[str]


class SchemaObjectsFieldsOptions(TypedDict):
    key: str
    label: str


class Seen(TypedDict):
    items: list[SeenItems]
    next: int | None


class SeenItems(TypedDict):
    id: int
    at: str | None
    by: Link | None
    behalf_of: Link | None
    fields: list[str]
    surface: str
    address: str


class SenderAddress(TypedDict):
    id: str
    version: int
    address: NotRequired[str]
    name: NotRequired[str]
    signature: NotRequired[str]
    for_all: NotRequired[bool]
    for_team: NotRequired[bool]
    reply_to: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class SenderAddressChange(TypedDict):
    address: NotRequired[str]
    name: NotRequired[str]
    signature: NotRequired[str]
    for_all: NotRequired[bool]
    for_team: NotRequired[bool]
    reply_to: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class SenderAddressNew(TypedDict):
    address: str
    name: NotRequired[str]
    signature: NotRequired[str]
    for_all: NotRequired[bool]
    for_team: NotRequired[bool]
    reply_to: NotRequired[str]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Stage(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    pipeline: NotRequired[Link | None]
    position: NotRequired[int | None]
    outcome: NotRequired[str]
    probability: NotRequired[str | None]
    gates: NotRequired[list[str]]
    limit_in_days: NotRequired[int | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class StageChange(TypedDict):
    name: NotRequired[str]
    pipeline: NotRequired[str]
    position: NotRequired[int | None]
    outcome: NotRequired[Literal["open", "won", "lost"]]
    probability: NotRequired[str | float | None]
    gates: NotRequired[
        list[Literal["customer", "amount", "closes_on", "source", "criteria", "next_step", "lines", "people"]]
    ]
    limit_in_days: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class StageNew(TypedDict):
    name: str
    pipeline: str
    position: NotRequired[int | None]
    outcome: NotRequired[Literal["open", "won", "lost"]]
    probability: NotRequired[str | float | None]
    gates: NotRequired[
        list[Literal["customer", "amount", "closes_on", "source", "criteria", "next_step", "lines", "people"]]
    ]
    limit_in_days: NotRequired[int | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Story(TypedDict):
    planned: list[StoryPlanned]
    past: list[StoryPast]
    next: str | None


class StoryPast(TypedDict):
    form: Literal["record", "event", "edits"]
    kind: str
    at: str | None
    record: AnyLink | None
    of: AnyLink | None
    title: str
    text: str
    body: str
    quoted: str
    thread: AnyLink | None
    messages: int
    who: str
    done: bool
    changes: list[StoryPastChanges]
    event: int | None


class StoryPastChanges(TypedDict):
    field: str
    label: str
    before: str
    after: str
    who: str


class StoryPlanned(TypedDict):
    form: Literal["record", "event", "edits"]
    kind: str
    at: str | None
    record: AnyLink | None
    of: AnyLink | None
    title: str
    text: str
    body: str
    quoted: str
    thread: AnyLink | None
    messages: int
    who: str
    done: bool
    changes: list[StoryPlannedChanges]
    event: int | None


class StoryPlannedChanges(TypedDict):
    field: str
    label: str
    before: str
    after: str
    who: str


class Suppressed(TypedDict):
    id: str
    because: str
    reason: str
    at: str | None


class SuppressedList(TypedDict):
    items: list[Suppressed]
    next: str | None


class SuppressedNew(TypedDict):
    value: str
    reason: NotRequired[str]


class Tags(TypedDict):
    tags: list[str]


class Task(TypedDict):
    id: str
    version: int
    subject: NotRequired[str]
    kind: NotRequired[str]
    about: NotRequired[AnyLink | None]
    customer: NotRequired[Link | None]
    assignee: NotRequired[Link | None]
    due_at: NotRequired[str | None]
    reminder_at: NotRequired[str | None]
    priority: NotRequired[str]
    recurrence: NotRequired[str]
    series_start: NotRequired[str | None]
    checklist: NotRequired[str]
    note: NotRequired[str]
    done_at: NotRequired[str | None]
    snoozed_until: NotRequired[str | None]
    follows: NotRequired[Link | None]
    external_id: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class TaskChange(TypedDict):
    subject: NotRequired[str]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    about: NotRequired[AnyRef | None]
    customer: NotRequired[str | None]
    assignee: NotRequired[str | None]
    due_at: NotRequired[str | None]
    reminder_at: NotRequired[str | None]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    recurrence: NotRequired[str]
    checklist: NotRequired[str]
    note: NotRequired[str]
    external_id: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class TaskDelegate(TypedDict):
    assignee: str
    note: NotRequired[str]


class TaskDone(TypedDict):
    note: NotRequired[str]


class TaskDoneAndScheduleNext(TypedDict):
    subject: NotRequired[str]
    due_at: NotRequired[str | None]
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]


class TaskNew(TypedDict):
    subject: str
    kind: NotRequired[Literal["", "todo", "call", "email", "meeting", "visit", "letter"]]
    about: NotRequired[AnyRef | None]
    customer: NotRequired[str | None]
    assignee: NotRequired[str | None]
    due_at: NotRequired[str | None]
    reminder_at: NotRequired[str | None]
    priority: NotRequired[Literal["", "high", "normal", "low"]]
    recurrence: NotRequired[str]
    checklist: NotRequired[str]
    note: NotRequired[str]
    external_id: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class TaskReopen(TypedDict):
    pass


class TaskSnooze(TypedDict):
    until: NotRequired[str | None]


class TaskTick(TypedDict):
    item: int


class Team(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    parent: NotRequired[Link | None]
    lead: NotRequired[Link | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class TeamChange(TypedDict):
    name: NotRequired[str]
    parent: NotRequired[str | None]
    lead: NotRequired[str | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class TeamNew(TypedDict):
    name: str
    parent: NotRequired[str | None]
    lead: NotRequired[str | None]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Template(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    kind: NotRequired[str]
    language: NotRequired[str]
    subject: NotRequired[str]
    body: NotRequired[str]
    purpose: NotRequired[Link | None]
    in_use: NotRequired[bool]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class TemplateChange(TypedDict):
    name: NotRequired[str]
    kind: NotRequired[
        Literal[
            "", "call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"
        ]
    ]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    subject: NotRequired[str]
    body: NotRequired[str]
    purpose: NotRequired[str | None]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class TemplateNew(TypedDict):
    name: str
    kind: NotRequired[
        Literal[
            "", "call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"
        ]
    ]
    language: NotRequired[
        Literal[
            "",
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    subject: NotRequired[str]
    body: str
    purpose: NotRequired[str | None]
    in_use: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Thread(TypedDict):
    id: str
    version: int
    subject: NotRequired[str]
    subject_key: NotRequired[str]
    customer: NotRequired[Link | None]
    kind: NotRequired[str]
    last_at: NotRequired[str | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class ThreadChange(TypedDict):
    subject: NotRequired[str]
    customer: NotRequired[str | None]
    kind: NotRequired[
        Literal[
            "", "call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"
        ]
    ]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class ThreadNew(TypedDict):
    subject: str
    customer: NotRequired[str | None]
    kind: NotRequired[
        Literal[
            "", "call", "meeting", "visit", "video", "email", "chat", "sms", "letter", "fax", "social", "web", "note"
        ]
    ]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class User(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    email: NotRequired[str]
    is_active: NotRequired[bool]
    manager: NotRequired[Link | None]
    language: NotRequired[str]
    locale: NotRequired[str]
    time_zone: NotRequired[str]
    theme: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class UserChange(TypedDict):
    name: NotRequired[str]
    email: NotRequired[str]
    is_active: NotRequired[bool]
    manager: NotRequired[str | None]
    language: NotRequired[Literal["", "en", "de"]]
    locale: NotRequired[str]
    time_zone: NotRequired[str]
    theme: NotRequired[Literal["", "system", "light", "dark"]]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class UserNew(TypedDict):
    name: str
    email: NotRequired[str]
    is_active: NotRequired[bool]
    manager: NotRequired[str | None]
    language: NotRequired[Literal["", "en", "de"]]
    locale: NotRequired[str]
    time_zone: NotRequired[str]
    theme: NotRequired[Literal["", "system", "light", "dark"]]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class Webhook(TypedDict):
    id: str
    version: int
    name: NotRequired[str]
    url: NotRequired[str]
    kinds: NotRequired[str]
    condition: NotRequired[str]
    is_on: NotRequired[bool]
    problem: NotRequired[str]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class WebhookChange(TypedDict):
    name: NotRequired[str]
    url: NotRequired[str]
    kinds: NotRequired[str]
    condition: NotRequired[str]
    is_on: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class WebhookNew(TypedDict):
    name: str
    url: str
    kinds: NotRequired[str]
    condition: NotRequired[str]
    is_on: NotRequired[bool]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class WebhookRenewSecret(TypedDict):
    pass


class WebhookReplay(TypedDict):
    since: str


class WebhookSendTest(TypedDict):
    pass


class Wording(TypedDict):
    id: str
    version: int
    title: NotRequired[str]
    purpose: NotRequired[Link | None]
    language: NotRequired[str]
    edition: NotRequired[int | None]
    text: NotRequired[str]
    since: NotRequired[str | None]
    owner: NotRequired[Link | None]
    team: NotRequired[Link | None]
    tags: NotRequired[list[str]]
    created_at: NotRequired[str | None]
    created_by: NotRequired[Link | None]
    updated_at: NotRequired[str | None]
    updated_by: NotRequired[Link | None]
    archived_at: NotRequired[str | None]


class WordingChange(TypedDict):
    purpose: NotRequired[str]
    language: NotRequired[
        Literal[
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    text: NotRequired[str]
    since: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]


class WordingNew(TypedDict):
    purpose: str
    language: NotRequired[
        Literal[
            "ar",
            "bg",
            "cs",
            "da",
            "de",
            "el",
            "en",
            "es",
            "et",
            "fi",
            "fr",
            "he",
            "hi",
            "hr",
            "hu",
            "it",
            "ja",
            "ko",
            "lt",
            "lv",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "ru",
            "sk",
            "sl",
            "sr",
            "sv",
            "tr",
            "uk",
            "vi",
            "zh",
        ]
    ]
    text: str
    since: NotRequired[str]
    owner: NotRequired[str | None]
    team: NotRequired[str | None]
    tags: NotRequired[list[str]]
