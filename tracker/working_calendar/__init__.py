"""The working calendar as pages: days off, worked Saturdays, their papers, and the deadlines that follow them."""
