/* team_store.h - what the domain asks of a database about teams, experts and their time (part of
 * visit_store.h, whose rules hold). Thread: the store thread. */
#ifndef BEDSIDE_VISITS_TEAM_STORE_H
#define BEDSIDE_VISITS_TEAM_STORE_H

#include "gateway/visits/team.h"

struct visit_store;

struct team_store_ops {
    int (*insert_team)(struct visit_store *store, const struct team *team);
    /* Key, name, subspecialty, retirement and version. */
    int (*update_team)(struct visit_store *store, const struct team *team);
    int (*find_team)(struct visit_store *store, const char *programme, const char *key,
                     char ret_team_id[UUID_TEXT_SIZE]);
    /* With its experts. */
    int (*read_team)(struct visit_store *store, const char *team_id, struct team **ret_team);
    /* With their experts; "": of all programmes. By programme and key, behind the pair given. */
    int (*list_teams)(struct visit_store *store, const char *programme, bool with_retired,
                      const char *after_programme, const char *after_key, size_t limit,
                      struct team_list **ret_list);
    /* The experts of the team are now these, by id and in this order. */
    int (*write_members)(struct visit_store *store, const struct team *team);

    /* Finds the expert by staff_key and brings them up to date, or keeps a new one. Sets the id. */
    int (*keep_expert)(struct visit_store *store, struct expert *expert);
    int (*read_expert)(struct visit_store *store, const char *expert_id, struct expert *ret_expert);
    /* Whether the expert is of a team of the programme ("": of any) that is not retired. */
    int (*is_expert_of)(struct visit_store *store, const char *expert_id, const char *programme,
                        bool *ret_is);
    int (*read_hours)(struct visit_store *store, const char *expert_id,
                      struct expert_hours *ret_hours);
    int (*write_hours)(struct visit_store *store, const char *expert_id,
                       const struct expert_hours *hours);
};

#endif
