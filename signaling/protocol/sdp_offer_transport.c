/* The transport of an m-line: ICE (RFC 8839), DTLS (RFC 8842, 8122). */
#include "signaling/protocol/sdp_offer.h"
#include "signaling/protocol/sdp_offer_reader.h"

#include <glib.h>
#include <gst/sdp/gstsdpmessage.h>
#include <string.h>

#define ICE_UFRAG_LENGTH_MIN 4 /* RFC 8839, 5.4 */
#define ICE_PWD_LENGTH_MIN 22
#define FINGERPRINT_HEX_LENGTH 95 /* 32 bytes as "AA:BB:..." */

/* The n-th value of an attribute of the line, else (if `inherited`) of the session. */
static const char *attribute(struct sdp_reader *reader, const GstSDPMedia *media, const char *name,
                             bool inherited)
{
    const char *value = gst_sdp_media_get_attribute_val(media, name);
    return value || !inherited ? value : gst_sdp_message_get_attribute_val(reader->message, name);
}

static bool is_ice_text(const char *text, size_t least, size_t most)
{
    const size_t length = strlen(text);
    return length >= least && length <= most &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
               length;
}

static bool parse_fingerprint(const char *value, uint8_t ret_digest[32])
{
    static const char prefix[] = "sha-256 ";
    if (g_ascii_strncasecmp(value, prefix, sizeof(prefix) - 1) != 0) {
        return false;
    }
    const char *hex = value + sizeof(prefix) - 1;
    if (strlen(hex) != FINGERPRINT_HEX_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < 32; i++) {
        const int high = g_ascii_xdigit_value(hex[i * 3]);
        const int low = g_ascii_xdigit_value(hex[i * 3 + 1]);
        if (high < 0 || low < 0 || (i < 31 && hex[i * 3 + 2] != ':')) {
            return false;
        }
        ret_digest[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* RFC 8122, 5: an offer may have several; one of SHA-256 has to be among them, and only one, or it
 * would be open which certificate is meant. Returns how many there were. */
static unsigned find_fingerprints(struct sdp_reader *reader, const GstSDPMedia *media,
                                  uint8_t ret_digest[32])
{
    unsigned found = 0;
    const char *value;
    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n(media, "fingerprint", n)); n++) {
        found += parse_fingerprint(value, ret_digest);
    }
    if (gst_sdp_media_get_attribute_val(media, "fingerprint")) {
        return found;
    }
    for (guint n = 0;
         (value = gst_sdp_message_get_attribute_val_n(reader->message, "fingerprint", n)); n++) {
        found += parse_fingerprint(value, ret_digest);
    }
    return found;
}

int sdp_reader_read_transport(struct sdp_reader *reader, const GstSDPMedia *media, size_t index)
{
    struct sdp_offer *offer = reader->offer;
    const char *ufrag = attribute(reader, media, "ice-ufrag", true);
    const char *pwd = attribute(reader, media, "ice-pwd", true);
    const char *setup = attribute(reader, media, "setup", true);
    uint8_t digest[32];
    if (!ufrag || !pwd || !is_ice_text(ufrag, ICE_UFRAG_LENGTH_MIN, ICE_UFRAG_SIZE_MAX - 1) ||
        !is_ice_text(pwd, ICE_PWD_LENGTH_MIN, ICE_PWD_SIZE_MAX - 1)) {
        return sdp_reader_fail_line(reader, index,
                                    "a=ice-ufrag or a=ice-pwd is missing or unlawful.");
    }
    if (find_fingerprints(reader, media, digest) != 1) {
        return sdp_reader_fail_line(reader, index,
                                    "Exactly one a=fingerprint of sha-256 is needed.");
    }
    if (!setup || (strcmp(setup, "actpass") != 0 && strcmp(setup, "active") != 0)) {
        return sdp_reader_fail_line(reader, index, "a=setup has to be actpass or active.");
    }
    if (!reader->has_transport) {
        g_strlcpy(offer->ice.ufrag, ufrag, sizeof(offer->ice.ufrag));
        g_strlcpy(offer->ice.pwd, pwd, sizeof(offer->ice.pwd));
        memcpy(offer->fingerprint, digest, sizeof(digest));
        reader->has_transport = true;
        return 0;
    }
    if (strcmp(offer->ice.ufrag, ufrag) != 0 || strcmp(offer->ice.pwd, pwd) != 0 ||
        memcmp(offer->fingerprint, digest, sizeof(digest)) != 0) {
        return sdp_reader_fail_line(reader, index,
                                    "Lines of one BUNDLE group differ in ICE or DTLS.");
    }
    return 0;
}
