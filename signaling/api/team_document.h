/* team_document.h - teams, experts' hours and hybrid plans as JSON (docs/http-api.md), read
 * strictly. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_TEAM_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_TEAM_DOCUMENT_H

#include "gateway/visits/hybrid_plan.h"
#include "gateway/visits/team.h"
#include "signaling/api/document_reader.h"

/* A team, and of those experts who have them the hours. */
struct team_document {
    struct team *team;                            /* owned */
    struct expert_hours *hours[TEAM_EXPERTS_MAX]; /* owned; NULL: not said */
};
struct team_document *team_document_destroy(struct team_document *document);
DEFINE_AUTO(team_document)

/* Each returns 0, or -EBADMSG with the problem; what it returns the domain would take. */
int team_document_read(const json_t *document, struct team_document **ret_document,
                       struct document_problem *ret_problem);
/* `ret_hours` is overwritten. */
int hours_document_read(const json_t *document, struct expert_hours *ret_hours,
                        struct document_problem *ret_problem);
int plan_document_read(const json_t *document, struct hybrid_plan *ret_plan,
                       struct document_problem *ret_problem);

/* The same the other way round. Owned. */
json_t *team_document_write(const struct team *team);
json_t *hours_document_write(const struct expert_hours *hours);
json_t *plan_document_write(const struct hybrid_plan *plan);

#endif
