"""Access: who may see what, and who did what?"""

from pages.ui import access

access.show()
