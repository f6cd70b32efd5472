/* practice_scene.h - the invented people of a practice visit (visit_practice.h): a patient with
 * somebody of the family, a colleague, and whoever practises, with a short letter to look at.
 * Numbers are from the range that is given to nobody (555-01xx). Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_PRACTICE_SCENE_H
#define BEDSIDE_VISITS_PRACTICE_SCENE_H

#include "gateway/visits/clinical_case.h"
#include "gateway/visits/visit.h"

/* No programme of a site can be called so: see case_code_is_plain(). */
#define PRACTICE_PROGRAMME "~practice"
/* What the door asks the patient, and the family. */
#define PRACTICE_BIRTH_DATE "1950-05-01"

struct practice_scene {
    enum participant_role own_role; /* of the care team */
    const char *own_name;
    const char *language;  /* BCP 47; English stands for what is not spoken here */
    const char *time_zone; /* IANA */
};

/* With ids and without a reference; who practises comes first. Never NULL. */
struct clinical_case *practice_scene_make(const struct practice_scene *scene, int64_t now_ms);
/* So that who practises leads the visit, if their role ever does. */
enum visit_shape practice_scene_shape(enum participant_role own_role);

#endif
