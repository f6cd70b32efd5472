/* picture_step.h - what a receiver has of another person's picture: the steps of the ladder by
 * which a picture gives way to a bad link, and who is looked at first. The voice comes before all
 * of them. Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_ROUTER_PICTURE_STEP_H
#define BEDSIDE_MEDIA_ROUTER_PICTURE_STEP_H

/* From the best to the worst; HIDDEN is no step of the ladder. */
enum picture_step {
    PICTURE_FULL,       /* as good as it is shown */
    PICTURE_SMALL,      /* smaller or slower than the link's receiver would like */
    PICTURE_STILL,      /* a still picture every few seconds */
    PICTURE_SOUND_ONLY, /* no picture; sound goes on */
    PICTURE_SOUND_LOST, /* not even sound gets through: time for the telephone */
    PICTURE_HIDDEN,     /* the receiver does not show it */
};

/* The speaker's picture comes first, then by: */
enum picture_priority {
    PICTURE_PRIORITY_ORDINARY,
    PICTURE_PRIORITY_PATIENT,
};

#endif
