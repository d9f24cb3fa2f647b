"""The head and the signer of a paper an office prints about single tasks and persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.document import Letterhead, Signature


@dataclass(frozen=True, kw_only=True)
class PaperHead:
    """Who prints: as the agency's profile says, with the symbol of this kind of paper."""

    parent_agency: str
    agency_lines: tuple[str, ...]
    symbol: str
    place: str
    signer_lines: tuple[str, ...]
    signer_name: str
    archive: str
    organisation: str
    sender: str

    @classmethod
    def of(cls, letterhead: Mapping[str, Any], code: str) -> "PaperHead":
        """From `profiles.letterhead_of`; `code` stands before the agency's own part of the symbol ("BB")."""
        own = letterhead["symbol"].partition("-")[2] or letterhead["symbol"].lstrip("/")
        return cls(
            parent_agency=letterhead["parent_agency"],
            agency_lines=tuple(letterhead["agency_lines"]),
            symbol=f"/{code}-{own}",
            place=letterhead["place"],
            signer_lines=tuple(letterhead["signer_lines"]),
            signer_name=letterhead["signer_name"],
            archive=letterhead["archive"],
            organisation=letterhead["organisation"],
            sender=letterhead["sender"],
        )

    def letterhead(self, year: int) -> Letterhead:
        """Number and day stay blank: they are given after signature (Decree 30, article 15)."""
        return Letterhead(
            parent_agency=self.parent_agency,
            agency_lines=self.agency_lines,
            symbol=self.symbol,
            place=self.place,
            year=year,
        )

    def signature(self, recipients: tuple[str, ...]) -> Signature:
        return Signature(
            prefix_lines=self.signer_lines,
            name=self.signer_name,
            recipients=recipients,
            archive=self.archive,
        )
