/* page_of.h - a list in pages: `?limit=20&cursor=...` in, {"cases":[...],"next":"..."} out.
 *
 * The key of an item says where it stands in the list (an id, or a time and an id). A cursor is the
 * key of the last item of the page before, in base64url: opaque to clients, and checked as any
 * input. Whoever lists asks the store for `limit` + 1 items behind `after`: one too many says that
 * there is a next page.
 *
 *     struct page_request page;
 *     if (!page_of_query(exchange, &page)) { return; }       control thread, before the task
 *     ...
 *     task->output = page_of_items("cases", items, more ? key_of_last_item : NULL);
 * Thread: any; page_of_query() control. */
#ifndef BEDSIDE_SIGNALING_API_PAGE_OF_H
#define BEDSIDE_SIGNALING_API_PAGE_OF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct http_exchange;

#define PAGE_LIMIT_DEFAULT 50
#define PAGE_LIMIT_MAX 200
#define PAGE_KEY_SIZE 129

struct page_request {
    unsigned limit;            /* 1..PAGE_LIMIT_MAX */
    char after[PAGE_KEY_SIZE]; /* empty: the first page */
};

/* Reads `limit` and `cursor` of a query; pure. Returns NULL, or the name of the bad one (static).
 */
const char *page_of_read(const char *query, struct page_request *ret_page);
/* The same for an exchange: returns false, having answered with 400. */
bool page_of_query(struct http_exchange *exchange, struct page_request *ret_page);
/* {"<name>": items, "next": cursor or null}. Takes `items`. `last_key`: NULL on the last page.
 * Owned. */
json_t *page_of_items(const char *name, json_t *items, const char *last_key);

#endif
