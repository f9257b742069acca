"""A customer room: all that is known of one account or person, and what is done about it?"""

from pages.ui import customer_room

customer_room.show()
