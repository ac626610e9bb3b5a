"""In: nothing. Out: queries that reach every construct of the language; tests of several rooms run over them."""

from __future__ import annotations

__all__ = ["QUERIES"]

QUERIES: tuple[str, ...] = tuple(
    line.strip()
    for line in """
    episodes
    "Episodes" -- a comment
    explain episodes
    @energy
    explain @energy
    count episodes
    count episodes per rotation
    count episodes per rotation, status,
    top 3 targets by value
    top 3 targets by value per about show about, value
    episodes where buy_side contains Energy
    Episodes WHERE Buy_Side CONTAINS energy
    episodes where "Buy side" contains "Energy"
    episodes where buy_side contains [[Energy]]
    notes where tags contains #macro
    episodes where duration >= 1 year and not sell_side contains Tech
    episodes where not not buy_side contains Energy
    episodes where (buy_side contains Energy or buy_side contains Tech) and period after 2020
    episodes where any buy_side is Energy
    episodes where all buy_side is Energy
    episodes where no buy_side is Energy
    episodes where buy_side is not Energy
    episodes where duration is known
    episodes where duration is unknown
    episodes where duration is not known
    episodes where duration possibly > 18 months
    episodes where duration = 1 year..2 years
    episodes where duration = $low .. $high
    episodes where period overlaps 2020..2022
    episodes where period overlaps "2020".."2022"
    episodes where buy_side in (Energy, "Tech", [[Financials]], $x, #y, 1..2,)
    episodes where buy_side not in (Energy)
    episodes where all buy_side in (Energy, Tech)
    sectors where bought_in in (episodes where period after 2020)
    sectors where bought_in not in (episodes where period after 2020)
    sectors where no bought_in in (episodes where period after 2020)
    stocks where this in (top 3 targets by value show about)
    episodes where rotation in (count episodes per rotation show rotation)
    episodes where buy_side in ("sectors" where name = x)
    stocks where return[year = 2022] < -40%
    stocks where return[year = 2025] < [[S&P 500]].return[year = 2025]
    stocks where target > return[year = 2025]
    stocks where target > return[year = 2025].value.low
    stocks where target > about.return^+[year = 2025]
    stocks where target > this.return * 2
    stocks where target > this
    stocks where this is NVIDIA
    stocks where this.target > 5%
    stocks where target > "S&P 500".return
    stocks where target > [[S&P 500]].return + 5%
    stocks where target > max(return)
    stocks where target > $x
    stocks where target > $x * 2
    stocks where target > (avg(targets.value))
    stocks where target > (avg(value) in targets where horizon < 1 year) - 5%
    stocks where target > (value + 2%) * 2
    stocks where (target + 2%) * 2 > 10%
    stocks where (avg(target)) > 10%
    stocks where target / 2 > 10% and target - 5% < 3%
    stocks where 2 * target > 10%
    stocks where $x * target > 10%
    sectors where broader+ is Tech
    sectors where broader* is Tech
    sectors where buy_side^ is known
    sectors where broader^+ is known
    stocks where [[S&P 500]].return > 5%
    sectors where count(bought_in) >= 2
    returns per year where avg(value) < 25% show year, avg(value) sort by year desc limit 3
    returns per year where count > 2
    episodes show *
    episodes show *,
    episodes show rotation as name, period,
    episodes show [[Energy]].bought_in.period, this.rotation
    returns show about, year, value pivot year
    returns show about, year, value pivot "year"
    episodes sort by period desc nulls first, rotation asc, status nulls last,
    episodes limit 10 offset 5
    episodes as of Jan 31, 2026
    episodes as of "2026-01-31"
    episodes as of $today
    path from NVIDIA to Energy
    path from "Path to recovery" to [[Energy]] within 3 via sector, broader,
    path from $a to $b
    episodes where name like "Growth*" or name matches "^G" or name starts with G or name ends with "e"
    episodes where period before 2020 or period after 2020 or period during 2020 or sell_side within Tech
    observations where value = 1.5–2x or value = ~$530B or value < -5 to -3% or value = €1,25 Mrd or value > 2+ years
    observations where value != 5 and value <= 7 and value < 9
    """.splitlines()
    if line.strip()
)
