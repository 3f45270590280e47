# Incidents and deaths by country and month, in R.
#
#   Rscript examples/months.R [DIR]
#
# DIR is a folder that "eventcode code" wrote; without it, data.
# With the packages arrow and dplyr, its Parquet tables are read as they are. Without them, base R reads exports/incidents.csv
# in the same folder, which "make" writes, and also this:
#
#   eventcode export data --layout csv --out data/exports/incidents.csv

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments) >= 1) arguments[1] else "data"

with_arrow <- function(folder) {
  suppressPackageStartupMessages(library(dplyr))
  arrow::read_parquet(file.path(folder, "incidents.parquet")) |>
    filter(acled_codable) |>
    # Columns of few different values come as factors, whose order is not that of the alphabet.
    mutate(country = as.character(country), month = format(event_date, "%Y-%m")) |>
    group_by(country, month) |>
    summarise(incidents = n(), fatalities = sum(fatalities), .groups = "drop") |>
    arrange(country, month) |>
    as.data.frame()
}

with_base <- function(folder) {
  path <- file.path(folder, "exports", "incidents.csv")
  if (!file.exists(path)) {
    stop(path, " is missing: install the packages arrow and dplyr, or run ",
         "'eventcode export ", folder, " --layout csv --out ", path, "'")
  }
  # Namibia's code is NA: only an empty cell is missing.
  incidents <- read.csv(path, na.strings = "", stringsAsFactors = FALSE, encoding = "UTF-8")
  incidents <- incidents[tolower(as.character(incidents$acled_codable)) == "true", ]
  if (nrow(incidents) == 0) {
    return(data.frame(country = character(), month = character(), incidents = integer(), fatalities = integer()))
  }
  incidents$month <- substr(incidents$event_date, 1, 7)
  incidents$incidents <- 1L
  counts <- aggregate(cbind(incidents, fatalities) ~ country + month, data = incidents, FUN = sum)
  counts <- counts[order(counts$country, counts$month), ]
  rownames(counts) <- NULL
  counts
}

both <- requireNamespace("arrow", quietly = TRUE) && requireNamespace("dplyr", quietly = TRUE)
counts <- if (both) with_arrow(folder) else with_base(folder)
print(counts, row.names = FALSE)
cat(nrow(counts), "rows\n")
