"""Comments on four subjects, for the tests of themes."""

SUBJECTS = {
    "delivery": ["the delivery came late", "late delivery and a damaged parcel", "my parcel was lost by the courier",
                 "the courier left the parcel outside", "delivery took three weeks", "the parcel arrived damaged"],
    "support": ["support never answers the phone", "waiting on hold for support", "the agent on the phone was rude",
                "support agent hung up on me", "nobody answers my call to support",
                "on hold for an hour, then no agent"],
    "price": ["the price is too high", "expensive subscription for what it does", "price increase without notice",
              "the subscription price doubled", "cheaper alternatives, the price is a joke",
              "too expensive, cancel my subscription"],
    "app": ["the app crashes on login", "login fails in the app", "app crashes after the update",
            "the update broke the login screen", "the app freezes on my screen", "cannot login since the update"],
}  # fmt: skip
