/* codec_policy.h - which codecs, feedback and header extensions are taken from an offer.
 *
 * Opus (RFC 7587), alone and with earlier frames repeated (RFC 2198); VP8 (RFC 7741); H.264
 * constrained baseline with packetization-mode 1 (RFC 6184), where the family and the mode are
 * compared and never the level. VP8 is what everybody has; H.264 is chosen for what a person sends
 * only when every receiver can decode it. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_PROTOCOL_CODEC_POLICY_H
#define BEDSIDE_SIGNALING_PROTOCOL_CODEC_POLICY_H

#include "media/worker/worker_messages.h"

#include <stdbool.h>
#include <stddef.h>

#define CODEC_POLICY_RED "red/48000/2"
#define CODEC_PROFILE_SIZE 7 /* six hexadecimal digits and a 0 */

/* Which codec an a=rtpmap value ("opus/48000/2") with its a=fmtp parameters ("" without) stands
 * for, or MEDIA_CODEC_NONE when it is not taken. Sets `ret_profile` of H.264 to what was offered,
 * else to "". */
enum media_codec codec_policy_match(enum media_kind kind, const char *rtpmap,
                                    const char *parameters, char ret_profile[CODEC_PROFILE_SIZE]);
/* Whether a profile-level-id is of the constrained baseline family (RFC 6184, table 5). */
bool codec_policy_is_constrained_baseline(const char *profile_level_id);
/* What the answer says in a=fmtp, or "". `ret_text` holds at least 128 bytes. */
void codec_policy_answer_parameters(enum media_codec codec, const char *profile, char *ret_text,
                                    size_t size);
/* Whether an a=rtpmap value names redundant sound at the rate and the channels of Opus. */
bool codec_policy_is_red(const char *rtpmap);
/* The name in a=rtpmap: "opus/48000/2". */
const char *codec_policy_rtpmap(enum media_codec codec);

/* Where the id of a header extension that we take is kept, or NULL for one that we don't. */
uint8_t *codec_policy_extension_slot(struct media_extension_ids *ids, const char *uri);
const char *codec_policy_extension_uri(
    size_t index); /* in the order of struct media_extension_ids; NULL at the end */
uint8_t codec_policy_extension_id(const struct media_extension_ids *ids, size_t index);

/* What a publisher who offers both should send to these receivers. */
enum media_codec codec_policy_choose_video(bool offers_vp8, bool offers_h264, bool prefers_h264,
                                           const struct endpoint_media *const *receivers,
                                           size_t receiver_count);

#endif
