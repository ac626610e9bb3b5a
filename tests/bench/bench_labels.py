"""In: the counts of a made-up graph. Out: the names in it. For the bench of queries; needs nothing that is not in Python."""

from __future__ import annotations

from typing import Any

__all__ = ["labels_of"]

SECTORS = (
    "Energy", "Utilities", "Financials", "Industrials", "Materials", "HealthCare", "Staples", "Discretionary", "Technology",
    "Software", "Semiconductors", "RealEstate", "Comms", "Defense", "Telecom", "SmallCaps", "Value", "Growth", "Treasuries", "Cash",
    "Commodities", "Gold", "Banks", "Biotech", "Homebuilders", "Airlines", "Autos", "Transports",
)  # fmt: skip


def labels_of(meta: dict[str, Any]) -> list[str]:
    """Names by entity."""
    return [
        label
        for name in meta["classes"]
        for label in (SECTORS if name == "Sector" else (f"{name} {number}" for number in range(meta["cnt"][name])))
    ]
