"""Benchmarks run inside the test database, with the same guards as the tests; figures are printed, and kept ratios."""

from tests.conftest import files_in_a_temporary_folder, no_network, pytest_configure

__all__ = ["files_in_a_temporary_folder", "no_network", "pytest_configure"]
