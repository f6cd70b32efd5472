#include "media/recorder/recording_remuxer.h"

#include "gateway/base/cleanup.h"
#include "media/recorder/playable_maker.h"
#include "media/recorder/segment_catalogue.h"

#include <errno.h>
#include <string.h>

static int make_participant(const struct segment_catalogue *catalogue, const char *label)
{
    static const enum media_codec codecs[] = {MEDIA_CODEC_H264, MEDIA_CODEC_VP8, MEDIA_CODEC_NONE};
    int result = 0;
    bool made = false;
    for (size_t i = 0; i < ARRAY_LENGTH(codecs) && result >= 0; i++) {
        const bool sound_alone = codecs[i] == MEDIA_CODEC_NONE;
        if (sound_alone ? !made : segment_catalogue_count(catalogue, label, codecs[i]) > 0) {
            result = playable_maker_run(catalogue, label, codecs[i]);
            made = made || result > 0;
        }
    }
    if (result < 0 && result != -ECANCELED) {
        segment_catalogue_tell_failure(catalogue, "the playable file of", label, strerror(-result));
    }
    return result < 0 ? result : 0;
}

/* What another try can mend: the disk, or the supervisor's wish. What the publisher sent can't be.
 */
static bool ends_finishing(int error)
{
    return error < 0 && error != -EBADMSG && error != -ENOTSUP;
}

int recording_remuxer_run(const struct recorder_configuration *configuration, int directory_fd,
                          int control_fd)
{
    struct segment_catalogue catalogue;
    int error = segment_catalogue_init(&catalogue, configuration, directory_fd, control_fd);
    for (size_t i = 0; i < catalogue.segment_count && !ends_finishing(error); i++) {
        if (segment_catalogue_is_first_of_label(&catalogue, i)) {
            error = make_participant(&catalogue, catalogue.segments[i].label);
        }
    }
    segment_catalogue_finish(&catalogue);
    return ends_finishing(error) ? error : 0;
}
