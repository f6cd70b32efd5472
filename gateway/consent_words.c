#include "gateway/consent_words.h"

#define ENGLISH                                                                                    \
    "The recording keeps the sound and the picture of this visit. It becomes part of the "         \
    "patient's medical record. It is locked, and only the care team can open it.\n"                \
    "We record only if everyone here says yes. If you say no, the visit goes on just the same. "   \
    "You can change your mind at any time: recording then stops at once."

#define SPANISH                                                                                     \
    "La grabación guarda el sonido y la imagen de esta visita. Pasa a formar parte de la "         \
    "historia clínica del paciente. Está protegida, y solo el equipo médico puede abrirla.\n"    \
    "Grabamos solo si todas las personas presentes dicen que sí. Si usted dice que no, la visita " \
    "sigue exactamente igual. Puede cambiar de opinión en cualquier momento: entonces la "         \
    "grabación se detiene enseguida."

const struct consent_words consent_words_delivered = {
    .texts =
        {
            {.language = "en", .text = ENGLISH},
            {.language = "es", .text = SPANISH},
        },
    .count = 2,
};
