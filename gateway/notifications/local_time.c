#include "gateway/notifications/local_time.h"

#include "gateway/base/cleanup.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#define TEXT_UNITS 256 /* UTF-16 */

static const char *const skeletons[] = {
    [LOCAL_TIME_DAY] = "EEEEMMMMd",
    [LOCAL_TIME_FULL] = "EEEEMMMMdjmmvvvv",
};

static void find_locale(const char *language, char ret_locale[ULOC_FULLNAME_CAPACITY])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t parsed = 0;
    char country[ULOC_COUNTRY_CAPACITY] = "";
    uloc_forLanguageTag(language, ret_locale, ULOC_FULLNAME_CAPACITY, &parsed, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING || parsed == 0) {
        strcpy(ret_locale, "en");
    }
    status = U_ZERO_ERROR;
    uloc_getCountry(ret_locale, country, sizeof(country), &status);
    if (!country[0] && strlen(ret_locale) + 4 < ULOC_FULLNAME_CAPACITY) {
        strcat(ret_locale, "_US");
    }
}

static void find_pattern(const char *locale, enum local_time_form form, UChar *ret_pattern)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar skeleton[32];
    u_uastrcpy(skeleton, skeletons[form]);
    UDateTimePatternGenerator *generator = udatpg_open(locale, &status);
    udatpg_getBestPattern(generator, skeleton, -1, ret_pattern, TEXT_UNITS, &status);
    udatpg_close(generator);
    if (U_FAILURE(status)) {
        abort(); /* of a library without its data */
    }
}

char *local_time_write(int64_t wall_ms, enum local_time_form form, const char *language,
                       const char *time_zone)
{
    char locale[ULOC_FULLNAME_CAPACITY] = "";
    UChar pattern[TEXT_UNITS];
    UChar zone[TEXT_UNITS] = {0};
    UChar text[TEXT_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    find_locale(language, locale);
    find_pattern(locale, form, pattern);
    u_uastrncpy(zone, time_zone[0] ? time_zone : "UTC", TEXT_UNITS - 1);
    UDateFormat *format =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, zone, -1, pattern, -1, &status);
    const int32_t length = udat_format(format, (UDate)wall_ms, text, TEXT_UNITS, NULL, &status);
    udat_close(format);
    if (U_FAILURE(status)) {
        abort();
    }
    /* CLDR writes a narrow no-break space before AM and PM, which old mail programs show as a box.
     */
    for (int32_t i = 0; i < length; i++) {
        text[i] = text[i] == 0x202f || text[i] == 0xa0 ? ' ' : text[i];
    }
    char *utf8 = g_utf16_to_utf8((const gunichar2 *)text, length, NULL, NULL, NULL);
    if (!utf8) {
        abort();
    }
    return utf8;
}
