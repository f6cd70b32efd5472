/* What workers say of endpoints, pictures and sound: found for its seat, and handed on. */
#include "gateway/base/log.h"
#include "signaling/session/hub_internal.h"
#include "signaling/session/seat_media.h"
#include "signaling/session/seat_news.h"

LOG_TOPIC("hub");

void media_event_connected(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_event *event =
        (const struct worker_endpoint_event *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    log_info("endpoint_connected", "endpoint=%" G_GUINT64_FORMAT " participant=%s profile=%s",
             event->endpoint_id, seat ? seat->participant_id : "gone",
             event->srtp_profile ? event->srtp_profile : "none");
    if (seat) {
        seat_link_on_connected(seat);
    }
}

void media_event_failed(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_event *event =
        (const struct worker_endpoint_event *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    hub->totals.endpoint_failures++;
    log_warning("endpoint_failed", "endpoint=%" G_GUINT64_FORMAT " participant=%s failure=%d",
                event->endpoint_id, seat ? seat->participant_id : "gone", (int)event->failure);
    if (seat) {
        seat_close_endpoint(seat);
        visit_room_refresh(seat->room);
        seat_link_on_failed(seat);
    }
}

void media_event_report(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_endpoint_report *report =
        (const struct worker_endpoint_report *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, report->endpoint_id);
    if (seat) {
        seat->report = *report;
        seat->has_report = true;
        seat_link_on_report(seat);
    }
}

void media_event_speaker(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_speaker_event *event = (const struct worker_speaker_event *)(void *)message;
    struct visit_room *room = signaling_hub_find_room_of_id(hub, event->room_id);
    if (!room) {
        return;
    }
    room->speaker_endpoint = event->endpoint_id;
    for (guint i = 0; i < room->seats->len; i++) {
        struct seat *seat = room->seats->pdata[i];
        seat_link_on_speaks(seat,
                            seat->endpoint_id != 0 && seat->endpoint_id == event->endpoint_id);
    }
    const struct seat *seat = visit_room_find_endpoint(room, event->endpoint_id);
    visit_room_tell_hearers(room, json_pack("{s:s, s:o}", "type", "speaker", "participant",
                                        seat ? json_string(seat->participant_id) : json_null()));
}

void media_event_picture(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_picture_event *event = (const struct worker_picture_event *)(void *)message;
    const struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    if (seat) {
        picture_notices_on_event(seat->room, event);
    }
}

void media_event_layers_wanted(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_layers_wanted_event *event =
        (const struct worker_layers_wanted_event *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    if (seat) {
        seat_link_on_layers_wanted(seat, event);
    }
}

void media_event_sound_wanted(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_sound_wanted_event *event =
        (const struct worker_sound_wanted_event *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    if (seat) {
        seat_link_on_sound_wanted(seat, event);
    }
}

void media_event_silence(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_silence_event *event = (const struct worker_silence_event *)(void *)message;
    struct seat *seat = signaling_hub_find_endpoint(hub, event->endpoint_id);
    if (seat) {
        seat_link_on_silence(seat, event->silent);
    }
}

void media_event_missed_words(struct signaling_hub *hub, struct mailbox_message *message)
{
    const struct worker_missed_words_event *event =
        (const struct worker_missed_words_event *)(void *)message;
    struct seat *speaker = signaling_hub_find_endpoint(hub, event->speaker_endpoint_id);
    const struct seat *listener = signaling_hub_find_endpoint(hub, event->listener_endpoint_id);
    if (speaker && listener && speaker->room == listener->room && speaker != listener) {
        seat_link_on_missed_words(speaker, listener, event);
    }
}
