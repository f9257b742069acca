"""Actions: who is to be called, by whom and by when, and what came of it?"""

from pages.ui import follow_ups

follow_ups.show()
