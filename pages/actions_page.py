"""Actions: who is to be called, by whom and by when, and what came of it; what was done, and what went with it."""

from pages.ui import actions, choices, follow_ups, register

_PARTS = {actions.CALLS: "Whom to call", actions.DID: "What we did"}

part = choices.view("Part", _PARTS, key=actions.PART, default=actions.CALLS)
(register if part == actions.DID else follow_ups).show()
