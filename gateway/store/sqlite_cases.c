/* Cases, their people and their opinions. */
#include "gateway/store/sqlite_store_internal.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <string.h>

#define PERSON_COLUMNS                                                                             \
    "id, key, role, display_name, label, birth_date, phone, address, emergency_contact_name, "     \
    "emergency_contact_phone, time_zone, languages, staff_key, email, beside"

static int insert_person_at(struct visit_store *base, const char *case_id, size_t position,
                            const struct person *person)
{
    static const char sql[] = "INSERT INTO person (case_id, position, " PERSON_COLUMNS ") "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, person->id);
    sql_put_text(&query, person->key);
    sql_put_text(&query, participant_role_name(person->role));
    sql_put_text(&query, person->display_name);
    sql_put_text(&query, person->label);
    sql_put_text(&query, person->birth_date);
    sql_put_text(&query, person->phone);
    sql_put_text(&query, person->address);
    sql_put_text(&query, person->emergency_contact_name);
    sql_put_text(&query, person->emergency_contact_phone);
    sql_put_text(&query, person->time_zone);
    sql_put_text(&query, person->languages);
    sql_put_text(&query, person->staff_key);
    sql_put_text(&query, person->email);
    sql_put_int(&query, person->beside);
    return sql_query_run(&query);
}

static void take_person(struct sql_query *query, struct person *person)
{
    sql_take_text(query, person->id, sizeof(person->id));
    sql_take_text(query, person->key, sizeof(person->key));
    SQL_TAKE_NAME(query, participant_role, &person->role);
    sql_take_text(query, person->display_name, sizeof(person->display_name));
    sql_take_text(query, person->label, sizeof(person->label));
    sql_take_text(query, person->birth_date, sizeof(person->birth_date));
    sql_take_text(query, person->phone, sizeof(person->phone));
    sql_take_text(query, person->address, sizeof(person->address));
    sql_take_text(query, person->emergency_contact_name, sizeof(person->emergency_contact_name));
    sql_take_text(query, person->emergency_contact_phone, sizeof(person->emergency_contact_phone));
    sql_take_text(query, person->time_zone, sizeof(person->time_zone));
    sql_take_text(query, person->languages, sizeof(person->languages));
    sql_take_text(query, person->staff_key, sizeof(person->staff_key));
    sql_take_text(query, person->email, sizeof(person->email));
    person->beside = sql_take_int(query) != 0;
}

static int insert_section(struct visit_store *base, const char *opinion_id, size_t position,
                          const struct opinion_section *section)
{
    static const char sql[] =
        "INSERT INTO opinion_section (opinion_id, position, code, heading) VALUES (?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, section->id);
    sql_put_text(&query, section->heading);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < section->paragraph_count; i++) {
        static const char paragraph_sql[] =
            "INSERT INTO opinion_paragraph (opinion_id, section, position, body) "
            "VALUES (?, ?, ?, ?)";
        struct sql_query insert = sql_query_begin(sqlite_store_of(base), paragraph_sql);
        sql_put_text(&insert, opinion_id);
        sql_put_int(&insert, (int64_t)position);
        sql_put_int(&insert, (int64_t)i);
        sql_put_text(&insert, section->paragraphs[i]);
        result = sql_query_run(&insert);
    }
    return result;
}

static int insert_outcome(struct visit_store *base, const char *opinion_id, size_t position,
                          const struct opinion_outcome *outcome)
{
    static const char sql[] =
        "INSERT INTO opinion_outcome (opinion_id, position, code, text) VALUES (?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion_id);
    sql_put_int(&query, (int64_t)position);
    sql_put_text(&query, outcome->code);
    sql_put_text(&query, outcome->text);
    return sql_query_run(&query);
}

static int insert_opinion(struct visit_store *base, const char *case_id,
                          const struct opinion *opinion)
{
    static const char sql[] =
        "INSERT INTO opinion (id, case_id, title, author, signed_at_ms, document_media_type, "
        "document_size, document_sha256, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion->id);
    sql_put_text(&query, case_id);
    sql_put_text(&query, opinion->title);
    sql_put_text(&query, opinion->author);
    sql_put_int(&query, opinion->signed_at_ms);
    sql_put_text(&query, opinion->document.media_type);
    sql_put_int(&query, (int64_t)opinion->document.size);
    sql_put_text(&query, opinion->document.sha256);
    sql_put_blob(&query, opinion->document.bytes, opinion->document.size);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < opinion->section_count; i++) {
        result = insert_section(base, opinion->id, i, &opinion->sections[i]);
    }
    for (size_t i = 0; result == 0 && i < opinion->outcome_count; i++) {
        result = insert_outcome(base, opinion->id, i, &opinion->outcomes[i]);
    }
    return result;
}

static int insert_case(struct visit_store *base, const struct clinical_case *clinical_case)
{
    static const char sql[] = "INSERT INTO clinical_case (id, programme, reference, title, "
                              "created_at_ms) VALUES (?, ?, ?, ?, ?)";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, clinical_case->id);
    sql_put_text(&query, clinical_case->programme);
    sql_put_text(&query, clinical_case->reference);
    sql_put_text(&query, clinical_case->title);
    sql_put_int(&query, clinical_case->created_at_ms);
    int result = sql_query_run(&query);
    for (size_t i = 0; result == 0 && i < clinical_case->person_count; i++) {
        result = insert_person_at(base, clinical_case->id, i, &clinical_case->people[i]);
    }
    if (result == 0 && clinical_case->opinion) {
        result = insert_opinion(base, clinical_case->id, clinical_case->opinion);
    }
    return result;
}

static int read_sections(struct visit_store *base, struct opinion *opinion)
{
    static const char sql[] = "SELECT heading, code FROM opinion_section WHERE opinion_id = ? "
                              "ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion->id);
    while (sql_query_next(&query)) {
        char heading[OPINION_HEADING_SIZE] = "";
        sql_take_text(&query, heading, sizeof(heading));
        struct opinion_section *section = opinion_add_section(opinion, heading);
        if (section) {
            sql_take_text(&query, section->id, sizeof(section->id));
        } else {
            sql_query_fail(&query, -EBADMSG);
        }
    }
    return sql_query_end(&query);
}

static int read_paragraphs(struct visit_store *base, struct opinion *opinion)
{
    static const char sql[] = "SELECT section, body FROM opinion_paragraph WHERE opinion_id = ? "
                              "ORDER BY section, position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion->id);
    while (sql_query_next(&query)) {
        const int64_t section = sql_take_int(&query);
        AUTO_FREE char *body = sql_take_owned_text(&query);
        if (section < 0 || section >= (int64_t)opinion->section_count ||
            opinion_section_add_paragraph(&opinion->sections[section], body) < 0) {
            sql_query_fail(&query, -EBADMSG);
        }
    }
    return sql_query_end(&query);
}

static int read_outcomes(struct visit_store *base, struct opinion *opinion)
{
    static const char sql[] = "SELECT code, text FROM opinion_outcome WHERE opinion_id = ? "
                              "ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, opinion->id);
    while (opinion->outcome_count < OPINION_OUTCOMES_MAX && sql_query_next(&query)) {
        struct opinion_outcome *outcome = &opinion->outcomes[opinion->outcome_count++];
        sql_take_text(&query, outcome->code, sizeof(outcome->code));
        sql_take_text(&query, outcome->text, sizeof(outcome->text));
    }
    return sql_query_end(&query);
}

static int read_opinion(struct visit_store *base, const char *case_id, bool with_bytes,
                        struct opinion **ret_opinion)
{
    static const char sql[] =
        "SELECT id, title, author, signed_at_ms, document_media_type, document_size, "
        "document_sha256, CASE ? WHEN 1 THEN document END FROM opinion WHERE case_id = ?";
    AUTO(opinion) opinion = opinion_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_int(&query, with_bytes ? 1 : 0);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        struct opinion_document *document = &opinion->document;
        sql_take_text(&query, opinion->id, sizeof(opinion->id));
        sql_take_text(&query, opinion->title, sizeof(opinion->title));
        sql_take_text(&query, opinion->author, sizeof(opinion->author));
        opinion->signed_at_ms = sql_take_int(&query);
        sql_take_text(&query, document->media_type, sizeof(document->media_type));
        document->size = (size_t)sql_take_int(&query);
        sql_take_text(&query, document->sha256, sizeof(document->sha256));
        size_t size = 0;
        document->bytes = sql_take_owned_blob(&query, &size);
        if (document->bytes && size != document->size) {
            sql_query_fail(&query, -EBADMSG);
        }
    }
    int result = sql_query_end_found(&query);
    if (result == 0) {
        result = read_sections(base, opinion);
    }
    if (result == 0) {
        result = read_paragraphs(base, opinion);
    }
    if (result == 0) {
        result = read_outcomes(base, opinion);
    }
    if (result == 0) {
        *ret_opinion = TAKE(opinion);
    }
    return result;
}

static int read_people(struct visit_store *base, struct clinical_case *clinical_case)
{
    static const char sql[] =
        "SELECT " PERSON_COLUMNS " FROM person WHERE case_id = ? AND beside = 0 ORDER BY position";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, clinical_case->id);
    while (sql_query_next(&query)) {
        struct person person = {0};
        take_person(&query, &person);
        if (clinical_case_add_person(clinical_case, &person) < 0) {
            sql_query_fail(&query, -EBADMSG);
        }
    }
    return sql_query_end(&query);
}

static int read_case(struct visit_store *base, const char *case_id, struct clinical_case **ret_case)
{
    static const char sql[] = "SELECT id, programme, reference, title, created_at_ms "
                              "FROM clinical_case WHERE id = ?";
    AUTO(clinical_case) clinical_case = clinical_case_create();
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, clinical_case->id, sizeof(clinical_case->id));
        sql_take_text(&query, clinical_case->programme, sizeof(clinical_case->programme));
        sql_take_text(&query, clinical_case->reference, sizeof(clinical_case->reference));
        sql_take_text(&query, clinical_case->title, sizeof(clinical_case->title));
        clinical_case->created_at_ms = sql_take_int(&query);
    }
    int result = sql_query_end_found(&query);
    if (result == 0) {
        result = read_people(base, clinical_case);
    }
    if (result == 0) {
        result = read_opinion(base, case_id, false, &clinical_case->opinion);
        result = result == -ENOENT ? 0 : result;
    }
    if (result == 0) {
        *ret_case = TAKE(clinical_case);
    }
    return result;
}

static int insert_person(struct visit_store *base, const char *case_id, const struct person *person)
{
    static const char sql[] =
        "SELECT count(*), count(*) FILTER (WHERE beside = 0) FROM person WHERE case_id = ?";
    int64_t count = 0;
    int64_t belonging = 0;
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        count = sql_take_int(&query);
        belonging = sql_take_int(&query);
    }
    const int result = sql_query_end(&query);
    if (result < 0) {
        return result;
    }
    return person->beside || belonging < CASE_PEOPLE_MAX
               ? insert_person_at(base, case_id, (size_t)count, person)
               : -ENOSPC;
}

static int read_person(struct visit_store *base, const char *person_id, struct person *ret_person)
{
    static const char sql[] = "SELECT " PERSON_COLUMNS " FROM person WHERE id = ?";
    struct person person = {0};
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, person_id);
    if (sql_query_next(&query)) {
        take_person(&query, &person);
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        *ret_person = person;
    }
    return result;
}

static int has_opinion(struct visit_store *base, const char *case_id, bool *ret_has)
{
    static const char sql[] = "SELECT 1 FROM opinion WHERE case_id = ?";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    const bool has = sql_query_next(&query);
    const int result = sql_query_end(&query);
    if (result == 0) {
        *ret_has = has;
    }
    return result;
}

static int read_birth_date_of_patient(struct visit_store *base, const char *case_id,
                                      char ret_date[PERSON_DATE_SIZE])
{
    static const char sql[] =
        "SELECT birth_date FROM person WHERE case_id = ? AND role = 'patient'";
    char date[PERSON_DATE_SIZE] = "";
    struct sql_query query = sql_query_begin(sqlite_store_of(base), sql);
    sql_put_text(&query, case_id);
    if (sql_query_next(&query)) {
        sql_take_text(&query, date, sizeof(date));
    }
    const int result = sql_query_end_found(&query);
    if (result == 0) {
        memcpy(ret_date, date, sizeof(date));
    }
    return result;
}

void sqlite_cases_fill(struct visit_store_ops *ops)
{
    ops->insert_case = insert_case;
    ops->read_case = read_case;
    ops->insert_person = insert_person;
    ops->read_person = read_person;
    ops->read_opinion = read_opinion;
    ops->has_opinion = has_opinion;
    ops->read_birth_date_of_patient = read_birth_date_of_patient;
}
