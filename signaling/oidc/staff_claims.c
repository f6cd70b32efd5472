#include "signaling/oidc/staff_claims.h"

#include "gateway/visits/role_mapping.h"

#include <glib.h>
#include <string.h>

#define PATH_DEPTH_MAX 4
#define ALL_PROGRAMMES "*"

const char *staff_claims_fault_name(enum staff_claims_fault fault)
{
    static const char *const names[STAFF_CLAIMS_FAULT_COUNT] = {
        [STAFF_CLAIMS_GOOD] = "good",
        [STAFF_CLAIMS_NO_ROLE] = "no_role",
        [STAFF_CLAIMS_NO_STAFF_KEY] = "no_staff_key",
        [STAFF_CLAIMS_NO_PROGRAMME] = "no_programme",
        [STAFF_CLAIMS_UNUSABLE] = "unusable",
    };
    return (unsigned)fault < STAFF_CLAIMS_FAULT_COUNT ? names[fault] : "unknown";
}

/* Names with dots that are no path ("https://hospital.example/roles") come first. */
static const json_t *find_claim(const json_t *claims, const char *name)
{
    const json_t *found = json_object_get(claims, name);
    if (found) {
        return found;
    }
    g_auto(GStrv) parts = g_strsplit(name, ".", PATH_DEPTH_MAX);
    found = claims;
    for (char **part = parts; *part && found; part++) {
        found = json_object_get(found, *part);
    }
    return found;
}

/* Copies a text that fits. Returns false when it is missing, empty or does not fit. */
static bool take_text(const json_t *value, char *ret_text, size_t capacity)
{
    const size_t size = json_string_length(value);
    if (size == 0 || size >= capacity || strlen(json_string_value(value)) != size) {
        return false;
    }
    memcpy(ret_text, json_string_value(value), size + 1);
    return true;
}

static unsigned roles_of(const json_t *value, const char *mapping)
{
    unsigned roles = 0;
    size_t index;
    json_t *item;
    if (json_is_string(value)) {
        return role_mapping_roles_of(mapping, json_string_value(value));
    }
    json_array_foreach(value, index, item)
    {
        if (json_is_string(item)) {
            roles |= role_mapping_roles_of(mapping, json_string_value(item));
        }
    }
    return roles;
}

/* An account without a programme reaches all of them: a token that says none must not make one. */
static bool take_programme(const json_t *claims, const struct staff_claims_rules *rules,
                           struct staff_account *identity)
{
    if (!rules->programme_claim || !rules->programme_claim[0]) {
        return true;
    }
    const bool has = take_text(find_claim(claims, rules->programme_claim), identity->programme,
                               sizeof(identity->programme));
    if (has && strcmp(identity->programme, ALL_PROGRAMMES) == 0) {
        identity->programme[0] = '\0';
    }
    static const unsigned by_programme =
        PARTICIPANT_ROLE_BIT(ROLE_COORDINATOR) | PARTICIPANT_ROLE_BIT(ROLE_TECHNICAL_HELPER);
    return has || !(identity->roles & by_programme);
}

/* Nice to have: what does not fit is left out. */
static void take_ornaments(const json_t *claims, struct staff_account *identity)
{
    static const char *const names[] = {"name", "preferred_username"};
    bool named = false;
    for (size_t i = 0; i < G_N_ELEMENTS(names) && !named; i++) {
        named = take_text(json_object_get(claims, names[i]), identity->display_name,
                          sizeof(identity->display_name));
    }
    if (!named) {
        strcpy(identity->display_name, identity->staff_key);
    }
    take_text(json_object_get(claims, "email"), identity->email, sizeof(identity->email));
    take_text(json_object_get(claims, "zoneinfo"), identity->time_zone,
              sizeof(identity->time_zone));
    if (!time_zone_is_well_formed(identity->time_zone)) {
        identity->time_zone[0] = '\0';
    }
    take_text(json_object_get(claims, "locale"), identity->languages, sizeof(identity->languages));
    g_strdelimit(identity->languages, "_", '-');
}

enum staff_claims_fault staff_claims_read(const json_t *claims,
                                          const struct staff_claims_rules *rules,
                                          struct staff_account *ret_identity)
{
    struct staff_account identity = {0};
    if (!take_text(json_object_get(claims, "iss"), identity.issuer, sizeof(identity.issuer)) ||
        !take_text(json_object_get(claims, "sub"), identity.subject, sizeof(identity.subject))) {
        return STAFF_CLAIMS_UNUSABLE;
    }
    identity.roles = roles_of(find_claim(claims, rules->roles_claim), rules->roles);
    if (identity.roles == 0) {
        return STAFF_CLAIMS_NO_ROLE;
    }
    if (!take_text(find_claim(claims, rules->staff_key_claim), identity.staff_key,
                   sizeof(identity.staff_key))) {
        return STAFF_CLAIMS_NO_STAFF_KEY;
    }
    if (!take_programme(claims, rules, &identity)) {
        return STAFF_CLAIMS_NO_PROGRAMME;
    }
    take_ornaments(claims, &identity);
    if (staff_account_find_problem(&identity)) {
        return STAFF_CLAIMS_UNUSABLE;
    }
    *ret_identity = identity;
    return STAFF_CLAIMS_GOOD;
}
