/* room_circle.h - which of a room's people hear and see each other.
 *
 * Everybody stands in one circle, or outside. Nothing goes from circle to circle, nothing outside.
 * The recorder stands with those of the visit, and hears nobody else. Who speaks is said of the
 * visit and of a huddle; two who are being helped and helping know. */
#ifndef BEDSIDE_MEDIA_ROUTER_ROOM_CIRCLE_H
#define BEDSIDE_MEDIA_ROUTER_ROOM_CIRCLE_H

#define ROOM_ENDPOINTS_MAX 40 /* of a room, with those who wait outside */

enum room_circle {
    ROOM_OUTSIDE,
    ROOM_CIRCLE_VISIT,
    ROOM_CIRCLE_HUDDLE, /* some talk among themselves; never recorded */
    ROOM_CIRCLE_HELP,   /* one is helped by another, beside the visit; never recorded */
};

#endif
