* A panel of countries and years in Stata.
*
*   eventcode panel data --unit country --period year --units states --out country_years.dta
*   eventcode panel data --unit country --period month --out country_months.dta
*   do examples/country_years.do
*
* Variables carry their labels ("describe" shows them). Codes are text, numbers of states are numbers.

version 14
clear all

* --- countries and years -------------------------------------------------------------------------------------------
use "country_years.dta", clear
describe

* Territories that are no state of the Gleditsch-Ward list have no number: leave them out here.
drop if missing(gwcode)

* Zeros are in the file: what is missing in goldstein_mean had no event.
xtset gwcode year
generate double lag_fatalities = L.fatalities
generate double log_fatalities = ln(1 + fatalities)
summarize incidents fatalities log_fatalities goldstein_mean

* --- joined with a country-year file of your own, here one that is made up -------------------------------------------
preserve
keep gwcode year
generate double invented_index = mod(gwcode * 7 + year, 100) / 100
tempfile covariates
save "`covariates'"
restore
merge 1:1 gwcode year using "`covariates'", assert(match) nogenerate

* --- countries and months ------------------------------------------------------------------------------------------
use "country_months.dta", clear
generate monthly = mofd(period_start)
format monthly %tm
encode iso3, generate(country_id)
xtset country_id monthly
tabstat incidents fatalities, by(iso3) statistics(sum)
