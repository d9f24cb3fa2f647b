"""The working calendar as a page: days off and worked Saturdays with their papers, and the deadlines that follow them."""
