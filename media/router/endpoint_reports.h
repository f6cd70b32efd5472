/* endpoint_reports.h - the RTCP that one endpoint is sent: sender reports of its slots, receiver
 * reports and transport-wide feedback about what it sends, requests for retransmissions and key
 * frames. Feedback between reports goes as reduced-size RTCP (RFC 5506). Thread: belongs to the
 * worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_ENDPOINT_REPORTS_H
#define BEDSIDE_MEDIA_ROUTER_ENDPOINT_REPORTS_H

#include <stdbool.h>
#include <stdint.h>

#define ENDPOINT_CNAME_LENGTH 16

struct room_endpoint;

struct endpoint_reports {
    uint32_t ssrc;                         /* of the gateway, as a receiver */
    char cname[ENDPOINT_CNAME_LENGTH + 1]; /* random: RFC 7022 */
    uint8_t fir_command;
    uint64_t receiver_report_due_us;
    uint64_t arrivals_due_us;
    uint32_t last_media_ssrc;
    uint8_t worst_fraction_lost; /* of our packets, since it was taken */
};

void endpoint_reports_init(struct endpoint_reports *reports, uint64_t now_us);
/* Sends what is due. */
void endpoint_reports_on_tick(struct room_endpoint *endpoint, uint64_t now_us);
/* Asks it for what is missing of its pictures, where that is due; every 5 ms. Returns whether
 * something still is. */
bool endpoint_reports_ask_for_missing(struct room_endpoint *endpoint, uint64_t now_us);
/* Asks it for the key frames that are wanted, now: somebody waits for a first picture. */
void endpoint_reports_ask_for_keyframes(struct room_endpoint *endpoint, uint64_t now_us);

#endif
