/* board_row.h - one visit of a coordinator's day as JSON (docs/openapi.json, `board_visit`).
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_BOARD_BOARD_ROW_H
#define BEDSIDE_SIGNALING_BOARD_BOARD_ROW_H

#include "gateway/visits/visit_board.h"

#include <jansson.h>

struct board_day;

/* Owned. The members of the moment, `connection` of each seat, are null: who knows sets them. */
json_t *board_row_json(const struct board_visit *visit);

/* What of a row somebody sees who may see the way in alone: who is how far, with which devices and
 * network; no alerts, answers, licences, numbers or places. Owned. */
json_t *board_row_way_in(const json_t *row);

/* Of a row: whether it belongs to the day, and to what a reach covers. */
bool board_row_is_of(const json_t *row, const struct board_day *day,
                     const struct board_reach *reach);

#endif
